"""How an entry is found by words: records in, an index out; words in, hits out."""

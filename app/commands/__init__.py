"""The command line: a command says what it did, or why it did nothing, and its exit code says the same."""

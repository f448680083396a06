"""Lists as printed documents: tagged PDF (PDF/UA-1) that says the same as the pages."""

MOST_PRODUCTS = 8000
"""A list of more is no document: hundreds of pages, which take a minute and gigabytes to set."""

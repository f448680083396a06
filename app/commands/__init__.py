"""The command line: each command says what it did, or why it did nothing, and ends with the contract's exit code."""

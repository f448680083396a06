"""The analysts' door: Datasette over the current snapshot, in a process of its own."""

"""The files of a release: the lists whole, in each form that somebody keeps a copy in."""

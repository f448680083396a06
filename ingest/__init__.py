"""How a source file becomes an edition: the outside world in, tables out."""

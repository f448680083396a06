"""How lists are published and served: the only room that knows the other three."""

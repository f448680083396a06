"""FEST's M30 message: its tags in both directions, and no rule."""

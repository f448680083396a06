"""Every question the API asks of a sealed snapshot, answered through the one timeline rule."""

"""The whole program for a long while: asked, published to and killed, every answer held to a naive model."""

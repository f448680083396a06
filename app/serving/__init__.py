"""The parts of a running service: how each is started, watched, and ended with the others."""

"""A second home kept current from a first one over HTTP: what is served was checked, or nothing changes."""

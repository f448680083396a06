"""The lists as a catalogue of data: what portals and search engines ask of whoever publishes data."""

"""The editors' pages: rendered here, read without scripts, Norwegian first."""

"""By what others tell that releases are ours and that what they have is not old."""

"""How a source becomes a sealed, current snapshot: read, judge, keep, compile, switch."""

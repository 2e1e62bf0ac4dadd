"""Evidence about facts, and what it lets us believe."""

"""Who said what, and when."""

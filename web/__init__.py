"""Every door that speaks HTTP."""

"""Sources: terms, what may be passed on, and numbers that do not agree."""

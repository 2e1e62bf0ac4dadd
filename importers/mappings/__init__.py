"""Reviewable lists of what the words of sources mean, one for each kind of document."""

"""Checks that look and never write: each answers one question about one fact."""

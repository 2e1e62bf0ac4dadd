"""Checks that look and never write: each answers one question about one fact.

The checks themselves come with the freshness work; the package stands so that the arrows are fixed now.
"""

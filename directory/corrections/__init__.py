"""Corrections: what is known here about a source's rows that the source does not say yet."""

"""Append-only, hash-chained record of what was done."""

"""Whom to call: what a call is worth, the calls of a month's minutes, and what came of them."""

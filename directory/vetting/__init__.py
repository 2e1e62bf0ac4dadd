"""Vetting: how a program comes to be trusted with people, step by step, and how that ends."""

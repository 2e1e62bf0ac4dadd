"""Backups: what a directory holds about services, in one encrypted file, and the way back from it (SAFETY P8)."""

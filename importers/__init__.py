"""Everything that brings outside documents in. Knows the directory; the directory does not know it."""

"""The pack of a ward: one file without a server that knows its own last day, its list of digests, and its way back."""

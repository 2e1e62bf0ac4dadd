"""What flows back to sources."""

"""Networks and the people who act on the directory."""

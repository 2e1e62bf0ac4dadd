"""What to remember about consent and reporting, by role of the reader: with a source and a date, never a verdict."""

"""What a page says, found by fixed rules in a process that may do nothing else. No page is kept, and none is run."""

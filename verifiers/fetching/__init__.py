"""One polite look at a page of a stranger: what may be asked, of which machine, how long, and how much is read."""

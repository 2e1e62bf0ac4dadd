"""One module for each kind of document; all give the same shape."""

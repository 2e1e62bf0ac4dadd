"""The directory: what a listing is, who may see it, how it is found. Knows no HTTP and no file format."""

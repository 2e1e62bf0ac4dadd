"""Directories that come with the program: the starter list of real public lines, and an invented practice network."""

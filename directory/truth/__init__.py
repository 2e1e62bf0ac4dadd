"""How true the directory is, measured; and what calls teach about the figures that belief is computed with."""

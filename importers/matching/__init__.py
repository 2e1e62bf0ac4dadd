"""Which records are one, within a source and across sources. Pure, but for the two modules that read parties."""

"""Where a source's rows meet what the directory already holds, and what evidence has confirmed."""

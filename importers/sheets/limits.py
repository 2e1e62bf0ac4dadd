"""What reading one file may take: memory, and time."""

# Address space, so that what is in use is always less.
MEMORY = 512 * 1024 * 1024
# The parser of pages is the slowest, and the easiest to hold up.
SECONDS_FOR_PAGE = 4


def seconds_for(max_mb: int) -> int:
    """Most seconds of computing for a file of this many MiB."""
    return 5 + max_mb // 4

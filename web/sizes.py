"""Answers come in a few sizes, so that their length on the wire does not tell what was asked (SAFETY D14).

Measured on a real directory, lists of results have 5 to 110 kB and listings 8 to 11 kB. The padding is a comment of
spaces: a proxy that compresses answers would undo it, so it must not (SECURITY.md says so).
"""

SIZES = tuple(size * 1024 for size in (32, 64, 128, 256))
_OPEN, _CLOSE = b"<!--", b"-->"


def padded(page: bytes) -> bytes:
    """The page at one of the sizes; beyond the largest, at a multiple of it."""
    least = len(page) + len(_OPEN) + len(_CLOSE)
    size = next((size for size in SIZES if size >= least), -(-least // SIZES[-1]) * SIZES[-1])
    return page + _OPEN + b" " * (size - least) + _CLOSE

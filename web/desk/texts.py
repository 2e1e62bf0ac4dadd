"""Texts as browsers send them, compared with those that a page was made from."""

import re


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, however a browser sent their lines."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> str:
    return re.sub(r"[ \t\r]*\n", "\n", text).strip()

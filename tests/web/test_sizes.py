"""Answers have few sizes, whatever is in them."""

from web.sizes import SIZES, padded


def test_padding_keeps_the_page_and_is_never_too_short() -> None:
    for size in (0, 10, *(edge + change for edge in SIZES for change in (-8, -7, -6, 0, 1)), 600_000):
        page = b"x" * size
        sent = padded(page)
        assert sent.startswith(page + b"<!--")
        assert sent.endswith(b"-->")
        assert len(sent) in SIZES or len(sent) % SIZES[-1] == 0

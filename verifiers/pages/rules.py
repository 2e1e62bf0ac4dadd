"""What a robots.txt allows. Its patterns can be made slow, so it is read where pages are."""

from protego import Protego

from verifiers.pages.shapes import Rules

# As much as crawlers read of one (RFC 9309 asks for this at least).
_MOST_BYTES = 500 * 1024


def lets(rules: Rules) -> tuple[bool, ...]:
    """For each address whether it may be asked for."""
    read = Protego.parse(rules.body[:_MOST_BYTES].decode("utf-8", "replace"))
    return tuple(bool(read.can_fetch(url, rules.agent)) for url in rules.urls)

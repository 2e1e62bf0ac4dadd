"""Which parts of a sum may be told, so that nobody can work out a small one (SAFETY P4). Pure."""

from collections.abc import Mapping

from directory.handoff.policy import LEAST


def told_parts(parts: Mapping[str, int]) -> dict[str, int]:
    """The parts that may stand beside their sum, which is told too.

    None is under ``LEAST``; and where what is left out would come to less, the next smallest is left out with it, so
    that no difference between what is told is small. A part that is 0 is left out like one that is small.
    """
    shown = {code: n for code, n in parts.items() if n >= LEAST}
    rest = sum(parts.values()) - sum(shown.values())
    while shown and 0 < rest < LEAST:
        smallest = min(shown, key=lambda code: (shown[code], code))
        rest += shown.pop(smallest)
    return shown

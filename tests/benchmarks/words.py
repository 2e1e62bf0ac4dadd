"""Invented words in which the few are said often and the many seldom, as in any language."""

from collections.abc import Sequence
from itertools import accumulate, islice
from random import Random

from tests.directory.search.seeding import dice

_WORDS = 5_000
# Letters of each place: words like "barilento". Few differ by one letter only, as in a real vocabulary.
_LETTERS = ("bcdfghlmnprstv", "aeio", "lnrst", "aeio", "lmnrst", "aeio", "lnrst", "ao")


class Words:
    """Words to name listings with; ``random`` decides which."""

    def __init__(self) -> None:
        random = dice(11)
        every = ("".join(map(random.choice, _LETTERS)) for _ in range(2 * _WORDS))
        self._words = list(islice(dict.fromkeys(every), _WORDS))
        self._weights = list(accumulate(1 / (rank + 10) ** 0.9 for rank in range(_WORDS)))

    def several(self, random: Random, count: int) -> list[str]:
        """So many words, the usual ones most often."""
        return random.choices(self._words, cum_weights=self._weights, k=count)

    def title(self, random: Random, count: int) -> str:
        """A name of so many words."""
        return " ".join(self.several(random, count)).title()


def as_typed(words: Sequence[str], random: Random) -> str:
    """Words as people type them: mostly right, some only begun, some with two letters exchanged, some in capitals."""
    *before, last = words
    chance = random.random()
    if chance < 0.15:
        last = last[: max(4, len(last) - 3)]
    elif chance < 0.3:
        at = random.randrange(1, len(last) - 2)
        last = last[:at] + last[at + 1] + last[at] + last[at + 2 :]
    elif chance < 0.5:
        last = last.title()
    return " ".join([*before, last])

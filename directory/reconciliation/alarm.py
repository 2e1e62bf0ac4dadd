"""What a reconciliation finds."""

from typing import Literal

import msgspec

Kind = Literal["audit", "change", "values", "standing", "record", "second-person", "card", "posting", "page"]


class Alarm(msgspec.Struct, frozen=True, order=True):
    """A difference between what is stored or shown and what was approved.

    Attributes:
        kind: of the ``audit`` chain itself; of a ``change`` and its entry; of ``values`` that a change brought or
            ended; of a fact's ``standing``; of a ``record``; a ``second-person`` who is missing; of a stored ``card``,
            a ``posting`` or a ``page``.
        subject: what it is about, by its id: ``change 12``.
        words: one sentence that is safe to show: never a value, a place or a name (SAFETY L17).
    """

    kind: Kind
    subject: str
    words: str

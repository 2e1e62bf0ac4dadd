"""What a verifier says: what it saw, and nothing of what that means."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from verifiers.subject import Known


class Look(msgspec.Struct, frozen=True):
    """One look at one fact.

    Attributes:
        outcome: a code of the method; empty when the look says nothing (a server that refuses robots, a time-out): then
            it is no evidence.
        memory: what to compare the next look with (``Known.memory``); when it is empty, what was remembered stays.
        retry_after: seconds for which the host asked not to be asked again.
    """

    outcome: str = ""
    memory: dict[str, Any] = {}
    retry_after: float | None = None


Verifier = Callable[[Known], Awaitable[Look]]

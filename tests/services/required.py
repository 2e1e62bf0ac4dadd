"""Which services a run insists on: a missing one fails its tests there, and skips them elsewhere.

``HANDRAIL_REQUIRE`` lists them, with commas: ``postgres``, ``chrome``, ``firefox``, ``uv``, ``observatory`` and
``shared``. ``all`` stands for everything that anyone can install, so for all of them but ``shared``.
"""

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]

_INSTALLABLE = frozenset({"postgres", "chrome", "firefox", "uv", "observatory"})
_KNOWN = _INSTALLABLE | {"shared", "all"}


def check_required() -> frozenset[str]:
    """The services that ``HANDRAIL_REQUIRE`` names, ``all`` spelt out.

    Raises:
        pytest.UsageError: it names something unknown, which would otherwise be skipped in silence.
    """
    named = {word.strip() for word in os.environ.get("HANDRAIL_REQUIRE", "").split(",")} - {""}
    if unknown := named - _KNOWN:
        msg = f"HANDRAIL_REQUIRE names unknown services: {', '.join(sorted(unknown))}"
        raise pytest.UsageError(msg)
    return frozenset(named - {"all"}) | (_INSTALLABLE if "all" in named else frozenset())


def unavailable(service: str, reason: str) -> NoReturn:
    """End the test because ``service`` is missing: as a failure when it is required, else as a skip."""
    if service in check_required():
        pytest.fail(f"{reason} (HANDRAIL_REQUIRE asks for {service})", pytrace=False)
    pytest.skip(reason)

"""What a site does by itself while it runs."""

import time
from typing import Any

import pytest

from directory.db import Database
from tests.services import serve
from tests.web.conftest import settings
from web.limits import RequestCap
from web.sealing import Seal


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_running_site_throws_secrets_away_although_nobody_asks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned: set[str] = set()

    def watch(kind: type[Seal] | type[RequestCap]) -> None:
        turn = kind.turn

        def noted(self: Any) -> None:
            turned.add(kind.__name__)
            turn(self)

        monkeypatch.setattr(kind, "turn", noted)

    watch(Seal)
    watch(RequestCap)
    monkeypatch.setattr("web.asgi._TURN_SECONDS", 0.01)
    with serve(database, settings()):
        give_up = time.monotonic() + 10
        while turned != {"Seal", "RequestCap"}:
            assert time.monotonic() < give_up
            time.sleep(0.01)

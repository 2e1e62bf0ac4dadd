"""What a site does by itself while it runs."""

import time

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
    for kind in (Seal, RequestCap):
        turn = kind.turn
        monkeypatch.setattr(kind, "turn", lambda self, turn=turn, name=kind.__name__: (turned.add(name), turn(self))[1])
    monkeypatch.setattr("web.asgi._TURN_SECONDS", 0.01)
    with serve(database, settings()):
        give_up = time.monotonic() + 10
        while turned != {"Seal", "RequestCap"}:
            assert time.monotonic() < give_up
            time.sleep(0.01)

"""The pinned lines at the desk: read by those who keep the list, suspended by two admins, edited by nobody."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from directory import suspended
from tests.staff import Desk

Seat = Callable[..., Desk]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspended, "data_folder", lambda: tmp_path)


def test_two_admins_take_a_line_off_and_bring_it_back(sign_in: Seat) -> None:
    one, two = sign_in("admin", "One"), sign_in("admin", "Two")
    assert "1 888 373 7888" in one.get("/desk/lines").text
    assert one.post("/desk/lines/0/suspend").headers["location"].endswith("said=asked")
    assert "Second it" not in one.get("/desk/lines").text
    for way, note in (("suspend", True), ("return", False)):
        if way == "return":
            one.post("/desk/lines/0/return")
        asked = re.search(rf"/desk/lines/requests/(\d+)/{way}", two.get("/desk/lines").text)
        assert asked
        assert one.post(asked[0]).status_code == 409
        assert two.post(asked[0]).status_code == 303
        assert ("No page shows it now" in one.get("/desk/lines").text) is note


def test_a_line_that_is_none_cannot_be_suspended(sign_in: Seat) -> None:
    assert sign_in("admin").post("/desk/lines/7/suspend").status_code == 404

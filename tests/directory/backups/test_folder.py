"""A folder of backups keeps 30 days, and only what was made for it goes."""

import datetime as dt
from pathlib import Path

from directory.backups.folder import name_at, remove_old


def test_backups_older_than_30_days_go_and_nothing_else(tmp_path: Path, now: dt.datetime) -> None:
    days = {days: name_at(now - dt.timedelta(days=days)) for days in (0, 1, 30, 31, 400)}
    others = {
        "handrail-20200101T000000Z.age.old", "my-handrail-20200101T000000Z.age", "handrail-20201399T000000Z.age",
        "handrail.sqlite3", "notes-2020.txt",
    }  # fmt: skip
    for name in (*days.values(), *others):
        (tmp_path / name).touch()
    (tmp_path / "handrail-20200102T000000Z.age").mkdir()
    assert remove_old(tmp_path, now=now) == sorted([days[31], days[400]])
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {days[0], days[1], days[30], *others, "handrail-20200102T000000Z.age"}
    assert remove_old(tmp_path, now=now) == []


def test_names_are_in_the_order_of_time_wherever_they_are_made(now: dt.datetime) -> None:
    later = (now + dt.timedelta(hours=1)).astimezone(dt.timezone(dt.timedelta(hours=-11)))
    assert sorted([name_at(later), name_at(now)]) == [name_at(now), name_at(later)]

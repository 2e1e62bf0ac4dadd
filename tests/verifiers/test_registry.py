"""Every verifier is registered under a method that has weights and an interval, and looks at its own fields."""

import asyncio

import msgspec
import pytest
from dns.resolver import NoResolverConfiguration

from directory.db import Database
from directory.freshness.parameters import every, parameters
from directory.settings import Settings
from verifiers import registry
from verifiers.look import Look, Verifier
from verifiers.registry import registered, told_all
from verifiers.subject import Known

_SET = Settings(database_url="")


def test_every_method_is_known_to_the_tables_and_comes_again(sqlite_database: Database) -> None:
    with registered(sqlite_database, _SET) as verifiers:
        methods = set(verifiers)
    # A machine without name servers looks at what is here alone.
    assert {"import", "feed", "geocode"} <= methods
    assert methods <= parameters().outcomes.keys()
    assert all(every(method, ()) for method in methods)


def test_numbers_and_hours_are_told_apart_by_their_field(sqlite_database: Database) -> None:
    with registered(sqlite_database, _SET) as verifiers:
        look = verifiers["import"]
        outcomes: list[str] = [
            _outcome(look, Known(1, field, value))
            for field, value in (
                ("phone", {"number": "+1305555"}),
                ("schedule", {"days": {"MO": [[540, 1020]]}, "zone": "America/New_York"}),
                ("name", {"text": "Practice House"}),
            )
        ]
    assert outcomes == ["invalid", "sane", ""]


def _outcome(look: Verifier, known: Known) -> str:
    async def ask() -> Look:
        return await look(known)

    return asyncio.run(ask()).outcome


def test_a_look_up_is_there_only_when_it_was_set(sqlite_database: Database) -> None:
    chosen = msgspec.structs.replace(_SET, lookup_url="https://lookup.example.org/")
    for settings, is_there in ((_SET, False), (chosen, True)):
        with registered(sqlite_database, settings) as verifiers:
            assert ("lookup" in verifiers) is is_there
    assert told_all(chosen) == frozenset()
    assert told_all(msgspec.structs.replace(chosen, lookup_confidential=True)) == {"lookup"}


def test_a_machine_without_name_servers_asks_nobody(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise NoResolverConfiguration

    monkeypatch.setattr(registry, "machines_resolver", none)
    with registered(sqlite_database, _SET) as verifiers:
        assert set(verifiers) == {"import", "feed", "geocode"}

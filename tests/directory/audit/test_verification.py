"""Whatever is done to the chain shows: by itself, by its seals, or by an anchor that was kept elsewhere."""

import datetime as dt
import random
from typing import Any

import pytest

from directory.audit.anchor import Anchor, SpokenAnchor, anchor_of, read_spoken, spoken
from directory.audit.signing import PublicKey, public_half
from directory.audit.verification import Finding, verify
from directory.db import Database
from directory.people.service import command_line_person
from tests.directory.audit.tampering import KEY, OTHER_KEY, fill, put, rehashed, rows, sealed, without_triggers

KEYS = (public_half(KEY),)
COLUMNS = ("seq", "at", "verb", "by_id", "subject", "body", "prev_hash", "hash", "signature")


def found(
    database: Database,
    *,
    keys: tuple[PublicKey, ...] = KEYS,
    anchor: Anchor | SpokenAnchor | None = None,
    later: dt.timedelta = dt.timedelta(),
) -> list[Finding]:
    """What is wrong, or was left out."""
    with database.reading() as session:
        return verify(session, keys=keys, anchor=anchor, now=session.info["now"] + later)


def kinds(database: Database, **given: Any) -> list[str]:
    """The kinds of it."""
    return [finding.kind for finding in found(database, **given)]


@pytest.fixture
def anchored(database: Database) -> Anchor:
    """An anchor of a chain of 16 entries, two of them seals, whose triggers are gone."""
    fill(database, 8)
    sealed(database)
    fill(database)
    anchor = anchor_of(sealed(database))
    without_triggers(database, "audit_entry")
    return anchor


def test_an_untouched_chain_is_sound_with_its_keys_and_its_anchor(database: Database, anchored: Anchor) -> None:
    assert found(database, anchor=anchored) == []
    fill(database)
    assert found(database, anchor=anchored) == []
    assert found(database, anchor=read_spoken(spoken(anchored))) == []


def _changed(draw: random.Random, value: Any) -> Any:
    """Another value for a column that holds this one."""
    if isinstance(value, bytes):
        place = draw.randrange(len(value))
        return value[:place] + bytes([value[place] ^ draw.randrange(1, 256)]) + value[place + 1 :]
    if isinstance(value, dt.datetime):
        return value + dt.timedelta(seconds=draw.randrange(1, 10**6))
    if isinstance(value, int):
        return value + draw.randrange(100, 10**6)
    if value is None:
        return draw.randbytes(64)
    place = draw.randrange(len(value))
    return value[:place] + draw.choice("0123456789abcxyz~") + value[place:]


def _mutated(draw: random.Random, chain: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """One thing done to a chain: what, and what it became."""
    how = draw.choice(("edit", "delete", "insert", "reorder", "truncate"))
    place = draw.randrange(len(chain))
    chain = [dict(row) for row in chain]
    if how == "edit":
        column = draw.choice(COLUMNS)
        if column == "by_id":
            chain[place]["by_id"] = 1
        else:
            chain[place][column] = _changed(draw, chain[place][column])
        return f"{how} {column}", chain
    if how == "truncate":
        return how, chain[:place]
    if how == "delete":
        del chain[draw.randrange(len(chain) - 1)]
    elif how == "insert":
        chain.insert(place, chain[draw.randrange(len(chain))] | {"hash": draw.randbytes(32)})
    else:
        other = draw.choice([one for one in range(len(chain)) if one != place])
        chain[place], chain[other] = chain[other], chain[place]
    if draw.random() < 0.5:
        # Whoever knows how the chain is made numbers and links it again.
        return f"{how}, linked again", rehashed(chain)
    return how, [row | {"seq": seq} for seq, row in enumerate(chain, 1)]


def test_a_hundred_things_done_to_a_chain_all_show(database: Database, anchored: Anchor) -> None:
    draw = random.Random(20261126)  # noqa: S311 - the same things each time
    whole = rows(database)
    with database.transaction() as session:
        # Somebody whose number a column can hold.
        assert command_line_person(session, now=session.info["now"]).id == 1
    unseen = []
    done: set[str] = set()
    for _ in range(100):
        how, chain = _mutated(draw, whole)
        put(database, chain)
        done.add(how.split(",")[0].split(" ")[0])
        if not any(finding.is_wrong for finding in found(database, anchor=anchored)):
            unseen.append(how)
    assert unseen == []
    assert done == {"edit", "delete", "insert", "reorder", "truncate"}
    put(database, whole)
    assert found(database, anchor=anchored) == []


def test_an_end_that_was_cut_off_shows_by_the_anchor_alone(database: Database, anchored: Anchor) -> None:
    whole = rows(database)
    put(database, whole[:-1])
    assert found(database) == []
    assert kinds(database, anchor=anchored) == ["anchor"]
    assert kinds(database, anchor=read_spoken(spoken(anchored))) == ["anchor"]
    put(database, [])
    assert kinds(database, anchor=anchored) == ["anchor"]


def test_a_changed_or_missing_signature_shows_by_the_key(database: Database, anchored: Anchor) -> None:
    whole = rows(database)
    for signature in (b"x" * 64, b"x", None):
        put(database, [*whole[:-1], whole[-1] | {"signature": signature}])
        assert kinds(database) == ["seal"]
    put(database, [whole[0] | {"signature": whole[-1]["signature"]}, *whole[1:]])
    assert kinds(database) == ["signature"]


def test_a_whole_chain_written_anew_shows_by_key_and_by_anchor(database: Database, anchored: Anchor) -> None:
    whole = rows(database)
    forged = rehashed([whole[1], *whole[2:8], whole[0], *whole[8:]])
    put(database, forged)
    assert [finding.kind for finding in found(database, keys=())] == ["seal", "seal"]
    put(database, rehashed([whole[1], *whole[2:8], whole[0], *whole[8:]], key=OTHER_KEY))
    assert found(database, keys=()) == []
    assert kinds(database) == ["key", "key"]
    assert kinds(database, keys=(public_half(OTHER_KEY),), anchor=anchored) == ["anchor"]


def test_a_chain_written_anew_without_its_seals_shows_by_the_anchor(database: Database, anchored: Anchor) -> None:
    plain = rehashed([row for row in rows(database) if row["signature"] is None])
    put(database, plain)
    assert kinds(database) == ["unsealed"]
    assert not found(database)[0].is_wrong
    assert "anchor" in kinds(database, anchor=anchored)


def test_a_chain_that_nobody_seals_is_told_and_is_no_proof_of_anything(database: Database) -> None:
    assert found(database) == []
    fill(database)
    assert kinds(database) == ["unsealed"]
    sealed(database)
    assert found(database, later=dt.timedelta(days=6)) == []
    assert [finding.is_wrong for finding in found(database, later=dt.timedelta(days=8))] == [False]


def test_a_key_that_was_replaced_still_vouches_for_what_it_sealed(database: Database) -> None:
    fill(database)
    sealed(database)
    sealed(database, OTHER_KEY)
    assert kinds(database) == ["key"]
    assert found(database, keys=(*KEYS, public_half(OTHER_KEY))) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "assignment",
    ["body = x'ff00'", "body = CAST(x'ff00' AS TEXT)", "body = '[1]'", "at = 'soon'", "hash = 'word'", "subject = 7.5"],
)
def test_what_no_program_of_ours_could_read_is_told_as_a_break(database: Database, assignment: str) -> None:
    fill(database)
    without_triggers(database, "audit_entry")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE audit_entry SET {assignment} WHERE seq = 3")
    assert [finding.kind for finding in found(database)] == ["chain"]

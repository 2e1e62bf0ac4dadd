"""What is sealed opens once, within minutes, in every process that shares the seal, and nowhere else."""

import os
import secrets
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.sealing import PERIOD_SECONDS, ROOM_BYTES, TOKEN_LETTERS, Seal, TooLongToSealError

SENTINEL = b"a=Zanzibarium&n=shelter"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_what_is_sealed_opens_once() -> None:
    seal = Seal()
    token = seal.seal(SENTINEL)
    assert seal.open(token) == SENTINEL
    assert [seal.open(token), seal.open(token)] == [None, None]


@given(st.binary(max_size=1_400))
def test_every_token_has_the_same_length_and_tells_nothing(content: bytes) -> None:
    seal = Seal()
    first, second = seal.seal(content), seal.seal(content)
    assert len(first) == len(second) == TOKEN_LETTERS
    assert first != second
    assert seal.open(second) == content


def test_what_has_no_room_is_refused_and_nothing_is_cut_off() -> None:
    with pytest.raises(TooLongToSealError):
        Seal().seal(secrets.token_bytes(ROOM_BYTES))


def test_a_token_opens_for_at_least_one_period_and_at_most_two() -> None:
    clock = Clock()
    clock.now = 10.0 * PERIOD_SECONDS
    seal = Seal(clock=clock)
    early, late = seal.seal(b"early"), seal.seal(b"late")
    clock.now += 2 * PERIOD_SECONDS - 1
    assert seal.open(early) == b"early"
    assert seal.open(early) is None
    clock.now += 1
    assert seal.open(late) is None


def test_a_key_is_gone_from_the_memory_when_its_time_is_over_also_when_nobody_asks() -> None:
    clock = Clock()
    seal = Seal(clock=clock)
    keys = seal._keys()
    clock.now += 2 * PERIOD_SECONDS
    seal.turn()
    held = seal._memory[:]
    assert not any(key in held for key in keys)


def test_after_a_long_pause_no_key_of_before_is_left() -> None:
    clock = Clock()
    seal = Seal(clock=clock)
    token, keys = seal.seal(SENTINEL), seal._keys()
    clock.now += 86_400
    assert seal.open(token) is None
    assert not any(key in seal._memory[:] for key in keys)


def test_the_marks_of_a_period_go_with_it_and_its_key() -> None:
    clock = Clock()
    seal = Seal(clock=clock)
    tokens = [seal.seal(b"%d" % number) for number in range(50)]
    assert None not in [seal.open(token) for token in tokens]
    empty = len(seal._memory[:].replace(b"\0", b""))
    clock.now += 2 * PERIOD_SECONDS
    seal.turn()
    assert len(seal._memory[:].replace(b"\0", b"")) < empty - 50 * 8
    assert [seal.open(token) for token in tokens] == [None] * 50


def test_another_site_or_a_site_that_began_anew_opens_nothing() -> None:
    assert Seal().open(Seal().seal(SENTINEL)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda _: "",
        lambda _: "A" * TOKEN_LETTERS,
        lambda _: "!" * TOKEN_LETTERS,
        lambda token: "é" + token[1:],
        lambda token: token[:100] + ("A" if token[100] != "A" else "B") + token[101:],
    ],
)
def test_what_was_changed_or_was_never_ours_opens_nothing_and_uses_nothing_up(change: Callable[[str], str]) -> None:
    seal = Seal()
    token = seal.seal(SENTINEL)
    assert seal.open(change(token)) is None
    assert seal.open(token) == SENTINEL


def test_when_there_is_no_room_for_marks_nothing_opens_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.sealing._FULLEST", 3)
    seal = Seal()
    tokens = [seal.seal(SENTINEL) for _ in range(5)]
    assert [seal.open(token) is not None for token in tokens * 2] == [True] * 3 + [False] * 7


def test_what_may_be_opened_again_takes_no_room_for_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.sealing._FULLEST", 1)
    seal = Seal()
    refused = seal.seal(b"429", opens_once=False)
    assert len(refused) == TOKEN_LETTERS
    assert [seal.open(refused) for _ in range(3)] == [b"429"] * 3
    assert seal.open(seal.seal(SENTINEL)) == SENTINEL


def test_processes_share_keys_and_marks() -> None:
    clock = Clock()
    seal = Seal(clock=clock)
    ours = seal.seal(b"ours")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = (seal.open(ours) or b"-") + b" " + seal.seal(b"theirs").encode()
            os.write(write, answer)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    opened, _, theirs = os.read(read, 10_000).partition(b" ")
    os.close(read)
    os.close(write)
    assert opened == b"ours"
    assert seal.open(ours) is None
    assert seal.open(theirs.decode()) == b"theirs"


def test_a_process_that_dies_while_it_holds_the_memory_stops_nobody() -> None:
    seal = Seal()
    child = os.fork()
    if child == 0:
        held = seal._held()
        held.__enter__()
        os._exit(9)
    os.waitpid(child, 0)
    assert seal.open(seal.seal(SENTINEL)) == SENTINEL

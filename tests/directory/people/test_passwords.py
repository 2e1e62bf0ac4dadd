"""Which passwords are good enough, and that looking at one costs the same whether it is somebody's or nobody's."""

import unicodedata
from typing import Literal

import pytest
from argon2 import PasswordHasher

from directory.errors import RefusedError
from directory.people.passwords import HASHER, LONGEST, check_password, hash_of, is_right
from tests.staff import CHEAP, PASSWORD


class Counting(PasswordHasher):
    """Counts what it is asked."""

    hashed = verified = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Hash, and count."""
        self.hashed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - the library's name
        """Verify, and count."""
        self.verified += 1
        return super().verify(hash, password)


def test_the_hashes_of_people_are_argon2id_and_cost_what_is_asked_for() -> None:
    assert hash_of(PASSWORD, hasher=CHEAP).startswith(b"$argon2id$")
    assert HASHER.memory_cost >= 19 * 1024
    assert HASHER.time_cost >= 2
    assert HASHER.parallelism >= 1
    assert HASHER.type.name == "ID"


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "siete garzas cruzan río arriba", "白い鷺が七羽 静かな川をのぼっていく", "x" + "rV7!k" * 25],
)
def test_a_long_password_of_any_letters_is_good(password: str) -> None:
    assert is_right(password, hash_of(check_password(password), hasher=CHEAP), hasher=CHEAP)


@pytest.mark.parametrize("password", ["", "k7#Qz!vT9w@LpX", "heron" * 26])
def test_a_password_has_fifteen_to_a_hundred_and_twenty_eight_characters(password: str) -> None:
    with pytest.raises(RefusedError, match="15 to 128"):
        check_password(password)


@pytest.mark.parametrize(
    "password", ["passwordpassword", "123456789012345678", "aaaaaaaaaaaaaaaaaaaaaaaa", "qwertyuiopasdfghjkl"]
)
def test_a_password_that_is_on_everybodys_list_is_refused(password: str) -> None:
    with pytest.raises(RefusedError, match="list of common ones"):
        check_password(password)


def test_a_password_made_of_what_is_known_about_somebody_is_refused() -> None:
    for made_of_it in ("XiomquelTarvandor", "tarvandorxiomquel", "vorhalden@example.org"):
        check_password(made_of_it)
        with pytest.raises(RefusedError, match="easily guessed"):
            check_password(made_of_it, about=("Xiomquel Tarvandor", "vorhalden@example.org", "Practice"))


def test_the_same_letters_typed_in_another_way_are_the_same_password() -> None:
    typed, stored = unicodedata.normalize("NFD", "café con leche y río"), hash_of("café con leche y río", hasher=CHEAP)
    assert is_right(typed, stored, hasher=CHEAP)


def test_nothing_is_right_without_a_hash_or_with_one_that_is_broken() -> None:
    assert not is_right("nobody has this one, and nobody ever will", None, hasher=CHEAP)
    assert not is_right(PASSWORD, b"no hash at all", hasher=CHEAP)


def test_a_hundred_thousand_letters_are_wrong_like_any_other() -> None:
    assert not is_right("x" * 100_000, hash_of("x" * LONGEST, hasher=CHEAP), hasher=CHEAP)


def test_looking_at_a_password_is_one_hash_whether_somebody_has_it_or_nobody() -> None:
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    stored = CHEAP.hash(PASSWORD).encode()
    is_right(PASSWORD, None, hasher=hasher)  # the first of a process makes the one that nobody has
    hasher.hashed = hasher.verified = 0
    for held in (stored, None, stored, None):
        is_right("another password that nobody has", held, hasher=hasher)
    assert (hasher.verified, hasher.hashed) == (4, 0)

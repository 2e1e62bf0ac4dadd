"""Passwords: which are good enough, and their hashes (argon2id)."""

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from directory.errors import RefusedError

SHORTEST, LONGEST = 15, 128
# What zxcvbn calls hard to guess even for somebody who has the hash; it reads this many letters at most.
_GOOD_SCORE, _JUDGED = 3, 72
# The library's figures are those of RFC 9106 for little memory: 64 MiB, three passes, four lanes.
HASHER = PasswordHasher()


def check_password(password: str, *, about: tuple[str, ...] = ()) -> str:
    """The password as it is hashed (NFKC), if it is good enough.

    Args:
        password: what somebody chose.
        about: words about them and this site, which may not be all there is to it.

    Raises:
        RefusedError: it is shorter than 15 or longer than 128 characters, or a common or easily guessed one.
    """
    chosen = _normal(password)
    if not SHORTEST <= len(chosen) <= LONGEST:
        raise RefusedError(f"A password has {SHORTEST} to {LONGEST} characters. Several words that nobody guesses do.")
    # Whole names are hardly ever typed as they are written: their words count as well.
    known = [word for told in about for word in (told, *re.split(r"[\W_]+", told)) if word]
    if zxcvbn(chosen[:_JUDGED], user_inputs=known)["score"] < _GOOD_SCORE:
        raise RefusedError("That password is on a list of common ones, or easily guessed. Choose another.")
    return chosen


def hash_of(password: str, *, hasher: PasswordHasher = HASHER) -> bytes:
    """The hash of a password, as it is stored."""
    return hasher.hash(_normal(password)).encode()


def is_right(password: str, stored: bytes | None, *, hasher: PasswordHasher = HASHER) -> bool:
    """Whether a password is the one that was hashed. Without a hash it takes as long and is never right."""
    # Made whether it is needed or not: else the first address that nobody has would take longer than others.
    nobody = _nobody(hasher)
    try:
        # One that is far too long is not worth hashing, and no account can have it.
        return hasher.verify(stored or nobody, _normal(password[: LONGEST * 4])) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody(hasher: PasswordHasher) -> bytes:
    """A hash of a password that nobody has, of the same cost."""
    return hasher.hash("nobody has this one, and nobody ever will").encode()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)

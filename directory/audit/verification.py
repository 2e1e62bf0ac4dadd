"""Whether the audit chain is what it was: its links, its seals, and an anchor that was kept elsewhere."""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy.orm import Session

from directory.audit.anchor import Anchor, SpokenAnchor, read_anchor
from directory.audit.service import Entry, walk
from directory.audit.signing import SEALED, PublicKey, key_file, key_named, public_key_file, read_public_keys
from directory.settings import Settings

# A chain is sealed every day; after so many without a seal somebody should look why.
SEALED_WITHIN = dt.timedelta(days=7)

_SIGNATURE_BYTES = 64

Kind = Literal["chain", "seal", "signature", "key", "anchor", "unsealed"]


class Finding(msgspec.Struct, frozen=True):
    """Something about the chain that a person should know.

    Attributes:
        kind: ``chain`` broken; ``seal`` not what it was; ``signature`` where none belongs; sealed with an unknown
            ``key``; ``anchor`` not met; ``unsealed`` for days, the only one that is no proof of anything wrong.
        seq: the entry.
        words: one sentence, safe to show.
    """

    kind: Kind
    seq: int
    words: str

    @property
    def is_wrong(self) -> bool:
        """Whether somebody changed something, rather than left something out."""
        return self.kind != "unsealed"


def verify(
    session: Session,
    *,
    keys: Sequence[PublicKey] = (),
    anchor: Anchor | SpokenAnchor | None = None,
    now: dt.datetime,
) -> list[Finding]:
    """What is wrong with the chain, in the order of its entries; nothing when it is sound.

    Args:
        session: reads a state that does not change meanwhile.
        keys: the keys that seals may be signed with; with none given signatures are not looked at.
        anchor: an earlier end of the chain, kept elsewhere. Without one nobody can tell whether the end was cut off.
        now: the present, for the age of the last seal.
    """
    verifier = Verifier(keys=keys, anchor=anchor)
    for entry in walk(session):
        verifier.look_at(entry)
    return verifier.end(now=now)


class Verifier:
    """Looks at one entry after the other, for whoever walks the chain for other reasons too."""

    def __init__(self, *, keys: Sequence[PublicKey], anchor: Anchor | SpokenAnchor | None) -> None:
        self._keys = keys
        self._anchor = anchor
        self._findings: list[Finding] = []
        self._last = 0
        self._sealed_at: str | None = None

    def look_at(self, entry: Entry) -> None:
        """Look at the next entry of the chain."""
        self._last = entry.seq
        if not entry.is_sound:
            self._find("chain", entry, "The chain does not hold together at entry {}.")
            return
        if entry.verb == SEALED:
            self._look_at_seal(entry)
        elif entry.signature is not None:
            self._find("signature", entry, "Entry {} has a signature, and is no seal.")
        if self._anchor is not None and entry.seq == self._anchor.seq and not self._anchor.fits(entry.hash):
            self._find("anchor", entry, "Entry {} is another than the one that was anchored: the chain was rewritten.")

    def _look_at_seal(self, entry: Entry) -> None:
        self._sealed_at = entry.at
        names_the_end = (entry.body.get("seq"), entry.body.get("hash")) == (entry.seq - 1, entry.previous.hex())
        key = key_named(self._keys, entry.body.get("key"))
        if not names_the_end or not isinstance(entry.signature, bytes) or len(entry.signature) != _SIGNATURE_BYTES:
            self._find("seal", entry, "The seal at entry {} does not seal what stands before it.")
        elif self._keys and key is None:
            self._find("key", entry, "The seal at entry {} is signed with a key that is not known here.")
        elif key is not None and not key.has_signed(entry.hash, entry.signature):
            self._find("seal", entry, "The signature of the seal at entry {} is not that of its key.")

    def _find(self, kind: Kind, entry: Entry, words: str) -> None:
        self._findings.append(Finding(kind, entry.seq, words.format(entry.seq)))

    def end(self, *, now: dt.datetime) -> list[Finding]:
        """All that was found, now that no entry follows."""
        found = list(self._findings)
        if any(finding.kind == "chain" for finding in found):
            # What stands behind the break was not looked at.
            return found
        anchor = self._anchor
        if anchor is not None and anchor.seq > self._last:
            words = (
                f"The chain ends at entry {self._last}, before the anchored entry {anchor.seq}: its end was cut off."
            )
            found.append(Finding("anchor", self._last, words))
        if self._last and self._is_due(now):
            words = f"No seal was put for {SEALED_WITHIN.days} days. Run: handrail audit seal"
            found.append(Finding("unsealed", self._last, words))
        return found

    def _is_due(self, now: dt.datetime) -> bool:
        return self._sealed_at is None or now - dt.datetime.fromisoformat(self._sealed_at) > SEALED_WITHIN


class Trust(msgspec.Struct, frozen=True):
    """What a chain is held against: the keys that may have sealed it, and its last seal as whoever seals noted it."""

    keys: tuple[PublicKey, ...] = ()
    anchor: Anchor | None = None


def last_anchor_file(settings: Settings) -> Path:
    """Where whoever seals notes the last seal, beside the key."""
    return key_file(settings).with_suffix(".last")


def trust_of(settings: Settings) -> Trust:
    """What this deployment holds its chain against: what lies beside the key and may be read.

    Raises:
        BadInputError: what lies there is damaged.
    """
    public, last = public_key_file(settings), last_anchor_file(settings)
    keys = read_public_keys(public) if os.access(public, os.R_OK) else ()
    return Trust(keys, read_anchor(last) if os.access(last, os.R_OK) else None)

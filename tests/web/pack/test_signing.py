"""One byte that is another shows, whatever file it is in; so does a pack that somebody else signed, or an old one."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from directory.audit.signing import public_half
from directory.errors import BadInputError
from web.pack.signing import MANIFEST, MOST_BYTES, Manifest, listed, signed_manifest, verify

_DAY = dt.date(2026, 11, 26)
_KEY, _OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32) for one in (1, 2))
_FILES = {"en.html": b"<p>305 555 0142</p>", "en-pack.pdf": b"%PDF-1.7 305"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack of two files, signed."""
    manifest = Manifest("4821-7731", _DAY, _DAY + dt.timedelta(60), "33130 (Miami, FL)", ("en",), listed(_FILES))
    for name, content in {**_FILES, MANIFEST: signed_manifest(manifest, _KEY)}.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def _state(path: Path, *, key: Ed25519PrivateKey = _KEY, today: dt.date = _DAY) -> str:
    return verify(path, [public_half(key)], today=today).state


def test_what_is_as_it_was_made_is_valid_each_file_and_all_of_them(folder: Path) -> None:
    for path in (folder, folder / MANIFEST, *(folder / name for name in _FILES)):
        assert verify(path, [public_half(_OTHER), public_half(_KEY)], today=_DAY).state == "valid"
    assert verify(folder, [public_half(_KEY)], today=_DAY).serial == "4821-7731"


@pytest.mark.parametrize("name", [*_FILES])
def test_any_byte_that_is_another_shows(folder: Path, name: str) -> None:
    content = _FILES[name]
    for at in range(len(content)):
        (folder / name).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert _state(folder / name) == "changed"
    verdict = verify(folder, [public_half(_KEY)], today=_DAY)
    assert (verdict.state, verdict.files) == ("changed", (name,))


def test_any_byte_of_the_list_that_means_something_shows(folder: Path) -> None:
    content = (folder / MANIFEST).read_bytes()
    said = msgspec.json.decode(content)
    survived = 0
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        (folder / MANIFEST).write_bytes(changed)
        try:
            state = _state(folder)
        except BadInputError:
            continue
        if state == "valid":
            # White space between what is said, or bits that base64 does not use.
            assert msgspec.json.decode(changed)["pack"] == said["pack"]
            survived += 1
        else:
            assert state in ("changed", "unknown-key")
    assert survived < len(content) / 3


def test_a_list_that_somebody_else_signed_is_not_ours(folder: Path) -> None:
    assert _state(folder, key=_OTHER) == "unknown-key"
    manifest = Manifest("4821-7731", _DAY, _DAY + dt.timedelta(60), "", ("en",), listed(_FILES))
    (folder / MANIFEST).write_bytes(signed_manifest(manifest, _OTHER))
    assert _state(folder) == "unknown-key"


def test_after_its_last_day_it_is_expired_and_a_change_weighs_more(folder: Path) -> None:
    last = _DAY + dt.timedelta(60)
    assert (_state(folder, today=last), _state(folder, today=last + dt.timedelta(1))) == ("valid", "expired")
    (folder / "en.html").write_bytes(b"")
    assert _state(folder, today=last + dt.timedelta(1)) == "changed"


def test_a_file_that_is_missing_or_was_put_beside_them_shows(folder: Path) -> None:
    (folder / "es.html").write_bytes(b"another")
    assert _state(folder / "es.html") == "changed"
    # Who opens the folder opens that one too.
    for whole in (folder, folder / MANIFEST):
        verdict = verify(whole, [public_half(_KEY)], today=_DAY)
        assert (verdict.state, verdict.files) == ("changed", ("es.html",))
    (folder / "es.html").rename(folder / ".DS_Store")
    assert _state(folder) == "valid"
    (folder / "en.html").unlink()
    assert _state(folder) == "changed"


def test_what_cannot_be_read_as_a_file_is_not_as_it_was_made(folder: Path) -> None:
    (folder / "en.html").unlink()
    (folder / "en.html").mkdir()
    with (folder / "en-pack.pdf").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    verdict = verify(folder, [public_half(_KEY)], today=_DAY)
    assert (verdict.state, verdict.files) == ("changed", ("en-pack.pdf", "en.html"))


def test_without_a_list_nothing_can_be_said(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    with pytest.raises(BadInputError, match="cannot be read"):
        _state(folder / "en.html")

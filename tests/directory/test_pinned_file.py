"""A newer file of pinned lines counts when the maintainers signed it, and in no other case (SAFETY I4)."""

import base64
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from directory import pinned, pinned_cli, sign_pinned
from directory.errors import BadInputError, DirectoryError, RefusedError
from directory.pinned import brought_along, bundled, file_in_use, pinned_lines, read_signed
from tests.services import ROOT
from web.cli import main

TODAY = dt.date(2026, 12, 24)
_BUNDLED = (ROOT / "directory/pinned.json").read_bytes()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Ed25519PrivateKey]:
    """A maintainer's key that this program knows, and a data folder of its own."""
    private = Ed25519PrivateKey.generate()
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    known = (*pinned._keys(), pinned._Key(public, "a test", TODAY))
    monkeypatch.setattr(pinned, "_keys", lambda: known)
    for module in (pinned, pinned_cli):
        monkeypatch.setattr(module, "data_folder", lambda: tmp_path)
    monkeypatch.setattr(pinned_cli, "utc_now", lambda: dt.datetime(2026, 12, 24, tzinfo=dt.UTC))
    file_in_use.cache_clear()
    yield private
    file_in_use.cache_clear()


def written(number: str = "+18883737889", dated: str = "2026-12-01", **changed: Any) -> bytes:
    whole = msgspec.json.decode(_BUNDLED)["pinned"]
    whole["dated"] = dated
    whole["countries"]["US"]["lines"][0]["number"] = number
    return msgspec.json.encode(whole | changed)


def update(file: Path) -> Any:
    return CliRunner().invoke(main, ["pinned", "update", str(file), "--yes"])


def test_the_bundled_file_is_signed_by_a_key_that_ships_with_it() -> None:
    assert bundled() == read_signed(_BUNDLED)
    with pytest.raises(RefusedError):
        read_signed(_BUNDLED.replace(b"+18883737888", b"+18883737889"))


def test_a_newer_signed_file_is_shown_without_a_release(key: Ed25519PrivateKey, tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(sign_pinned.signed(key, written()))
    answer = update(tmp_path / "new")
    assert answer.exit_code == 0, answer.output
    assert "888 373 7889" in answer.output
    assert (tmp_path / "pinned.json").stat().st_mode & 0o777 == 0o600
    file_in_use.cache_clear()
    assert pinned_lines("US").lines[0].number == "+18883737889"
    assert pinned_lines("US").dated == dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"dated": "2026-11-26"},
        {"dated": "2025-01-01"},
        {"dated": "2027-01-01"},
        {"number": "+15550100"},
        {"countries": {}},
        {"countries": {"US": {"emergency": "911", "lines": []}}},
    ],
)
def test_a_signed_file_that_is_old_early_wrong_or_loses_a_country_is_refused(
    key: Ed25519PrivateKey, tmp_path: Path, changed: dict[str, Any]
) -> None:
    (tmp_path / "new").write_bytes(sign_pinned.signed(key, written(**changed)))
    assert update(tmp_path / "new").exit_code in {1, 2, 6}
    assert not (tmp_path / "pinned.json").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        _BUNDLED[: len(_BUNDLED) // 2],
        b" " * 300_000,
        written(),
        b"\x00" * 100,
        _BUNDLED.replace(b'"dated": "2026-11-26"', b'"dated": "2026-12-01"'),
        sign_pinned.signed(Ed25519PrivateKey.generate(), written()),
    ],
    ids=["empty", "an object", "deep", "half", "huge", "unsigned", "binary", "changed", "of a stranger"],
)
def test_what_nobody_known_signed_counts_for_nothing(key: Ed25519PrivateKey, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DirectoryError) as refused:
        read_signed(content)
    assert isinstance(refused.value, BadInputError | RefusedError)
    (tmp_path / "new").write_bytes(content)
    assert update(tmp_path / "new").exit_code != 0
    # Put there by hand it is passed over, and never the reason for no line.
    (tmp_path / "pinned.json").write_bytes(content)
    assert brought_along(tmp_path) is None
    file_in_use.cache_clear()
    assert pinned_lines("US").lines[0].number == "+18883737888"


def test_what_is_pinned_can_be_read_by_other_programs(key: Ed25519PrivateKey) -> None:
    answer = CliRunner().invoke(main, ["pinned", "show", "--json"])
    assert msgspec.json.decode(answer.output)["countries"]["US"]["lines"][0]["number"] == "+18883737888"
    assert "1 888 373 7888" in CliRunner().invoke(main, ["pinned", "show"]).output

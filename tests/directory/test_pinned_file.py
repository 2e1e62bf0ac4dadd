"""A newer file of pinned lines counts when the maintainers signed it, and in no other case (SAFETY I4)."""

import base64
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from directory import pinned, pinned_cli, sign_pinned
from directory.audit.models import AuditEntry
from directory.bootstrap import open_database
from directory.errors import BadInputError, DirectoryError, RefusedError
from directory.pinned import brought_along, bundled, file_in_use, pinned_lines, problem_of, read_signed
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
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(pinned_cli, "utc_now", lambda: dt.datetime(2026, 12, 24, tzinfo=dt.UTC))
    file_in_use.cache_clear()
    yield private
    file_in_use.cache_clear()


def written(number: str = "+18883737889", dated: str = "2026-12-01", **changed: Any) -> bytes:
    whole = msgspec.json.decode(_BUNDLED)["pinned"]
    whole["dated"] = dated
    whole["countries"]["US"]["lines"][0]["number"] = number
    return msgspec.json.encode(whole | changed)


def with_line(**changed: Any) -> bytes:
    """A newer file in which the line of the United States says something else."""
    whole = msgspec.json.decode(written())
    whole["countries"]["US"]["lines"][0] |= changed
    return msgspec.json.encode(whole)


def signed(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """A file that was signed by somebody who looked at nothing."""
    whole = msgspec.json.decode(content)
    public, value = key.public_key().public_bytes_raw(), key.sign(pinned.signed_bytes(whole))
    signature = {"key": base64.b64encode(public).decode(), "value": base64.b64encode(value).decode()}
    return msgspec.json.encode({"pinned": whole, "signature": signature})


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

    folder = tmp_path / "home" / "handrail"
    database = open_database(f"sqlite:///{folder}/handrail.sqlite3")
    with database.reading() as session:
        assert session.scalars(sa.select(AuditEntry.verb)).all() == ["pinned.updated"]
    database.dispose()


_NATIONS = {"AS": "US", "GU": "US", "MP": "US", "PR": "US", "VI": "US"}
_LABEL = "A line for everybody"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (written(dated="2026-11-26"), "not newer"),
        (written(dated="2025-01-01"), "not newer"),
        (written(dated="2026-12-25"), "in the future"),
        (written("+15550100"), "number in the file cannot exist"),
        (written("+9990000000"), "number in the file cannot exist"),
        (with_line(text={"code": "000"}), "short number in the file cannot exist"),
        (with_line(tty="000"), "short number in the file cannot exist"),
        (with_line(label={"en": _LABEL}), "Words of a line are missing"),
        (with_line(name={}), "Words of a line are missing"),
        (with_line(label={"en": "x" * 301, "es": _LABEL}), "or too long"),
        (with_line(label={"en": "The hotline", "es": _LABEL}), "would tell on every page"),
        (written(countries={}), "leaves out CA, US"),
        (written(countries={"US": {"emergency": "911", "lines": []}}), "leaves out CA, US"),
        (written(territories={"PR": "US"}), "leaves out AS, GU, MP, VI"),
        (written(territories=_NATIONS | {"PR": "CA"}), "leaves out PR"),
    ],
)
def test_a_signed_file_that_is_old_early_wrong_or_loses_a_country_is_refused(
    key: Ed25519PrivateKey, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "new").write_bytes(signed(key, content))
    answer = update(tmp_path / "new")
    assert answer.exit_code in {1, 6}
    assert said in " ".join(answer.stderr.split())
    assert not (tmp_path / "pinned.json").exists()


@pytest.mark.parametrize("content", [written("+15550100"), with_line(tty="000"), with_line(label={})])
def test_a_signed_file_that_no_page_can_show_counts_for_nothing_in_the_folder_either(
    key: Ed25519PrivateKey, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "pinned.json").write_bytes(signed(key, content))
    assert brought_along(tmp_path) is None
    assert problem_of(tmp_path)
    assert file_in_use() == bundled()
    (tmp_path / "pinned.json").write_bytes(signed(key, written()))
    assert problem_of(tmp_path) == ""
    assert brought_along(tmp_path) == read_signed(signed(key, written()))


@pytest.mark.parametrize("answer", ["n\n", "y\n"])
def test_a_person_at_a_terminal_sees_what_changes_and_is_asked(
    key: Ed25519PrivateKey, tmp_path: Path, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_bytes(signed(key, with_line(tty="", label={"en": _LABEL, "es": "Una línea"})))
    monkeypatch.setattr(pinned_cli, "is_terminal", lambda: True)
    told = CliRunner().invoke(main, ["pinned", "update", str(tmp_path / "new")], input=answer)
    changes = [line for line in told.stdout.splitlines() if line[:1] in "+-"]
    assert len([line for line in changes if line.startswith("+")]) == 3
    assert any("888 373 7889" in line and "TTY -" in line for line in changes)
    assert any(_LABEL in line for line in changes)
    assert (tmp_path / "pinned.json").exists() == (answer == "y\n")


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_ordinary_file_counts_for_nothing_and_holds_nobody_up(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "pinned.json"
    file.mkdir() if kind == "folder" else os.mkfifo(file)
    assert brought_along(tmp_path) is None
    assert problem_of(tmp_path)


def test_an_interrupted_update_leaves_what_was_there(
    key: Ed25519PrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_bytes(signed(key, written()))
    assert update(tmp_path / "new").exit_code == 0
    before = (tmp_path / "pinned.json").read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("directory.files.os.fsync", full)
    (tmp_path / "new").write_bytes(signed(key, written(dated="2026-12-02")))
    answer = update(tmp_path / "new")
    assert (answer.exit_code, "cannot be written" in answer.stderr) == (1, True)
    assert (tmp_path / "pinned.json").read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home", "new", "pinned.json"]


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

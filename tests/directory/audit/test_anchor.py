"""An anchor comes back from a file or from a line as it went out, and never from something damaged."""

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.audit.anchor import Anchor, SpokenAnchor, read_anchor, read_spoken, spoken, write_anchor
from directory.errors import BadInputError

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AT = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)


def anchor(seq: int = 1234, digest: bytes = bytes(range(32))) -> Anchor:
    """An anchor."""
    return Anchor(seq=seq, at=AT, hash=digest.hex(), key="0123456789abcdef", signature="ab" * 64)


@given(st.integers(1, 10**12 - 1), st.binary(min_size=32, max_size=32))
def test_a_line_is_read_as_it_was_said_and_fits_its_entry_alone(seq: int, digest: bytes) -> None:
    line = spoken(anchor(seq, digest))
    for heard in (line, line.lower(), line.replace(" ", ""), line.replace(" ", "-"), line.replace("0", "o", 1)):
        read = read_spoken(heard)
        assert read.seq == seq
        assert read.fits(digest)
    assert not read.fits(bytes([digest[0] ^ 1]) + digest[1:])


@given(st.data())
def test_no_wrong_sign_and_no_two_exchanged_signs_pass(data: st.DataObject) -> None:
    line = spoken(anchor(digest=data.draw(st.binary(min_size=32, max_size=32)))).replace(" ", "")
    place = data.draw(st.integers(4, len(line) - 1))
    wrong = data.draw(st.sampled_from([sign for sign in SIGNS if sign != line[place]]))
    with pytest.raises(BadInputError):
        read_spoken(line[:place] + wrong + line[place + 1 :])
    if place + 1 < len(line) and line[place] != line[place + 1]:
        with pytest.raises(BadInputError):
            read_spoken(line[:place] + line[place + 1] + line[place] + line[place + 2 :])


@pytest.mark.parametrize(
    "line", ["", "1234", "x" * 10_000, "0 " + "0" * 21, "٣٤٥ 0000 0000 0000 0000 0000 0", "\0" * 30]
)
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(BadInputError):
        read_spoken(line)


def test_a_line_is_short_enough_for_a_text_message() -> None:
    line = spoken(anchor())
    assert line == "1234 000G 40R4 0M30 E209 185G " + line[-1]
    assert len(line) == 31
    assert isinstance(read_spoken(line), SpokenAnchor)


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_anchor(tmp_path / "anchor.json", anchor())
    assert read_anchor(tmp_path / "anchor.json") == anchor()
    assert [file.name for file in tmp_path.iterdir()] == ["anchor.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"seq":1}', b"null", b" " * 70_000,
        b'{"seq":1,"at":"2026-11-26T15:00:00Z","hash":"<b>","key":"0123456789abcdef","signature":""}',
        b'{"seq":99999999999999999999999999,"at":"2026-11-26T15:00:00Z"}',
    ],
)  # fmt: skip
def test_a_damaged_or_hostile_file_is_refused_in_words_that_do_not_repeat_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "anchor.json"
    file.write_bytes(content)
    with pytest.raises(BadInputError, match=r"The file of the anchor") as refused:
        read_anchor(file)
    assert "<b>" not in str(refused.value)


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "anchor.json"
    write_anchor(file, anchor())
    whole = file.read_bytes()
    for length in range(0, len(whole) - 2, 17):
        file.write_bytes(whole[:length])
        with pytest.raises(BadInputError):
            read_anchor(file)


def test_what_is_no_file_does_not_make_anybody_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "nothing", "."):
        with pytest.raises(BadInputError):
            read_anchor(tmp_path / name)

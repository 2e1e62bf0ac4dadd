"""Keys that seal the audit: made once, their owner's alone, and refused when they are anything else."""

import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from directory.audit.models import AuditEntry
from directory.audit.service import broken_at, head
from directory.audit.signing import (
    ensure_key,
    key_file,
    last_seal,
    public_half,
    public_key_file,
    read_key,
    read_public_keys,
)
from directory.db import Database
from directory.errors import BadInputError, DirectoryError
from directory.settings import Settings
from tests.directory.audit.tampering import KEY, OTHER_KEY, fill, sealed


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Settings with a key in a folder that is not there yet."""
    return Settings(database_url="sqlite:///unused", audit_key=str(tmp_path / "keys/audit.key"))


def test_a_key_is_made_once_and_its_owner_alone_may_read_it(chosen: Settings) -> None:
    assert ensure_key(chosen)
    key = read_key(key_file(chosen))
    assert stat.S_IMODE(key_file(chosen).stat().st_mode) == 0o600
    assert read_public_keys(public_key_file(chosen)) == (public_half(key),)
    assert public_key_file(chosen).name == "audit.pub"
    assert not ensure_key(chosen)
    assert public_half(read_key(key_file(chosen))) == public_half(key)
    assert len(list(key_file(chosen).parent.iterdir())) == 2


def test_a_lost_key_is_not_replaced_in_silence(chosen: Settings) -> None:
    ensure_key(chosen)
    key_file(chosen).unlink()
    with pytest.raises(DirectoryError, match="public half is"):
        ensure_key(chosen)
    assert not key_file(chosen).exists()


def test_a_key_that_others_may_read_is_refused(chosen: Settings) -> None:
    ensure_key(chosen)
    for mode in (0o640, 0o604, 0o620, 0o777):
        key_file(chosen).chmod(mode)
        with pytest.raises(BadInputError, match="owner's alone"):
            read_key(key_file(chosen))


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    curve = generate_private_key(SECP256R1())
    foreign = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    foreign_public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    file = tmp_path / "audit.key"
    for content in (b"", b"-----BEGIN PRIVATE KEY-----", b"\0" * 70_000, foreign, foreign[:-30]):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(BadInputError):
            read_key(file)
    for content in (b"", foreign_public, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        file.write_bytes(content)
        with pytest.raises(BadInputError):
            read_public_keys(file)


def test_several_public_keys_stand_one_beneath_the_other(tmp_path: Path) -> None:
    file = tmp_path / "audit.pub"
    pem = [key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in (KEY, OTHER_KEY)]
    file.write_bytes(b"\n".join(pem))
    assert read_public_keys(file) == (public_half(KEY), public_half(OTHER_KEY))


def test_a_seal_names_the_end_of_the_chain_and_is_signed_from_the_first(database: Database) -> None:
    fill(database)
    with database.transaction() as session:
        end = head(session)
    put = sealed(database)
    assert public_half(KEY).has_signed(put.hash, put.signature)
    assert not public_half(OTHER_KEY).has_signed(put.hash, put.signature)
    with database.reading() as session:
        body = session.scalars(sa.select(AuditEntry.body).where(AuditEntry.seq == put.seq)).one()
        assert last_seal(session) == put
        assert broken_at(session) is None
    assert put.seq == end.seq + 1
    assert end.hash.hex() in body
    assert put.key in body

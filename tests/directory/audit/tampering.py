"""What somebody can do to the chain who has the whole database: no trigger stops them."""

import hashlib
import itertools
from typing import Any

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from directory.audit.models import AuditEntry
from directory.audit.service import FIRST, Act, record
from directory.audit.signing import SEALED, Seal, public_half, seal
from directory.db import Database

TABLE: Any = AuditEntry.__table__
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
# No two entries say the same, for to exchange those would change nothing.
_NUMBERS = itertools.count(1)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def fill(database: Database, entries: int = 6) -> None:
    """A chain of so many entries more."""
    with database.transaction() as session:
        acts = [Act("thing.done", str(number), {"thing": number}) for number in itertools.islice(_NUMBERS, entries)]
        record(session, acts, now=session.info["now"])


def sealed(database: Database, key: Ed25519PrivateKey = KEY) -> Seal:
    """The seal that was just put."""
    with database.transaction() as session:
        return seal(session, key, now=session.info["now"])


def without_triggers(database: Database, *tables: str) -> None:
    """Take away all that the database itself refuses for these tables."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            found = connection.exec_driver_sql("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").all()
            for name, table in found:
                if table in tables:
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def rows(database: Database) -> list[dict[str, Any]]:
    """The whole chain, as it is stored."""
    with database.engine.connect() as connection:
        found = connection.execute(sa.select(TABLE).order_by(TABLE.c.seq)).mappings()
        return [dict(row) for row in found]


def put(database: Database, chain: list[dict[str, Any]]) -> None:
    """Store another chain in place of the one that is there."""
    with database.engine.begin() as connection:
        connection.execute(sa.delete(TABLE))
        if chain:
            connection.execute(sa.insert(TABLE), chain)


def rehashed(chain: list[dict[str, Any]], *, key: Ed25519PrivateKey | None = None) -> list[dict[str, Any]]:
    """The chain with every link and hash right again; with a key also with seals of that key."""
    previous, made = FIRST, []
    for seq, row in enumerate(chain, 1):
        told = msgspec.json.decode(row["body"]) | {"seq": seq}
        if row["verb"] == SEALED and key is not None:
            told["body"] = {"seq": seq - 1, "hash": previous.hex(), "key": public_half(key).fingerprint}
            told["subject"] = str(seq - 1)
        body = msgspec.json.encode(told, order="deterministic").decode()
        digest = hashlib.sha256(previous + body.encode()).digest()
        signature = row["signature"]
        if row["verb"] == SEALED and key is not None:
            signature = key.sign(b"handrail audit seal\0" + digest)
        made.append(
            row | {"seq": seq, "subject": told["subject"], "body": body, "prev_hash": previous, "hash": digest}
            | {"signature": signature}
        )  # fmt: skip
        previous = digest
    return made

"""Trust: who somebody is, what needs a second person and a key, what waits to be sent.

Revision ID: 0005_trust
Revises: 0004_reports
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_trust"
down_revision = "0004_reports"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

# Columns that existing tables get: (table, name, SQL of type and constraint). Both databases can add and drop them so.
_COLUMNS = (
    ("person", "failures", "INTEGER NOT NULL DEFAULT 0"),
    ("person", "blocked_until", "{at}"),
    (
        "change",
        "intends",
        """TEXT CONSTRAINT ck_change_intends_known
        CHECK (intends IN ('close', 'do-not-list', 'list', 'show-again', 'open-location'))""",
    ),
    ("change", "holds", "TEXT NOT NULL DEFAULT ''"),
    ("change", "broke_glass", "BOOLEAN NOT NULL DEFAULT {no}"),
)

# What a verified listing may only change by two people (SAFETY I1, I10). The hours of a line that answers in a crisis
# are among it, and whether a program lets others see whom to ask for.
_SENSITIVE = """({0}.field IN ('name', 'url', 'email', 'status', 'phone', 'contact')
    OR ({0}.field = 'schedule' AND {0}.slot = 'crisis-line')
    OR ({0}.field = 'attribute' AND {0}.slot LIKE 'handrail:shares-contacts%'))"""
# The records that stand or fall with the one of a fact: a listing with its service, its place and the other listings;
# an organization with all that it offers.
_FAMILY = """SELECT NEW.record_id
    UNION SELECT r.service_id FROM record r WHERE r.id = NEW.record_id AND r.kind = 'listing'
    UNION SELECT m.id FROM record r JOIN record m ON m.service_id = r.service_id WHERE r.id = NEW.record_id
    UNION SELECT m.id FROM record m WHERE m.service_id = NEW.record_id
    UNION SELECT m.id FROM record m WHERE m.location_id = NEW.record_id
    UNION SELECT m.service_id FROM record m WHERE m.location_id = NEW.record_id
    UNION SELECT m.id FROM record m WHERE m.organization_id = NEW.record_id AND NEW.record_kind = 'organization'"""
# The number of a line that was proven dead stands for its listing until two people say what comes next.
_IS_VERIFIED = f"""EXISTS (SELECT 1 FROM fact f JOIN evidence e ON e.fact_id = f.id
    WHERE f.record_id IN ({_FAMILY}) AND e.log2_odds < 0 AND {_SENSITIVE.format("f")}
    AND (f.standing = 'current' OR (f.standing = 'past' AND f.field = 'phone' AND EXISTS (
        SELECT 1 FROM change_item i JOIN change_proof k ON k.change_id = i.change_id
        WHERE i.entity = 'fact' AND i.entity_id = f.id AND k.key = 'dead-line'))))"""
_TWO_PEOPLE = (
    "c.state = 'applied' AND c.needs_second AND c.decided_by IS NOT NULL AND (c.proof_id IS NOT NULL OR c.broke_glass)"
)
# The change that moved a fact last. What is only proposed, or was declined, moves nothing and bars nobody else.
_LAST_CHANGE = """(SELECT max(i.change_id) FROM change_item i JOIN change m ON m.id = i.change_id
    WHERE i.entity = 'fact' AND i.entity_id = NEW.id AND m.state IN ('applied', 'undone'))"""
# That it moved away from being current, so that the change which brought it back does not stand for its end as well.
_MOVED_AWAY = """EXISTS (SELECT 1 FROM change_item j WHERE j.change_id = c.id AND j.entity = 'fact'
    AND j.entity_id = NEW.id AND j."before" = '{"standing":"current"}')"""
# What a change emptied in the same place: a text that told a secret is said again without it.
_EMPTIED = """EXISTS (SELECT 1 FROM change_item i JOIN fact p ON p.id = i.entity_id
    WHERE i.change_id = NEW.change_id AND i.entity = 'fact' AND i.op = 'purge' AND p.standing = 'purged'
    AND p.record_id = NEW.record_id AND p.field = NEW.field AND p.slot = NEW.slot)"""
# A number is emptied only when the same change has written the same number beside it, and none but that follows it.
_SAME_LINE = """EXISTS (SELECT 1 FROM fact t WHERE t.change_id = {change} AND t.standing = 'proposed'
    AND t.record_id = NEW.record_id AND t.field = 'phone' AND t.slot = NEW.slot AND t.match_key = OLD.match_key
    AND t.value LIKE '%"number":"' || t.match_key || '"%')"""
_NO_OTHER_LINE = """NEW.value LIKE '%"number":"' || NEW.match_key || '"%' AND NOT EXISTS (SELECT 1 FROM fact t
    WHERE t.change_id = NEW.change_id AND t.record_id = NEW.record_id AND t.field = 'phone' AND t.slot = NEW.slot
    AND t.match_key <> NEW.match_key)"""
# Making a listing more confidential is one person's work, at once: a name may be left out, an address on the web be
# shown to coordinators only, a sentence be taken out of a note.
_IS_CLOSING = f"""((NEW.field IN ('url', 'email') AND NEW.tier = 'coordinator')
    OR (NEW.field = 'name' AND NEW.value = '{{"text":"Name not shown"}}')
    OR (NEW.field NOT IN ('url', 'email', 'name', 'phone') AND {_EMPTIED})
    OR (NEW.field = 'phone' AND {_EMPTIED} AND {_NO_OTHER_LINE}))"""


def _begins(change: str) -> str:
    """When a sensitive value of something verified becomes current under ``change`` without two people."""
    return f"""NEW.standing = 'current' AND {_SENSITIVE.format("NEW")} AND NOT {_IS_CLOSING} AND {_IS_VERIFIED}
    AND NOT EXISTS (SELECT 1 FROM change c WHERE c.id = {change} AND {_TWO_PEOPLE})"""


_ENDS = f"""OLD.standing = 'current' AND NEW.standing <> 'current' AND {_SENSITIVE.format("NEW")}
    AND NOT (NEW.standing = 'purged' AND (NEW.field <> 'phone' OR NEW.record_kind = 'location'
        OR {_SAME_LINE.format(change=_LAST_CHANGE)}))
    AND {_IS_VERIFIED} AND NOT EXISTS (SELECT 1 FROM change c
        WHERE c.id = {_LAST_CHANGE} AND {_TWO_PEOPLE} AND {_MOVED_AWAY})"""
_VERIFIED = "a verified value changes by two people only"

_TERMS = """(OLD.needs_second AND NOT NEW.needs_second) OR (OLD.needs_proof AND NOT NEW.needs_proof)
    OR NEW.proposed_by {differs} OLD.proposed_by OR NEW.subject_id {differs} OLD.subject_id
    OR NEW.intends {differs} OLD.intends OR NEW.broke_glass {differs} OLD.broke_glass OR NEW.holds <> OLD.holds
    OR (OLD.hold_until IS NOT NULL AND NEW.hold_until {differs} OLD.hold_until)
    OR (OLD.state <> 'proposed' AND NEW.proof_id {differs} OLD.proof_id)
    OR (OLD.decided_by IS NOT NULL AND NEW.decided_by {differs} OLD.decided_by AND NEW.state <> 'declined')
    OR (OLD.state <> 'proposed' AND NEW.state = 'proposed') OR (OLD.state = 'declined' AND NEW.state <> 'declined')"""
_TERMS_SAID = "a proposal keeps its terms"

# Whoever was invited by the one who proposes is no second person, unless a third knows them; nor does it make two that
# a partner proposes for the one who invited them.
_INVITEE = """NEW.needs_second AND NEW.state <> 'declined' AND EXISTS (SELECT 1 FROM person p
    WHERE ((p.id = NEW.decided_by AND p.invited_by = NEW.proposed_by)
        OR (p.id = NEW.proposed_by AND p.invited_by = NEW.decided_by AND p.role NOT IN ('coordinator', 'admin')))
    AND NOT EXISTS (SELECT 1 FROM vouch v
        WHERE v.person_id = p.id AND v.by_id NOT IN (NEW.proposed_by, NEW.decided_by)))"""
_INVITEE_SAID = "nobody seconds the one who invited them"

_TRIGGERS = (
    # name, table, when, SQL of the condition, what is said
    ("fact_begins_by_two", "fact", "INSERT", _begins("NEW.change_id"), _VERIFIED),
    (
        "fact_returns_by_two",
        "fact",
        "UPDATE OF standing",
        f"OLD.standing <> 'current' AND {_begins(f'coalesce({_LAST_CHANGE}, NEW.change_id)')}",
        _VERIFIED,
    ),
    ("fact_ends_by_two", "fact", "UPDATE OF standing", _ENDS, _VERIFIED),
    ("change_keeps_its_terms", "change", "UPDATE", _TERMS, _TERMS_SAID),
    ("change_is_seconded_insert", "change", "INSERT", _INVITEE, _INVITEE_SAID),
    ("change_is_seconded_update", "change", "UPDATE", _INVITEE, _INVITEE_SAID),
)
_APPEND_ONLY = ("testimony", "change_proof", "vouch")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, kind in _COLUMNS:
        written = kind.format(
            at="DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE", no="0" if is_sqlite else "false"
        )
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {written}")
    _people()
    _keys()
    _mail()
    execute = op.get_bind().exec_driver_sql
    for name, table, when, condition, said in _TRIGGERS:
        if is_sqlite:
            asked = condition.replace("{differs}", "IS NOT")
            execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {asked} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        else:
            asked = condition.replace("{differs}", "IS DISTINCT FROM")
            # A condition of a trigger may not ask tables, a function may.
            body = f"IF {asked} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
            execute(
                f"CREATE FUNCTION handrail_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$".replace(
                    "%", "%%"
                )
            )
            execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION handrail_{name}()")
    for table in _APPEND_ONLY:
        said = f"{table} is append-only"
        if is_sqlite:
            for action in ("UPDATE", "DELETE"):
                execute(
                    f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
        else:
            execute(
                f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION handrail_refuse('{said}')"
            )
            execute(
                f"CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION handrail_refuse('{said}')"
            )


def _people() -> None:
    op.create_table(
        "scope",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('network', 'area', 'organization')", name=op.f("ck_scope_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scope_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", "key", name=op.f("pk_scope")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vouch",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint("by_id <> person_id", name=op.f("ck_vouch_by_another")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vouch_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_vouch_by_id")),
        sa.PrimaryKeyConstraint("person_id", "by_id", name=op.f("pk_vouch")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credential",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=True),
        sa.Column("counter", BIG, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('passkey', 'password', 'totp', 'signing-key')", name=op.f("ck_credential_kind_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("handle", name=op.f("uq_credential_handle")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_credential_person_id"), "credential", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("stepped_up_at", AT, nullable=True),
        sa.Column("revoked_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_session_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "link",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.CheckConstraint("purpose IN ('invite', 'recover')", name=op.f("ck_link_purpose_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_link_person_id")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_link_person_id"), "link", ["person_id"], unique=False)
    op.create_table(
        "request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("opened_by", BIG, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('recovery', 'pinned-suspension', 'pinned-return')", name=op.f("ck_request_kind_known")
        ),
        sa.CheckConstraint("state IN ('open', 'seconded', 'withdrawn')", name=op.f("ck_request_state_known")),
        sa.CheckConstraint("decided_by <> opened_by OR state = 'withdrawn'", name=op.f("ck_request_second_person")),
        sa.CheckConstraint("state <> 'seconded' OR decided_by IS NOT NULL", name=op.f("ck_request_seconded_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_request_opened_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_request_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contact_view",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_view_person_id")),
        sa.PrimaryKeyConstraint("person_id", "listing_id", "day", name=op.f("pk_contact_view")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_contact_view_day"), "contact_view", ["day"], unique=False)


def _keys() -> None:
    op.create_table(
        "testimony",
        sa.Column("evidence_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_testimony_evidence_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_testimony_by_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_testimony")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change_proof",
        sa.Column("change_id", BIG, autoincrement=False, nullable=False),
        sa.Column("evidence_id", BIG, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.CheckConstraint(
            "key IN ('old-number', 'independent-number', 'own-site', 'provider', 'lookup', 'neighbour', 'dead-line')",
            name=op.f("ck_change_proof_key_known"),
        ),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_proof_change_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_change_proof_evidence_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_change_proof_by_id")),
        sa.PrimaryKeyConstraint("change_id", "evidence_id", name=op.f("pk_change_proof")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hiding",
        sa.Column("id", BIG, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("until", AT, nullable=True),
        sa.Column("seconded_by", BIG, nullable=True),
        sa.Column("seconded_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint("seconded_by <> by_id", name=op.f("ck_hiding_second_person")),
        sa.CheckConstraint(
            "(seconded_by IS NULL) = (until IS NOT NULL)", name=op.f("ck_hiding_expires_unless_seconded")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_hiding_record_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hiding_by_id")),
        sa.ForeignKeyConstraint(["seconded_by"], ["person.id"], name=op.f("fk_hiding_seconded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hiding")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hiding_by_id_at"), "hiding", ["by_id", "at"], unique=False)
    op.create_index(
        "uq_hiding_open",
        "hiding",
        ["record_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _mail() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_ok_at", AT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, *_ in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION handrail_{name}() CASCADE")
    # What is dropped may point at what is left, never the other way round.
    for table in ("job", "outbox", "hiding", "change_proof", "testimony", "contact_view", "request", "link", "session"):
        op.drop_table(table)
    for table in ("credential", "vouch", "scope"):
        op.drop_table(table)
    for table, name, _ in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")

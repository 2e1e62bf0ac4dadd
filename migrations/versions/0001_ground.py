"""Ground: networks, people, vocabulary, sources, records, facts, changes, claims, evidence, audit.

Revision ID: 0001_ground
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_ground"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What must never happen, whoever asks: evidence and audit only grow, a fact's columns are never rewritten (a purge
# empties it), and a fact is current only under an applied change.
_APPEND_ONLY = ("audit_entry", "evidence")
_FIXED = "record_id, record_kind, field, slot, value, match_key, tier, change_id"
_NO_CHANGE = "a fact becomes current only by an applied change"
_IS_PURGE_SQLITE = """NEW.standing = 'purged' AND NEW.value IS NULL AND NEW.match_key IS NULL
    AND NEW.record_id = OLD.record_id AND NEW.record_kind = OLD.record_kind AND NEW.field = OLD.field
    AND NEW.slot = OLD.slot AND NEW.tier = OLD.tier AND NEW.change_id = OLD.change_id"""

SQLITE_TRIGGERS = (
    [
        f"""CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in _APPEND_ONLY
        for action in ("UPDATE", "DELETE")
    ]
    + [
        f"""CREATE TRIGGER fact_is_fixed BEFORE UPDATE OF {_FIXED} ON fact WHEN NOT ({_IS_PURGE_SQLITE})
    BEGIN SELECT RAISE(ABORT, 'a fact is never rewritten'); END""",
        """CREATE TRIGGER fact_stays_purged BEFORE UPDATE OF standing ON fact
    WHEN OLD.standing = 'purged' AND NEW.standing <> 'purged'
    BEGIN SELECT RAISE(ABORT, 'a purged fact stays purged'); END""",
    ]
    + [
        f"""CREATE TRIGGER fact_is_applied_{name} BEFORE {action} ON fact
    WHEN NEW.standing = 'current'
    AND NOT EXISTS (SELECT 1 FROM change WHERE id = NEW.change_id AND state = 'applied')
    BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"""
        for name, action in (("insert", "INSERT"), ("update", "UPDATE OF standing"))
    ]
)

POSTGRESQL_TRIGGERS = (
    [
        """CREATE FUNCTION handrail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '%%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END $$""",
        f"""CREATE FUNCTION handrail_fact_is_applied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.standing = 'current'
            AND NOT EXISTS (SELECT 1 FROM change WHERE id = NEW.change_id AND state = 'applied') THEN
            RAISE EXCEPTION '{_NO_CHANGE}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    ]
    + [
        f"""CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION handrail_refuse('{table} is append-only')"""
        for table in _APPEND_ONLY
    ]
    + [
        f"""CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION handrail_refuse('{table} is append-only')"""
        for table in _APPEND_ONLY
    ]
    + [
        f"""CREATE TRIGGER fact_is_fixed BEFORE UPDATE OF {_FIXED} ON fact
    FOR EACH ROW WHEN (NOT ({_IS_PURGE_SQLITE}))
    EXECUTE FUNCTION handrail_refuse('a fact is never rewritten')""",
        """CREATE TRIGGER fact_stays_purged BEFORE UPDATE OF standing ON fact
    FOR EACH ROW WHEN (OLD.standing = 'purged' AND NEW.standing <> 'purged')
    EXECUTE FUNCTION handrail_refuse('a purged fact stays purged')""",
        """CREATE TRIGGER fact_is_applied BEFORE INSERT OR UPDATE OF standing ON fact
    FOR EACH ROW EXECUTE FUNCTION handrail_fact_is_applied()""",
    ]
)


def upgrade() -> None:
    op.create_table(
        "network",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('working', 'practice')", name=op.f("ck_network_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
        sa.UniqueConstraint("key", name=op.f("uq_network_key")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organization_id", BIG, nullable=True),
        sa.Column("invited_by", BIG, nullable=True),
        sa.Column("standing", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('partner', 'coordinator', 'admin', 'law-enforcement', 'neighbour')",
            name=op.f("ck_person_role_known"),
        ),
        sa.CheckConstraint("standing IN ('invited', 'active', 'removed')", name=op.f("ck_person_standing_known")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_person_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "term",
        sa.Column("id", BIG, nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("bit", sa.Integer(), nullable=True),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("crosswalk", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shipped", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["term.id"], name=op.f("fk_term_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("scheme", "bit", name=op.f("uq_term_scheme_bit")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_term_scheme_code")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "source",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("lineage", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('feed', 'file', 'website', 'provider', 'pinned')", name=op.f("ck_source_kind_known")
        ),
        sa.CheckConstraint(
            "trust IN ('pinned', 'provider', 'human', 'partner', 'feed')", name=op.f("ck_source_trust_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("key", name=op.f("uq_source_key")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "import_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("totals", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'held', 'applied', 'undone', 'failed')", name=op.f("ck_import_run_state_known")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_import_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject_id", BIG, nullable=True),
        sa.Column("run_id", BIG, nullable=True),
        sa.Column("undoes_id", BIG, nullable=True),
        sa.Column("needs_second", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_proof", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT (needs_proof AND state = 'applied') OR proof_id IS NOT NULL", name=op.f("ck_change_proof_given")
        ),
        sa.CheckConstraint(
            "NOT (needs_second AND state = 'applied') OR decided_by IS NOT NULL", name=op.f("ck_change_second_decided")
        ),
        sa.CheckConstraint(
            "kind IN ('import', 'edit', 'confirm', 'merge', 'unmerge', 'undo')", name=op.f("ck_change_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'applied', 'declined', 'undone')", name=op.f("ck_change_state_known")
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_change_second_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_change_decided_by")),
        sa.ForeignKeyConstraint(["proof_id"], ["evidence.id"], name=op.f("fk_change_proof_id"), use_alter=True),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_change_proposed_by")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_change_run_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["change.id"], name=op.f("fk_change_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_change_open",
        "change",
        ["proposed_at"],
        unique=False,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(op.f("ix_change_run_id"), "change", ["run_id"], unique=False)
    op.create_index(op.f("ix_change_subject_id"), "change", ["subject_id"], unique=False)

    op.create_table(
        "record",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organization_id", BIG, nullable=True),
        sa.Column("service_id", BIG, nullable=True),
        sa.Column("location_id", BIG, nullable=True),
        sa.Column("location_disclosure", sa.Text(), nullable=False),
        sa.Column("published_area", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), server_default="listed", nullable=False),
        sa.Column("merged_into", BIG, nullable=True),
        sa.Column("network_id", BIG, nullable=False),
        sa.Column("change_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(kind = 'listing') = (service_id IS NOT NULL)", name=op.f("ck_record_listing_has_service")),
        sa.CheckConstraint(
            "(standing = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_record_merged_has_survivor")
        ),
        sa.CheckConstraint(
            "kind <> 'service' OR ((location_disclosure = 'area_only') = (published_area IS NOT NULL))",
            name=op.f("ck_record_area_is_named"),
        ),
        sa.CheckConstraint(
            "kind <> 'service' OR organization_id IS NOT NULL", name=op.f("ck_record_service_has_organization")
        ),
        sa.CheckConstraint("kind = 'service' OR published_area IS NULL", name=op.f("ck_record_area_on_service")),
        sa.CheckConstraint(
            "kind IN ('organization', 'service', 'location', 'listing')", name=op.f("ck_record_kind_known")
        ),
        sa.CheckConstraint(
            "kind IN ('service', 'listing') OR location_disclosure = 'public'",
            name=op.f("ck_record_location_is_public"),
        ),
        sa.CheckConstraint(
            "location_disclosure IN ('public', 'area_only', 'withheld')",
            name=op.f("ck_record_location_disclosure_known"),
        ),
        sa.CheckConstraint(
            "location_id IS NULL OR (kind = 'listing' AND location_disclosure = 'public')",
            name=op.f("ck_record_only_public_has_location"),
        ),
        sa.CheckConstraint(
            "standing IN ('listed', 'suspended', 'closed', 'do-not-list', 'merged')",
            name=op.f("ck_record_standing_known"),
        ),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_record_not_into_itself")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_record_change_id")),
        sa.ForeignKeyConstraint(["location_id"], ["record.id"], name=op.f("fk_record_location_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["record.id"], name=op.f("fk_record_merged_into")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_record_network_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["record.id"], name=op.f("fk_record_organization_id")),
        sa.ForeignKeyConstraint(
            ["service_id", "location_disclosure"],
            ["record.id", "record.location_disclosure"],
            name=op.f("fk_record_service_id_location_disclosure"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_record_id_kind")),
        sa.UniqueConstraint("id", "location_disclosure", name=op.f("uq_record_id_location_disclosure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_record_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_record_change_id"), "record", ["change_id"], unique=False)
    op.create_index(op.f("ix_record_location_id"), "record", ["location_id"], unique=False)
    op.create_index(
        op.f("ix_record_merged_into"),
        "record",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(op.f("ix_record_organization_id"), "record", ["organization_id"], unique=False)
    op.create_index(op.f("ix_record_service_id"), "record", ["service_id"], unique=False)

    op.create_table(
        "source_record",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("record_id", BIG, nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", BIG, nullable=True),
        sa.Column("change_id", BIG, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'repaired', 'quarantined', 'rejected')",
            name=op.f("ck_source_record_outcome_known"),
        ),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_source_record_change_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_source_record_record_id")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_source_record_run_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_record_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_record")),
        sa.UniqueConstraint("source_id", "source_key", name=op.f("uq_source_record_source_id_source_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_source_record_record_id"), "source_record", ["record_id"], unique=False)

    op.create_table(
        "fact",
        sa.Column("id", BIG, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("record_kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("change_id", BIG, nullable=False),
        sa.CheckConstraint("(standing = 'purged') = (value IS NULL)", name=op.f("ck_fact_purged_is_empty")),
        sa.CheckConstraint(
            "field NOT IN ('address', 'point', 'transportation') OR record_kind = 'location'",
            name=op.f("ck_fact_exact_only_on_location"),
        ),
        sa.CheckConstraint("standing <> 'purged' OR match_key IS NULL", name=op.f("ck_fact_purged_has_no_key")),
        sa.CheckConstraint(
            "standing IN ('current', 'proposed', 'past', 'declined', 'purged')", name=op.f("ck_fact_standing_known")
        ),
        sa.CheckConstraint("tier IN ('public', 'partner', 'coordinator')", name=op.f("ck_fact_tier_known")),
        sa.CheckConstraint("length(value) <= 32768", name=op.f("ck_fact_value_size")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_fact_change_id")),
        sa.ForeignKeyConstraint(
            ["record_id", "record_kind"], ["record.id", "record.kind"], name=op.f("fk_fact_record_id_record_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_fact_change_id"), "fact", ["change_id"], unique=False)
    op.create_index(
        "ix_fact_history",
        "fact",
        ["record_id"],
        unique=False,
        sqlite_where=sa.text("standing <> 'current'"),
        postgresql_where=sa.text("standing <> 'current'"),
    )
    op.create_index(
        "ix_fact_match",
        "fact",
        ["match_key", "field"],
        unique=False,
        sqlite_where=sa.text("match_key IS NOT NULL"),
        postgresql_where=sa.text("match_key IS NOT NULL"),
    )
    op.create_index(
        "uq_fact_current",
        "fact",
        ["record_id", "field", "slot"],
        unique=True,
        sqlite_where=sa.text("standing = 'current'"),
        postgresql_where=sa.text("standing = 'current'"),
    )

    op.create_table(
        "change_item",
        sa.Column("change_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", BIG, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "entity IN ('record', 'fact', 'claim', 'source_record')", name=op.f("ck_change_item_entity_known")
        ),
        sa.CheckConstraint("op IN ('update', 'purge')", name=op.f("ck_change_item_op_known")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_item_change_id")),
        sa.PrimaryKeyConstraint("change_id", "seq", name=op.f("pk_change_item")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_change_item_entity_id_entity"), "change_item", ["entity_id", "entity"], unique=False)

    op.create_table(
        "claim",
        sa.Column("fact_id", BIG, nullable=False),
        sa.Column("source_record_id", BIG, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_claim_fact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["source_record_id"], ["source_record.id"], name=op.f("fk_claim_source_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fact_id", "source_record_id", name=op.f("pk_claim")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_claim_source_record_id"), "claim", ["source_record_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fact_id", BIG, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("source_id", BIG, nullable=True),
        sa.Column("lineage", sa.Text(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("log2_odds", sa.SmallInteger(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_key", sa.Text(), nullable=False),
        sa.Column("actor_role", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "method IN ('call', 'callback', 'provider', 'website', 'corroboration', 'geocode', 'lookup', 'mx', 'feed', "
            "'report', 'handoff', 'peer', 'import')",
            name=op.f("ck_evidence_method_known"),
        ),
        sa.CheckConstraint("log2_odds BETWEEN -6 AND 6", name=op.f("ck_evidence_log2_odds_bounded")),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_evidence_fact_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_evidence_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("run_key", name=op.f("uq_evidence_run_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_evidence_fact_id_observed_at"), "evidence", ["fact_id", "observed_at"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_audit_entry_by_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )

    op.create_index(op.f("ix_audit_entry_verb_seq"), "audit_entry", ["verb", "seq"], unique=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        # change and evidence need each other; SQLite names the key inside the table.
        op.create_foreign_key(op.f("fk_change_proof_id"), "change", "evidence", ["proof_id"], ["id"])
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_change_proof_id"), "change", type_="foreignkey")
    op.drop_table("audit_entry")
    op.drop_table("evidence")
    op.drop_table("claim")
    op.drop_table("change_item")
    op.drop_table("fact")
    op.drop_table("source_record")
    op.drop_table("record")
    op.drop_table("change")
    op.drop_table("import_run")
    op.drop_table("source")
    op.drop_table("term")
    op.drop_table("person")
    op.drop_table("network")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION handrail_refuse()")
        op.execute("DROP FUNCTION handrail_fact_is_applied()")

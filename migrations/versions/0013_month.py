"""Month: calls as they were entered and taken back, and what people who work here chose for themselves.

Revision ID: 0013_month
Revises: 0012_worklist
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_month"
down_revision = "0012_worklist"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
_APPEND_ONLY = "withdrawn_evidence"


def upgrade() -> None:
    op.create_table(
        "withdrawn_evidence",
        sa.Column("evidence_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_withdrawn_evidence_evidence_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_withdrawn_evidence_by_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_withdrawn_evidence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entered_call",
        sa.Column("id", BIG, nullable=False),
        sa.Column("first_id", BIG, nullable=True),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("task_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("evidence_from", BIG, nullable=False),
        sa.Column("evidence_to", BIG, nullable=False),
        sa.Column("change_from", BIG, nullable=False),
        sa.Column("change_to", BIG, nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_entered_call_minutes_not_negative")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["entered_call.id"], name=op.f("fk_entered_call_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_entered_call_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_entered_call_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_call")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_entered_call_by_id_at"), "entered_call", ["by_id", "at"], unique=False)
    op.create_index(op.f("ix_entered_call_first_id"), "entered_call", ["first_id"], unique=False)
    op.create_table(
        "preference",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("weekly", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_preference_minutes_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
        sqlite_with_rowid=False,
    )
    _let_it_only_grow()


def _let_it_only_grow() -> None:
    execute = op.get_bind().exec_driver_sql
    said = f"{_APPEND_ONLY} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            execute(
                f"CREATE TRIGGER {_APPEND_ONLY}_refuses_{action.lower()} BEFORE {action} ON {_APPEND_ONLY}"
                f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    execute(
        f"CREATE TRIGGER {_APPEND_ONLY}_is_append_only BEFORE UPDATE OR DELETE ON {_APPEND_ONLY}"
        f" FOR EACH ROW EXECUTE FUNCTION handrail_refuse('{said}')"
    )
    execute(
        f"CREATE TRIGGER {_APPEND_ONLY}_is_not_truncated BEFORE TRUNCATE ON {_APPEND_ONLY}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION handrail_refuse('{said}')"
    )


def downgrade() -> None:
    # What was taken back counts again: the tables of before know no way to tell.
    for table in ("preference", "entered_call", "withdrawn_evidence"):
        op.drop_table(table)

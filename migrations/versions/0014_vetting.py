"""Vetting: why something is not to be listed, with notice and appeal; and panels of survivors.

Revision ID: 0014_vetting
Revises: 0013_month
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_vetting"
down_revision = "0013_month"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "exclusion",
        sa.Column("change_id", BIG, autoincrement=False, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stated_by", BIG, nullable=False),
        sa.Column("stated_at", AT, nullable=False),
        sa.Column("notice_on", sa.Integer(), nullable=True),
        sa.Column("notice_how", sa.Text(), nullable=True),
        sa.Column("appeal_on", sa.Integer(), nullable=True),
        sa.Column("appeal_outcome", sa.Text(), nullable=True),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_on", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('asked-by-program', 'harm', 'ties-to-exploitation', 'broke-confidence', 'forced-practice', "
            "'false-claims', 'no-licence', 'agreement-broken')",
            name=op.f("ck_exclusion_reason_known"),
        ),
        sa.CheckConstraint(
            "notice_how IN ('letter', 'mail', 'call', 'in-person')", name=op.f("ck_exclusion_notice_how_known")
        ),
        sa.CheckConstraint("appeal_outcome IN ('upheld', 'lifted')", name=op.f("ck_exclusion_appeal_outcome_known")),
        sa.CheckConstraint("(notice_on IS NULL) = (notice_how IS NULL)", name=op.f("ck_exclusion_notice_is_whole")),
        sa.CheckConstraint(
            "appeal_outcome IS NULL OR appeal_on IS NOT NULL", name=op.f("ck_exclusion_decided_was_open")
        ),
        sa.CheckConstraint(
            "(appeal_outcome IS NULL) = (decided_by IS NULL)", name=op.f("ck_exclusion_decision_is_whole")
        ),
        sa.CheckConstraint("decided_by <> stated_by", name=op.f("ck_exclusion_decided_by_another")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_exclusion_change_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_exclusion_record_id")),
        sa.ForeignKeyConstraint(["stated_by"], ["person.id"], name=op.f("fk_exclusion_stated_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_exclusion_decided_by")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_exclusion")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_exclusion_record_id"), "exclusion", ["record_id"], unique=False)
    op.create_table(
        "review_panel",
        sa.Column("organization_id", BIG, autoincrement=False, nullable=False),
        sa.Column("held_on", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seats", sa.Text(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("reply_text", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_by", BIG, nullable=False),
        sa.Column("change_id", BIG, nullable=True),
        sa.CheckConstraint("paid", name=op.f("ck_review_panel_is_paid")),
        sa.CheckConstraint(
            "conflicts IN ('none', 'declared-stepped-back')", name=op.f("ck_review_panel_conflicts_known")
        ),
        sa.CheckConstraint("reply IN ('none-wanted', 'given')", name=op.f("ck_review_panel_reply_known")),
        sa.CheckConstraint("result IN ('passed', 'not-passed')", name=op.f("ck_review_panel_result_known")),
        sa.CheckConstraint("length(reply_text) <= 280", name=op.f("ck_review_panel_reply_size")),
        sa.CheckConstraint("reply_text = '' OR reply = 'given'", name=op.f("ck_review_panel_reply_is_given")),
        sa.CheckConstraint(
            "change_id IS NULL OR (reply IS NOT NULL AND result = 'passed')",
            name=op.f("ck_review_panel_follows_when_whole"),
        ),
        sa.CheckConstraint("length(seats) <= 120", name=op.f("ck_review_panel_seats_size")),
        sa.ForeignKeyConstraint(["organization_id"], ["record.id"], name=op.f("fk_review_panel_organization_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_review_panel_entered_by")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_review_panel_change_id")),
        sa.PrimaryKeyConstraint("organization_id", "held_on", name=op.f("pk_review_panel")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("review_panel")
    op.drop_table("exclusion")

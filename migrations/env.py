"""Runs revisions on the connection that the program hands over; there is no other way in."""

from alembic import context

from migrations.env_options import COMPARE_OPTIONS

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=None, transactional_ddl=True, **COMPARE_OPTIONS)
with context.begin_transaction():
    context.run_migrations()

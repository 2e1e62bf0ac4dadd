"""What a backup leaves out, and the versions of the schema that one may be of."""

from pathlib import Path

from alembic.script import ScriptDirectory

import migrations
from directory.db import Database
from directory.errors import BadInputError

# What people who work here sign in with and do by the day: it is about them, and a backup is about services. And links
# and notes that are good for some days only: what has ended must not come back with a copy.
LEFT_OUT = ("session", "link", "confirmation", "outbox", "contact_view", "credential", "note")


def bring_to(database: Database, revision: str) -> None:
    """Bring an empty database to the revision that a backup names; raises ``BadInputError`` if there is no such one."""
    history = ScriptDirectory(str(Path(migrations.__file__).parent))
    if revision not in {script.revision for script in history.walk_revisions()}:
        raise BadInputError("The backup is of a version that this program does not know. Is there a newer program?")
    database.upgrade(revision)

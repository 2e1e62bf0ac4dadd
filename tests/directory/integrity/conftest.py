"""What the tests of the room ask for."""

import pytest
from sqlalchemy.orm import Session

from tests.directory.integrity.force import Force


@pytest.fixture
def force(session: Session) -> Force:
    return Force(session)

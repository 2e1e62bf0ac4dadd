"""Fresh databases for tests, as quick as a copy: migrations run once per session, into a template."""

import itertools
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database, sqlite_file


class DatabaseSource(ABC):
    """Gives databases of one kind, by address. Whoever opens one disposes of it before it is copied or discarded."""

    @abstractmethod
    def empty(self) -> str:
        """The address of a new database without any table."""

    @abstractmethod
    def copy_of(self, url: str) -> str:
        """The address of a new database with the tables and rows of another, to which nobody is connected."""

    @abstractmethod
    def discard(self, url: str) -> None:
        """Remove a database that this source gave."""

    def migrated(self) -> str:
        """The address of a new database with all tables and no rows but those that migrations write."""
        return self.copy_of(self._template)

    def ready(self) -> str:
        """The address of a new database as ``handrail db upgrade`` leaves one: vocabulary and network are there too."""
        return self.copy_of(self._ready_template)

    @cached_property
    def _template(self) -> str:
        return self._after(Database.upgrade, self.empty())

    @cached_property
    def _ready_template(self) -> str:
        return self._after(bring_up_to_date, self.migrated())

    @staticmethod
    def _after(make: Callable[[Database], None], url: str) -> str:
        database = open_database(url)
        try:
            make(database)
        finally:
            database.dispose()
        return url


class SqliteFiles(DatabaseSource):
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def empty(self) -> str:
        """See ``DatabaseSource``."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.sqlite3'}"

    def copy_of(self, url: str) -> str:
        """See ``DatabaseSource``."""
        source, copy = self._file(url), self.empty()
        if source.with_name(f"{source.name}-wal").exists():
            # The rows that are still in the log would be missing from the copy, without any error.
            msg = "this database is still open"
            raise RuntimeError(msg)
        shutil.copy(source, self._file(copy))
        return copy

    def discard(self, url: str) -> None:
        """See ``DatabaseSource``."""
        for file in self._folder.glob(f"{self._file(url).name}*"):
            file.unlink()

    @staticmethod
    def _file(url: str) -> Path:
        file = sqlite_file(url)
        assert file is not None
        return file

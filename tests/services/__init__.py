"""What tests need beside the code: databases, a browser, a running server, and a fence around the machine."""

from tests.services.browser import OpenPage, running_chromium
from tests.services.databases import DatabaseSource, SqliteFiles
from tests.services.network import NetworkFence, OffMachineError
from tests.services.postgres import PostgresServer, running_postgres
from tests.services.required import ROOT, check_required, unavailable
from tests.services.server import serve

__all__ = [
    "ROOT",
    "DatabaseSource",
    "NetworkFence",
    "OffMachineError",
    "OpenPage",
    "PostgresServer",
    "SqliteFiles",
    "check_required",
    "running_chromium",
    "running_postgres",
    "serve",
    "unavailable",
]

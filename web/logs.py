"""What may be written down about a running site: which layer failed and where, never what anybody asked.

Only the keys below pass, whatever a caller hands over. Everything else of the process is kept quiet, because
libraries write addresses with their query strings, statements with their parameters, and whole request bodies.
"""

import logging
import secrets
import sys
from typing import Any, TextIO

import structlog

from web.traces import trace_of

ALLOWED_KEYS = frozenset(
    {"at", "level", "event", "error_id", "error_type", "method", "route", "status", "trace", "job", "port", "revision"}
)

# Letters and digits that are not mistaken for one another when read over the phone.
_ID_LETTERS = "23456789ACDEFGHJKMNPQRTWXY"

log = structlog.get_logger()


def configure_logging(stream: TextIO | None = None) -> None:
    """Write one line of JSON per event to ``stream`` (standard error by default); quiet everybody else."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_NameAndLevel(stream or sys.stderr)]
    root.setLevel(logging.WARNING)
    for name in ("httpx", "httpcore", "alembic", "sqlalchemy", "apscheduler", "uvicorn", "litestar", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def log_fault(error: BaseException, *, method: str, route: str) -> str:
    """Log an unexpected error and return the id under which it can be found.

    ``route`` is the route as the program writes it (``/static/{name:str}``), never the path that was asked for.
    """
    error_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(6))
    log.error(
        "request failed",
        error_id=error_id,
        error_type=type(error).__qualname__,
        method=method,
        route=route,
        trace=trace_of(error),
    )
    return error_id


def _only_allowed(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}


class _NameAndLevel(logging.StreamHandler[TextIO]):
    """Says that a library complained and in which line, but not its words: they may hold a value."""

    def format(self, record: logging.LogRecord) -> str:
        where = f"{record.module}:{record.lineno}"
        return f'{{"event":"{record.name}","level":"{record.levelname.lower()}","trace":"{where}"}}'

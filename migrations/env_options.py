"""How a database is compared with the tables in code, shared by migrations and by the schema check."""

from typing import Any

# Made by hand in the migrations: text indexes, which each database has in its own form, and PostGIS's own table.
BY_HAND = frozenset({"ix_search_text_words", "spatial_ref_sys"})
BY_HAND_PREFIXES = ("search_text_index", "sqlite_")


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out what migrations make by hand and what extensions bring along."""
    if kind in {"table", "index"} and name:
        return name not in BY_HAND and not name.startswith(BY_HAND_PREFIXES)
    return True


COMPARE_OPTIONS: dict[str, Any] = {"include_name": include_name, "compare_type": True}

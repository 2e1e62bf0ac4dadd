"""What people are told of a column beside its meaning: a question, or a remark in a mapping file."""

from importers.sheets.column import Column


def remark_about(column: Column, *, is_hidden: bool) -> str:
    """What a mapping file says beside a column."""
    sure = "" if column.confidence == 1 else f"{round(100 * column.confidence)} %"
    perhaps = f": perhaps {column.maybe}" if column.maybe else ""
    hidden = "its header may be an address and is not repeated; it may stand here in its place" if is_hidden else ""
    return "; ".join(filter(None, (sure if column.meaning else f"not sure{perhaps}", hidden)))


def question_about(column: Column) -> str:
    """What somebody should decide about a column; empty where its meaning is known."""
    if column.meaning:
        return ""
    if column.maybe.startswith("cross:"):
        return f"What does a cross mean here? Say it with its term, as in {column.maybe}:CODE. Kept as a note."
    return f"Is this {column.maybe}? Kept as a note." if column.maybe else "What does this mean? Kept as a note."

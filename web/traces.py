"""Where an error came from, without anything that anybody filled in. Commands need no more of the log than this."""

import traceback


def trace_of(error: BaseException) -> list[str]:
    """Where an error came from: file, line and function of every step, and the types along its causes. No values."""
    steps = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    return steps if cause is None else [*trace_of(cause), f"then {type(error).__qualname__}", *steps]

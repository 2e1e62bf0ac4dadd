"""How every command ends: with what was asked for, or with one line that says what is wrong; and with an exit code.

With ``--json`` that line is an object on standard output, whatever goes wrong and however early. Neither ever holds
what somebody searched for, typed or imported: what is wrong is named by the option, not by its value.
"""

import io
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import click
import sqlalchemy as sa

from directory.errors import DirectoryError
from directory.json_output import write_json
from directory.places.place import SeveralPlacesError
from directory.search.written import places_object
from web.traces import trace_of

# What a shell shows for a program that ended because nobody read what it wrote any more (128 + SIGPIPE).
_NOBODY_READS = 141


class EndsWell(click.Group):
    """A group whose commands end as the module says."""

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run a command and leave the process with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        if args is None:
            sys.stdout = _standard_output()
        try:
            try:
                ended = super().main(args=words, **{**extra, "standalone_mode": False})
            finally:
                sys.stdout.flush()
        except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one line
            ended = _tell(error, words)
        sys.exit(ended if isinstance(ended, int) else 0)


def _tell(error: Exception, words: Sequence[str]) -> int:
    """Say what is wrong, and give the exit code for it."""
    try:
        if "--json" in words:
            candidates = error.candidates if isinstance(error, SeveralPlacesError) else []
            write_json({"error": _text(error)} | ({"places": places_object(candidates)} if candidates else {}))
            sys.stdout.flush()
        else:
            _tell_people(error)
    except _CannotWriteError as full:
        _tell_people(full)
    if _is_unexpected(error) and "--debug" in words:
        click.echo("\n".join(trace_of(error)), err=True)
    return _exit_code(error)


def _tell_people(error: Exception) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    elif isinstance(error, click.UsageError):
        click.UsageError(_text(error), ctx=error.ctx).show()
    else:
        click.echo(_text(error), err=True)
        for place in error.candidates if isinstance(error, SeveralPlacesError) else []:
            click.echo(f"  {place.label}", err=True)


def _exit_code(error: Exception) -> int:
    return error.exit_code if isinstance(error, DirectoryError | click.ClickException) else 1


def _is_unexpected(error: Exception) -> bool:
    return not isinstance(error, DirectoryError | click.ClickException | click.Abort)


def _text(error: Exception) -> str:
    if isinstance(error, DirectoryError):
        return str(error)
    if isinstance(error, click.UsageError):
        return _usage(error)
    if isinstance(error, click.Abort):
        return "Aborted!"
    if isinstance(error, sa.exc.OperationalError) or type(error) is sa.exc.DatabaseError:
        return "The database cannot be reached or read. Check HANDRAIL_DATABASE_URL; --debug shows where it failed."
    # The message of a foreign error may hold a value, so only its kind is shown.
    return f"Something went wrong: {type(error).__qualname__}. --debug shows where."


def _usage(error: click.UsageError) -> str:
    """What is wrong with the words of a command, without those that people fill in."""
    match error:
        case click.MissingParameter():
            return error.format_message()
        case click.BadParameter(param=click.Parameter() as parameter):
            return f"Invalid value for {parameter.get_error_hint(error.ctx)}{_takes(parameter.type)}."
        case click.NoSuchOption(possibilities=[*names]) if names:
            return f"No such option. Did you mean {' or '.join(sorted(names))}?"
        case click.NoSuchOption():
            return "No such option."
        case click.BadOptionUsage(option_name=name):
            return f"Option '{name}' is not used like that."
        case _:
            return "No such command, or more words than it takes."


def _takes(kind: "click.ParamType[Any]") -> str:
    """What a parameter takes, where that can be said in a few words."""
    if isinstance(kind, click.Choice):
        return f"; it takes one of {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"; it takes a number from {kind.min} to {kind.max}"
    return ""


class _CannotWriteError(DirectoryError):
    """What a command prints finds no room."""


class _Output(io.FileIO):
    """Standard output that ends the process quietly when nobody reads it, and says so when there is no room for it."""

    def write(self, data: Any) -> int:
        """Write some of the data; see the class."""
        try:
            return super().write(data)
        except OSError as error:
            # What is still waiting to be written is written nowhere, or it would fail again at the very end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError):
                raise SystemExit(_NOBODY_READS) from None
            raise _CannotWriteError("What the command prints cannot be written there.") from None


def _standard_output() -> TextIO:
    usual = sys.stdout
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(usual.fileno(), "w", closefd=False)),
        encoding=usual.encoding,
        errors=usual.errors,
        line_buffering=usual.isatty(),
    )

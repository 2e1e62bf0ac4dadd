"""A bar for long work, on standard error; nothing where that is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# How much is done, and of how much.
Told = Callable[[int, int], None]


@contextmanager
def telling(what: str, *, before: str = "") -> Iterator[Told | None]:
    """Give what to tell of work that goes on; None where nobody looks. ``before`` stands there until it is told."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(before or what, total=None)
        yield lambda done, total: progress.update(task, description=what, completed=done, total=total)

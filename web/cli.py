"""The command ``handrail``: gathers every room's commands, and starts the site."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import msgspec
from rich.console import Console

from directory.bootstrap import bring_up_to_date, open_database, open_ready
from directory.cli import commands as directory_commands
from directory.confirming_cli import commands as confirming_commands
from directory.errors import DirectoryError
from directory.handover_cli import handover
from directory.people.invitations import first_admin
from directory.people.service import command_line_person
from directory.planning_cli import commands as planning_commands
from directory.privacy.cli import privacy
from directory.settings import Settings, check, data_folder, load_settings
from importers.cli import commands as import_commands
from verifiers.checking_cli import of_verify as checking_commands
from verifiers.cli import verify
from web.booklet_cli import booklet
from web.doctor import doctor
from web.doors import DESK, SIDES, Side
from web.endings import EndsWell
from web.languages_cli import languages
from web.pack_cli import pack
from web.page_check import pages as _pages  # noqa: F401 - adds a command to ``handrail audit``
from web.serving import serve_site

DEMO_AREA = "33130"
_USUAL_PORT = 8000
# How far beyond a taken port the demo looks for a free one.
_PORTS_TRIED = 20


@click.group(cls=EndsWell, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("handrail"), prog_name="handrail")
@click.option("--debug", is_flag=True, help="When something unexpected goes wrong, show in which lines (never values).")
def main(*, debug: bool) -> None:
    """A directory of services, kept true and searched discreetly.

    Try it with invented listings: handrail demo
    """


@main.command()
@click.option("--host", help="Address to listen on; HANDRAIL_HOST or 127.0.0.1 otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; HANDRAIL_PORT or 8000 otherwise.")
@click.option(
    "--forwarded-allow-ips",
    default="127.0.0.1",
    show_default=True,
    help="Addresses of proxies whose word about a visitor's network is taken, with commas between.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that serve, one for each core at most. Each counts by itself how much one network may ask.",
)
@click.option(
    "--only",
    type=click.Choice(SIDES),
    help="Serve one side alone: the public pages, or the desk where people sign in (best on a host name of its own).",
)
def serve(host: str | None, port: int | None, forwarded_allow_ips: str, workers: int, only: Side | None) -> None:
    """Serve the pages of this deployment's directory."""
    settings = load_settings()
    port = settings.port if port is None else port
    settings = check(msgspec.structs.replace(settings, host=host or settings.host, port=port))
    database = open_ready(settings)
    with contextlib.closing(_listening(settings.host, settings.port)) as listener:
        serve_site(
            settings,
            database,
            listener,
            workers=workers,
            forwarded_allow_ips=forwarded_allow_ips,
            sides=(only,) if only else SIDES,
            announce=lambda: click.echo(_where(settings, _address(listener), only)),
        )
    click.echo("Stopped.", err=True)


@main.command()
def worker() -> None:
    """Send letters, check listings and do what else is due, without serving pages.

    ``handrail serve`` does all that by itself; both may run at once.
    """
    import asyncio

    from web.logs import configure_logging
    from web.self_check import keep_memory_private
    from web.worker import work_until_told

    settings = load_settings()
    database = open_ready(settings)
    # A letter that waits may hold a link.
    keep_memory_private()
    configure_logging()
    try:
        asyncio.run(work_until_told(database, settings, announce=lambda: click.echo("Working (stop with Ctrl+C)")))
    finally:
        database.dispose()
    click.echo("Stopped.", err=True)


@main.command()
@click.option("--port", default=_USUAL_PORT, show_default=True, type=click.IntRange(1, 65535))
def demo(port: int) -> None:
    """Look around: a fresh directory with invented listings, at http://localhost:8000.

    Every start begins anew; nothing of your own directory is touched.
    """
    from importers.readers.bundled import load_bundled

    console = Console(highlight=False)
    with contextlib.closing(_first_free("127.0.0.1", port)) as listener:
        taken = listener.getsockname()[1]
        # Two demos at once have two ports, so they never share a file.
        file = data_folder() / ("demo.sqlite3" if taken == _USUAL_PORT else f"demo-{taken}.sqlite3")
        url = f"sqlite:///{file}"
        with console.status("Making a fresh directory"), _fresh_file(file):
            database = open_database(url)
            bring_up_to_date(database)
            console.print("[bold]1[/] of 2: an empty directory is ready")
            with database.reading() as session:
                now = session.info["now"]
            loaded = load_bundled(database, starter=True, local=True, practice=True, now=now, is_for_practice=True)
            console.print(f"[bold]2[/] of 2: {sum(bundle.listings for bundle in loaded)} listings are in it")
            with database.transaction() as session:
                by = command_line_person(session, now=now).id
                link = first_admin(session, "practice@example.org", by=by, now=session.info["now"])
        if taken != port:
            console.print(f"Port {port} is in use by something else, so this is at {taken}.")
        # Nobody outside hears of somebody who only looks around.
        settings = Settings(database_url=url, default_area=DEMO_AREA, port=taken, checks="off")
        serve_site(
            settings,
            database,
            listener,
            is_watched=False,
            announce=lambda: console.print(_what_to_try(taken, url, link), soft_wrap=True),
        )
    click.echo("Stopped.", err=True)


def _what_to_try(port: int, url: str, link: str) -> str:
    # In a checkout the program is not on the PATH of another terminal; the project's own command always finds it.
    environment = Path(sys.argv[0]).absolute().parent.parent
    program = "./dev handrail" if (environment.parent / "dev").is_file() else "handrail"
    return f"""
Open     [bold]http://localhost:{port}[/]
         and press “A bed tonight”. Area {DEMO_AREA} is filled in; everything marked “Practice” is invented.

The desk, where people keep it up to date, opens once at

    http://localhost:{port}/desk/join/{link}

Or ask in another terminal:

    HANDRAIL_DATABASE_URL={url} \\
        {program} search --need shelter --near {DEMO_AREA} --language Spanish --who trans-women

Stop with Ctrl+C."""


def _where(settings: Settings, address: str, only: Side | None) -> str:
    if only == "desk":
        return f"The desk of {settings.site_name} is at {address}{DESK} (stop with Ctrl+C)"
    return f"{settings.site_name} is at {address} (stop with Ctrl+C)"


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises ``DirectoryError`` when something else does."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError:
        raise DirectoryError(f"Port {port} cannot be used; choose another with --port.") from None
    # Connections inherit this. The event loop does not set it for a socket that it is given, and then the second half
    # of every answer waits 40 ms for the browser to acknowledge the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _first_free(host: str, port: int) -> socket.socket:
    """A socket that listens on the first free port from ``port`` on."""
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        with contextlib.suppress(DirectoryError):
            return _listening(host, candidate)
    raise DirectoryError(f"No port from {port} on is free; choose another with --port.")


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{'localhost' if host in {'127.0.0.1', '::1'} else host}:{port}"


@contextlib.contextmanager
def _fresh_file(file: Path) -> Iterator[None]:
    """Remove what an earlier demo left, and leave nothing half made."""

    def remove() -> None:
        for left in (file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)

    remove()
    try:
        yield
    except BaseException:
        remove()
        raise


for command in (
    *directory_commands, *confirming_commands, *planning_commands, doctor, languages, privacy, *import_commands, verify,
    booklet, handover, pack,
):  # fmt: skip
    main.add_command(command)
for command in checking_commands:
    verify.add_command(command)


if __name__ == "__main__":
    sys.exit(main())

"""The command ``db``: upgrade, check, back up, restore, and say what roles may do."""

import datetime as dt
import sys
from pathlib import Path

import click

from directory.backups.age import Closing, Identity, Opening, Passphrase, Plain, Recipient, new_identity, way_of
from directory.backups.folder import name_at, remove_old
from directory.backups.service import back_up, read, restore_from, write_new
from directory.bootstrap import bring_up_to_date, open_database, open_ready
from directory.errors import BadInputError, DirectoryError, SettingsError
from directory.json_output import write_json
from directory.listings.withdrawal import backups_to_destroy
from directory.people.passwords import check_password
from directory.progress import telling
from directory.roles import give, statements_for
from directory.settings import Settings, load_settings
from directory.soundness import problems_of

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def db() -> None:
    """Look after the database: upgrade, check, back up, restore, roles."""


@db.command()
def upgrade() -> None:
    """Bring the schema, the shipped vocabulary and what listings are found by to this version of the program."""
    database = open_database(_owners_url(load_settings()))
    try:
        with telling("Making cards anew") as told:
            bring_up_to_date(database, progress=told)
        click.echo(f"The database is at revision {database.current_revision()}.")
    finally:
        database.dispose()


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(*, as_json: bool) -> None:
    """Check the file, the schema and the audit chain. Ends with 1 if anything is wrong.

    Finishes what a withdrawal left to scrub; on PostgreSQL with roles only the owner can
    (HANDRAIL_OWNER_DATABASE_URL).
    """
    database = open_database(_owners_url(load_settings()))
    try:
        findings = problems_of(database)
    finally:
        database.dispose()
    if as_json:
        write_json(findings | {"ok": not any(findings.values())})
    else:
        for subject, problems in findings.items():
            click.echo(f"{subject}: {'; '.join(problems) or 'sound'}")
    if any(findings.values()):
        raise SystemExit(1)


@db.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--into", "folder", type=_FOLDER, help="Name it by its time in this folder; remove those over 30 days.")
@click.option("--recipient", help="Public key of age (age1...) to encrypt to; HANDRAIL_BACKUP_RECIPIENT otherwise.")
@click.option("--passphrase-file", type=_FILE, help="A file with a passphrase to encrypt with instead.")
@click.option("--plain", is_flag=True, help="Do not encrypt. Whoever gets the file can read all of it.")
def backup(
    file: Path | None, folder: Path | None, recipient: str | None, passphrase_file: Path | None, *, plain: bool
) -> None:
    """Write an encrypted copy of the directory to FILE, consistent while the site runs, readable by you alone.

    It holds listings, their history and the audit: no passwords, sessions or letters of people who work here. Asks for
    a passphrase when there is no key (handrail db backup-key makes one). When a location is withdrawn, older backups
    must be destroyed.
    """
    if (file is None) == (folder is None):
        raise click.UsageError("Give a FILE, or a folder with --into.")
    if sum((recipient is not None, passphrase_file is not None, plain)) > 1:
        raise click.UsageError("Give one of --recipient, --passphrase-file and --plain.")
    if plain and folder is not None:
        raise click.UsageError("In a folder of backups all are encrypted.")
    settings = load_settings()
    database = open_ready(settings)
    try:
        closing = Plain() if plain else _closing(settings, recipient, passphrase_file)
        with database.reading() as session:
            now: dt.datetime = session.info["now"]
        target = file if file is not None else (folder or Path()) / name_at(now)
        back_up(database, target, closing)
        removed = remove_old(folder, now=now) if folder is not None else []
        with database.reading() as session:
            condemned = [name for name in backups_to_destroy(session) if (target.parent / name).is_file()]
    finally:
        database.dispose()
    click.echo("The backup is written." if folder is None else f"The backup is written: {target.name}")
    if plain:
        click.echo("It is NOT encrypted: whoever gets this file can read every listing and every name.", err=True)
    if removed:
        click.echo(f"Removed, because they are older than 30 days: {', '.join(removed)}")
    if condemned:
        click.echo(f"Destroy these backups, they may hold a withdrawn place: {', '.join(condemned)}")


@db.command()
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, help="The file with the secret key (AGE-SECRET-KEY-1...).")
@click.option("--passphrase-file", type=_FILE, help="A file with the passphrase; it is asked for otherwise.")
def restore(file: Path, identity: Path | None, passphrase_file: Path | None) -> None:
    """Make the directory of a backup again, where HANDRAIL_DATABASE_URL says and there is none yet.

    It is checked before it counts, and brought to this version of the program. When anything is wrong, nothing is left.
    """
    content = read(file)
    opening = _opening(content, identity, passphrase_file)
    restore_from(content, opening, url=_owners_url(load_settings()), name=file.name)
    click.echo(
        "The directory is there again, and sound. What else there is to do:\n"
        "- Give people new keys; nobody can sign in yet.\n"
        "- If a location was withdrawn after this backup was made, withdraw it again now.\n"
        "- See whether the audit goes as far as your last anchor: handrail audit verify --anchor FILE"
    )


@db.command("backup-key")
@click.argument("file", type=_FILE)
def backup_key(file: Path) -> None:
    """Make a pair of keys for backups: the secret one goes to FILE, the public one is printed.

    Keep the secret key far from the server: whoever has it can read the backups, and without it nobody can.
    """
    secret, public = new_identity()
    write_new(file, secret.text.encode())
    click.echo(f"HANDRAIL_BACKUP_RECIPIENT={public.key}")


@db.command()
@click.option("--app", required=True, help="The role that the program works as.")
@click.option("--public", required=True, help="The role that may only show what is public.")
@click.option("--apply", "is_applied", is_flag=True, help="Run the statements, as the owner of the tables.")
def roles(app: str, public: str, *, is_applied: bool) -> None:
    """Say in SQL what two roles of PostgreSQL may do, or let them with --apply. Run it again after every upgrade.

    The owner of the tables (HANDRAIL_OWNER_DATABASE_URL) makes and changes them. The app role works as the program
    does, and cannot touch triggers, what is append-only, or what a fact says. The public role reads public cards and
    what finds them: a process of its own may serve pages with it, without reports and without regular work.
    """
    database = open_database(_owners_url(load_settings()))
    try:
        if not is_applied:
            click.echo("".join(f"{statement};\n" for statement in statements_for(database, app=app, public=public)))
            return
        weaknesses = give(database, app=app, public=public)
    finally:
        database.dispose()
    click.echo("The roles may do what they need, and no more.")
    for weakness in weaknesses:
        click.echo(weakness, err=True)
    if weaknesses:
        raise SystemExit(1)


def _owners_url(settings: Settings) -> str:
    """The address for what makes and changes tables."""
    return settings.owner_database_url or settings.database_url


def _closing(settings: Settings, recipient: str | None, passphrase_file: Path | None) -> Closing:
    if passphrase_file is not None:
        return Passphrase(check_password(_words_in(passphrase_file), about=(settings.site_name,)))
    if recipient or settings.backup_recipient:
        return Recipient(recipient or settings.backup_recipient)
    if not sys.stdin.isatty():
        raise SettingsError(
            "A backup is encrypted: give --recipient, set HANDRAIL_BACKUP_RECIPIENT, or give --passphrase-file."
        )
    typed = click.prompt("Passphrase for the backup", hide_input=True, confirmation_prompt=True, err=True)
    return Passphrase(check_password(typed, about=(settings.site_name,)))


def _opening(content: bytes, identity: Path | None, passphrase_file: Path | None) -> Opening:
    way = way_of(content)
    if way == "plain":
        return Plain()
    if way == "key":
        if identity is None:
            raise SettingsError("This backup opens with the secret key of its recipient: give --identity FILE.")
        return Identity(_words_in(identity))
    if passphrase_file is not None:
        return Passphrase(_words_in(passphrase_file))
    if not sys.stdin.isatty():
        raise SettingsError("This backup opens with a passphrase: give --passphrase-file.")
    return Passphrase(click.prompt("Passphrase of the backup", hide_input=True, err=True))


def _words_in(file: Path) -> str:
    try:
        words = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInputError("The file of the key or passphrase cannot be read.") from None
    if not words:
        raise DirectoryError("The file of the key or passphrase is empty.")
    return words

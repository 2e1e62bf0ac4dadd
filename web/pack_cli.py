"""The command ``pack``: what a ward has in its drawer, whether it is as it was made, and whether it must go."""

import datetime as dt
from pathlib import Path

import click
import msgspec

from directory.audit.signing import ensure_key, key_file, public_key_file, read_key, read_public_keys
from directory.bootstrap import opened_ready
from directory.clock import utc_now
from directory.errors import BadQuestionError
from directory.handoff.packs import kept_packs
from directory.handoff.recall import Recalled, recalled
from directory.json_output import write_json
from directory.places.gazetteer import Gazetteer
from directory.progress import telling
from directory.settings import load_settings
from directory.values.phone import grouped
from web.fixed_lines import fixed_numbers
from web.pack.build import build_pack, reviewed_languages
from web.pack.choosing import MOST_DAYS
from web.pack.signing import State, verify
from web.wording import LANGUAGES

_ENDS_WITH: dict[State, int] = {"valid": 0, "expired": 3, "unknown-key": 4, "changed": 6}
_STATES: dict[State, str] = {
    "valid": "Valid: it is as it was made.",
    "expired": "Expired: it is as it was made, and only its pinned lines are good now.",
    "unknown-key": "Unknown key: somebody else signed it. Use none of it.",
    "changed": "Changed: it is not as it was made. Use none of it.",
}
_REASONS = {
    "removed": "is not held here any more",
    "closed": "is closed",
    "do-not-list": "is not to be listed any more",
    "suspended": "is out of sight for now",
    "not-shown": "is not shown any more",
    "confidential": "is confidential now, and its town stands in the pack",
    "changed": "has another number, or none",
    "not-working": "does not work",
    "reported": "was reported wrong: call it first",
}
# As ``languages check``: a script that is to be woken is.
_FOUND = 1


@click.group()
def pack() -> None:
    """Make what a ward keeps in its drawer: numbers that were confirmed, good for 90 days at most."""


@pack.command()
@click.option("--area", metavar="PLACE", help="What it is for: a ZIP code, town or county; the default area otherwise.")
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(LANGUAGES),
    help="A language that a person has read; all of those otherwise. Can be given several times.",
)  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder; NAME-DATE here otherwise.")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=MOST_DAYS, show_default=True, help="For how long it is good."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def build(area: str | None, languages: tuple[str, ...], *, out: Path | None, days: int, as_json: bool) -> None:
    """Write a pack to a folder: for each language a file, a poster and a blank form; and a signed list.

    It holds what anybody can find near there and somebody confirmed lately; of a confidential place no more than its
    area; pinned lines and lines that take reports; who answers by day, by night and on weekends; how to use it. Each
    file opens in any browser without a server and holds only the pinned lines after its last day. Its number stands at
    the top: `handrail pack recall` names it when a number in it is not right any more.

    The key that seals the audit signs it, so run this as the user who has that key.

    Ends with 3 when no number near there was confirmed lately, 4 for an unknown place, 5 when several have the name,
    6 when the folder is there already or nobody has read a language.
    """
    settings = load_settings()
    spoken = reviewed_languages(settings, languages)
    asked = area or settings.default_area
    if not asked:
        raise BadQuestionError("Say what the pack is for (--area), or set HANDRAIL_DEFAULT_AREA.")
    with Gazetteer() as gazetteer, opened_ready(settings) as database:
        place = gazetteer.find(asked, country=settings.country)
        ensure_key(settings)
        with telling("Writing") as told:
            built = build_pack(
                database, settings, read_key(key_file(settings)), place=place, languages=spoken, days=days,
                gazetteer=gazetteer, out=out, progress=told,
            )  # fmt: skip
    if as_json:
        write_json(built)
        return
    click.echo(f"Pack {built.serial} is in {built.folder}: {built.listings} listings, {', '.join(built.languages)}.")
    click.echo(f"It is good until {built.good_until}. Throw it away then, or when handrail pack recall names it.")
    if built.unsure or built.left_out:
        click.echo(f"Not in it: {built.unsure} that nobody confirmed of late, {built.left_out} for want of room.")
    if not built.is_printed:
        click.echo("It holds no PDF: install handrail[print] and the libraries of Pango for those.")


@pack.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Public key, if not yours.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def verify_pack(path: Path, key: Path | None, *, as_json: bool) -> None:
    """Say whether a file of a pack, or the whole folder, is as it was made. The list (manifest.json) lies beside it.

    Ends with 0 when it is valid, 3 when it is expired, 4 when somebody signed it whose key is not known, 6 when it was
    changed.
    """
    keys = read_public_keys(key or public_key_file(load_settings()))
    verdict = verify(path, keys, today=utc_now().date())
    if as_json:
        write_json(verdict)
    else:
        click.echo(_STATES[verdict.state])
        if verdict.serial:
            click.echo(f"Pack {verdict.serial}, good until {verdict.good_until}.")
        for name in verdict.files:
            click.echo(f"  {name}")
    raise SystemExit(_ENDS_WITH[verdict.state])


@pack.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the packs as JSON.")
def list_packs(*, as_json: bool) -> None:
    """List the packs that are remembered: until a month after their last day."""
    with opened_ready(load_settings()) as database, database.reading() as session:
        packs = kept_packs(session)
    if as_json:
        write_json(packs)
        return
    for one in packs:
        click.echo(
            f"{one.serial}  made {one.made_on}, good until {one.good_until}  {one.area}, {' '.join(one.languages)}"
        )
    if not packs:
        click.echo("No pack is remembered.")


@pack.command("recall")
@click.option("--json", "as_json", is_flag=True, help="Print the packs as JSON.")
def recall_packs(*, as_json: bool) -> None:
    """Name the packs in use that hold a number which is not right any more, and each such line.

    Tell whoever has them to throw them away, by their numbers, and make new ones. A line that a reader reported wrong
    is named too, and to be called first; that alone calls no pack back.

    Ends with 0 when no pack must go, 1 when one must.
    """
    settings = load_settings()
    with opened_ready(settings) as database, database.reading() as session:
        now: dt.datetime = session.info["now"]
        found = recalled(session, fixed=fixed_numbers(settings, today=now.date()), now=now)
    if as_json:
        write_json([{"must_go": one.must_go, **msgspec.to_builtins(one)} for one in found])
    else:
        for one in found:
            _tell(one)
        if not any(one.must_go for one in found):
            click.echo("No pack must go.")
    if any(one.must_go for one in found):
        raise SystemExit(_FOUND)


def _tell(one: Recalled) -> None:
    does = "must go" if one.must_go else "may stay until somebody has called"
    click.echo(f"Pack {one.pack.serial} {does} ({one.pack.area}, good until {one.pack.good_until}).")
    for line in one.lines:
        name = line.name or (
            "A line that is held no more" if line.reason == "removed" else "A pinned or reporting line"
        )
        click.echo(f"  {name}, {grouped(line.number)}: {_REASONS[line.reason]}")

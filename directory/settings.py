"""Settings: one frozen struct, read once at the start from ``HANDRAIL_*`` and from what ``handrail init`` wrote.

Every variable may instead be given as ``HANDRAIL_<NAME>_FILE``, the path of a file that holds the value (for secrets).
An unknown or unusable one stops the start with a line that names the variable and never its value.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import platformdirs

from directory.errors import SettingsError
from directory.files import write_whole

PREFIX = "HANDRAIL_"
SAVED_FILE = "handrail.env"
# They belong to the test suite; they are known so that a developer's shell does not stop the program.
TESTS_OWN = frozenset(
    {"HANDRAIL_REQUIRE", "HANDRAIL_CHROME", "HANDRAIL_FIREFOX", "HANDRAIL_TEST_PG", "HANDRAIL_WATCHER_RUNS"}
)
# Words that would tell a watcher what the site is, in its name, its host name or its exit (SAFETY D6, D12). They are
# looked for inside other words, so none may stand in an innocent one ("trata" does, in "tratamiento").
TELLING_WORDS = (
    "traffick", "shelter", "victim", "abuse", "assault", "hotline", "helpline", "violence", "escape", "rescue",
    "survivor", "exploit", "slavery", "prostitu", "brothel", "runaway", "refuge", "safehouse", "safe-house",
    "safe house", "crisisline", "crisis-line",
    "refugio", "albergue", "víctima", "sobrevivient", "supervivient", "violencia", "abuso", "maltrat", "agresión",
    "agresion", "explotac", "esclav", "proxenet", "rescate", "casasegura", "casa-segura", "casa segura", "antitrata",
    "anti-trata", "latrata", "la trata", "tratade", "trata-de", "trata de", "trata humana",
)  # fmt: skip
# They tell as words of their own only.
_TELLING_ALONE = frozenset({"trata", "rape", "raped", "pimp", "abused"})
_TELLS = "holds a word that tells a watcher what this site is. Choose a neutral one."
MOST_LABEL_LETTERS = 16
_MOST_POLICY_LETTERS = 280
_LANGUAGE_TAG = r"[a-z]{2,3}"
# A deployment speaks one of these by itself; other languages are drafts until a person has read them.
OWN_LANGUAGES = ("en", "es")
_REVIEWED = re.compile(rf"{_LANGUAGE_TAG}:[0-9a-f]{{12}}")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_MAIL_SERVER = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
# An address that mail is sent to or from: nothing in it has to be quoted, so nothing in it can be another header.
MAIL_ADDRESS = re.compile(
    rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.IGNORECASE | re.ASCII
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment chooses.

    Attributes:
        database_url: ``sqlite:///FILE`` or ``postgresql://...``; by default a SQLite file in the user's data folder.
        site_name: the neutral name shown in the bar and as the title of every page.
        default_area: a place that a search starts from when none is typed (a ZIP code, a city with its state); may be
            empty.
        exit_url: where *Leave* goes: an ordinary https page that shows everybody the same.
        exit_urls: other exits for readers of a language: ``es=https://... fr=https://...``.
        exit_labels: what stands on *Leave* instead of its usual word: ``en=Weather es=Tiempo``.
        exit_hosts: hosts that an exit may have beside those of ``exits.json``, because this deployment has looked
            whether they show everybody the same page; with spaces between.
        public_host: host name under which people reach the site; empty when it is not known. Only looked at for
            telling words.
        mail_domain: what stands behind the @ of its mail; likewise.
        check_contact: an e-mail address or an https page, told to the sites that are checked; empty for none.
        desk_host: host name of the desk alone, where people sign in; empty when it shares the public pages' host.
        mail_server: ``host:port`` of the server that takes letters to people who work here; empty = letters wait.
        mail_from: the address that they come from.
        mail_user: how the site signs in to that server, if it has to.
        mail_password: likewise; better given as ``HANDRAIL_MAIL_PASSWORD_FILE``.
        desk_secret: 64 hex digits that seal what the desk must not store open, for deployments of several machines;
            else a file ``desk.key`` beside the database is made.
        country: ISO 3166 code; its national line is pinned on every page.
        host: address that ``serve`` binds.
        port: port that ``serve`` binds.
        max_feed_mb: largest file that an import takes unless the command says otherwise.
        language: language of pages until the reader chooses, one of ``OWN_LANGUAGES``.
        reviewed_languages: languages whose drafted texts a person has read, each with the digest of what was read:
            ``fr:0123456789ab``. ``handrail languages approve`` writes it.
        audit_key: a PEM file with the key that seals the audit, on a server another user's than the one that serves;
            ``audit.key`` in the data folder when empty.
        backup_recipient: public key of age (``age1...``) to which ``db backup`` encrypts; empty to be asked.
        owner_database_url: address of the same PostgreSQL database for the role that owns its tables, which upgrades,
            checks and restores; empty when ``database_url`` is the owner's.
        lookup_url: https address of the service that says whether a number was disconnected (``verifiers.lookup``);
            nobody is asked when empty.
        lookup_key: how the site signs in there; better given as ``HANDRAIL_LOOKUP_KEY_FILE``.
        lookup_confidential: whether numbers of organizations with a confidential service are asked about as well. Off,
            because the service then holds a list of them, and of who keeps it.
        checks: ``off`` when nothing may be asked of the sites, mail domains and lines that are listed.
        ask_programs: ``on`` when programs are asked by letter whether their listing is right, without anybody pressing
            a button (``confirming.rounds``).
        weekly_letters: ``on`` when people who work here may have a letter each week that says how much is due
            (``worklist.weekly``); each chooses it on their own page.
        reminders: ``on`` when who keeps listings gets letters about changes that they may decide, and about papers that
            run out (``worklist.reminders``).
        reporting_policy: one sentence on what this house does about reports, shown beside reporting lines.
        word_list: a JSON file of words to avoid beside ``web/plain_words.json``; empty when there is none.
    """

    database_url: str
    site_name: str = "Daybook"
    default_area: str = ""
    exit_url: str = "https://www.weather.gov/"
    exit_urls: str = ""
    exit_labels: str = ""
    exit_hosts: str = ""
    public_host: str = ""
    mail_domain: str = ""
    check_contact: str = ""
    desk_host: str = ""
    mail_server: str = ""
    mail_from: str = ""
    mail_user: str = ""
    mail_password: str = ""
    desk_secret: str = ""
    country: str = "US"
    host: str = "127.0.0.1"
    port: int = 8000
    max_feed_mb: int = 20
    language: str = "en"
    reviewed_languages: str = ""
    audit_key: str = ""
    backup_recipient: str = ""
    owner_database_url: str = ""
    lookup_url: str = ""
    lookup_key: str = ""
    lookup_confidential: bool = False
    checks: str = "on"
    ask_programs: str = "off"
    weekly_letters: str = "off"
    reminders: str = "off"
    reporting_policy: str = ""
    word_list: str = ""


def data_folder() -> Path:
    """The user's own folder for this program (created by whoever writes into it first)."""
    return Path(platformdirs.user_data_dir("handrail", appauthor=False))


def load_settings(environment: Mapping[str, str] | None = None, *, folder: Path | None = None) -> Settings:
    """Read the settings; the environment wins over the file that ``handrail init`` wrote in ``folder``.

    Raises:
        SettingsError: a variable is unknown, given twice, or its value cannot be used. Names the variable only.
    """
    folder = folder or data_folder()
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {"database_url": f"sqlite:///{folder / 'handrail.sqlite3'}"}
    values |= _known(_saved(folder / SAVED_FILE))
    values |= _known({key: value for key, value in environment.items() if key.startswith(PREFIX)})
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = re.search(r"\$\.([a-z_]+)", str(error))
        raise SettingsError(f"{_variable(name[1]) if name else 'A setting'} cannot be used: wrong type.") from None
    return check(settings)


def check(settings: Settings) -> Settings:
    """Return the settings if every value can be used; raises ``SettingsError`` naming the variable that cannot.

    What works and should still be changed is told by ``telling_names``.
    """
    if not settings.site_name.strip() or len(settings.site_name) > 40:
        raise SettingsError("HANDRAIL_SITE_NAME must be a name of at most 40 characters.")
    if not re.fullmatch(r"[A-Z]{2}", settings.country):
        raise SettingsError("HANDRAIL_COUNTRY must be a two-letter country code in capitals.")
    if not 0 <= settings.port <= 65535:
        raise SettingsError("HANDRAIL_PORT must lie between 0 and 65535.")
    if not 1 <= settings.max_feed_mb <= 10_000:
        raise SettingsError("HANDRAIL_MAX_FEED_MB must lie between 1 and 10000.")
    _check_words(settings)
    if not all(_REVIEWED.fullmatch(one) for one in settings.reviewed_languages.split()):
        raise SettingsError("HANDRAIL_REVIEWED_LANGUAGES must be what handrail languages approve wrote.")
    if tells(settings.site_name):
        raise SettingsError(f"HANDRAIL_SITE_NAME {_TELLS}")
    _check_hosts(settings)
    if settings.backup_recipient and not re.fullmatch(r"age1[a-z0-9]{20,}", settings.backup_recipient):
        raise SettingsError("HANDRAIL_BACKUP_RECIPIENT must be a public key of age: age1...")
    if settings.owner_database_url and not settings.database_url.startswith("postgresql"):
        raise SettingsError("HANDRAIL_OWNER_DATABASE_URL is for PostgreSQL; an embedded database has no roles.")
    _check_exits(settings)
    _check_lookup(settings)
    _check_contact(settings.check_contact)
    return settings


def _check_words(settings: Settings) -> None:
    if len(settings.reporting_policy) > _MOST_POLICY_LETTERS or not settings.reporting_policy.isprintable():
        raise SettingsError(f"HANDRAIL_REPORTING_POLICY must be one line of at most {_MOST_POLICY_LETTERS} letters.")
    if settings.language not in OWN_LANGUAGES:
        raise SettingsError("HANDRAIL_LANGUAGE must be en or es.")
    for name in ("checks", "ask_programs", "weekly_letters", "reminders"):
        if getattr(settings, name) not in ("on", "off"):
            raise SettingsError(f"{_variable(name)} must be on or off.")


def _check_hosts(settings: Settings) -> None:
    for name in ("public_host", "mail_domain", "desk_host"):
        if (host := getattr(settings, name)) and not _HOST.fullmatch(host):
            raise SettingsError(f"{_variable(name)} must be a host name alone, without https:// and without a path.")
    if settings.mail_server and not _MAIL_SERVER.fullmatch(settings.mail_server):
        raise SettingsError("HANDRAIL_MAIL_SERVER must be a host and a port, such as mail.example.org:587.")
    if settings.mail_server and not MAIL_ADDRESS.fullmatch(settings.mail_from):
        raise SettingsError("HANDRAIL_MAIL_FROM must be an e-mail address when there is a mail server.")
    if settings.desk_secret and not re.fullmatch("[0-9a-f]{64}", settings.desk_secret):
        raise SettingsError("HANDRAIL_DESK_SECRET must be 64 hex digits.")
    if settings.desk_host and settings.desk_host.casefold() == settings.public_host.casefold():
        raise SettingsError("HANDRAIL_DESK_HOST must be another host than HANDRAIL_PUBLIC_HOST, or empty.")


def _check_contact(contact: str) -> None:
    is_page = re.fullmatch(r"https://[A-Za-z0-9.\-]{4,253}(?:/[A-Za-z0-9._~/\-]{0,200})?", contact) is not None
    if contact and not is_page and not MAIL_ADDRESS.fullmatch(contact):
        raise SettingsError("HANDRAIL_CHECK_CONTACT must be an e-mail address or a page that begins with https://.")
    # Whoever runs a site that is checked reads it.
    if tells(contact):
        raise SettingsError(f"HANDRAIL_CHECK_CONTACT {_TELLS}")


def _check_lookup(settings: Settings) -> None:
    if not settings.lookup_url:
        return
    try:
        parts = urlsplit(settings.lookup_url)
        # Reading it raises for a port that is none.
        has_port = parts.port != 0
    except ValueError:
        has_port = False
    is_plain = has_port and parts.hostname and not (parts.username or parts.password or parts.query or parts.fragment)
    if not is_plain or parts.scheme != "https" or any(sign.isspace() for sign in settings.lookup_url):
        raise SettingsError("HANDRAIL_LOOKUP_URL must be an https address without a name, a password or a query.")
    if not settings.lookup_key.isascii() or not all("!" <= sign <= "~" for sign in settings.lookup_key):
        raise SettingsError("HANDRAIL_LOOKUP_KEY must be one word of plain letters, digits and signs.")


def telling_names(settings: Settings) -> list[str]:
    """What a deployment should change although it works, one sentence each: names that tell a watcher of networks.

    Whoever carries a reader's traffic sees the host name, whoever carries mail its domain, and no header hides either.
    """
    where = {
        "public_host": "networks on the way to the site see it",
        "mail_domain": "whoever carries or receives its mail sees it",
    }
    return [
        f"{_variable(name)} holds a word that tells what this site is, and {seen}. Choose a neutral name."
        for name, seen in where.items()
        if tells(getattr(settings, name))
    ]


def tells(text: str) -> bool:
    """Whether a name or an address holds a word that tells what the site is, however it is written."""
    folded = unquote(text).casefold()
    for part in re.findall(r"xn--[a-z0-9-]+", folded):
        try:
            folded += f" {part.encode().decode('idna')}"
        except UnicodeError:
            # It is no name that could be shown, so it tells nothing.
            continue
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    if any(word in folded or word in bare for word in TELLING_WORDS):
        return True
    return not _TELLING_ALONE.isdisjoint(re.split(r"[^a-z]+", bare))


def by_language(text: str) -> dict[str, str]:
    """The parts of ``en=Weather es=The weather`` by language; raises ``ValueError`` for what is not written so."""
    parts = re.split(rf"(?:^|\s+)({_LANGUAGE_TAG})=", text.strip())
    named = {language: value.strip() for language, value in zip(parts[1::2], parts[2::2], strict=True)}
    if parts[0].strip() or len(named) != len(parts) // 2 or not all(named.values()):
        raise ValueError("not written as language=value, each language once")
    return named


def exits_of(settings: Settings) -> dict[str, str]:
    """The address of every exit: by language, and under the empty text the one for all other languages."""
    return {"": settings.exit_url} | by_language(settings.exit_urls)


def save_settings(chosen: Mapping[str, str], *, folder: Path | None = None) -> Path:
    """Write what ``handrail init`` was told (setting names and values) and return the file.

    Values that are already in the file and not chosen again stay. Raises ``SettingsError`` before anything is written
    when the result could not be loaded, and ``DirectoryError`` when it cannot be written.
    """
    path = (folder or data_folder()) / SAVED_FILE
    values = _saved(path) | {_variable(name): value for name, value in chosen.items()}
    for name, value in values.items():
        if "\n" in value or "\r" in value:
            raise SettingsError(f"{name} must be one line.")
    load_settings(values, folder=path.parent / "none")
    written = "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
    write_whole(path, written.encode(), what="The file of settings", makes_folder=True)
    return path


def _saved(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.strip(): value.strip() for name, mark, value in pairs if mark and not name.startswith("#")}


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _known(variables: Mapping[str, str]) -> dict[str, str]:
    """Map variables to setting names; raises for unknown ones and for a value given both ways."""
    fields = set(Settings.__struct_fields__)
    values: dict[str, str] = {}
    for variable, value in sorted(variables.items()):
        if variable in TESTS_OWN:
            continue
        name = variable.removeprefix(PREFIX).lower()
        from_file = name not in fields and name.removesuffix("_file") in fields
        name = name.removesuffix("_file") if from_file else name
        if name not in fields or not variable.startswith(PREFIX):
            raise SettingsError(f"{variable} is not a setting of this program.")
        if name in values:
            raise SettingsError(f"{_variable(name)} is given twice, once as a file.")
        values[name] = _read_file(variable, Path(value)) if from_file else value
    return values


def _read_file(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The file that {variable} names cannot be read.") from None


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hosts that show people what they themselves did, and why that is no exit. ``names`` are parts of a host name."""

    called: str
    why: str
    names: frozenset[str]
    hosts: frozenset[str]


class _Exits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of hosts: those that an exit may have, each with a reason, and those that it never may."""

    neutral: dict[str, str]
    personal: list[_Kind]


@cache
def _hosts_of_exits() -> _Exits:
    return msgspec.json.decode(resources.files("directory").joinpath("exits.json").read_bytes(), type=_Exits)


def _check_exits(settings: Settings) -> None:
    hosts = frozenset(settings.exit_hosts.casefold().split())
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise SettingsError("HANDRAIL_EXIT_HOSTS must be host names with spaces between, such as news.example.org.")
    for host in hosts:
        _refuse_personal("HANDRAIL_EXIT_HOSTS", host)
    _check_exit("HANDRAIL_EXIT_URL", settings.exit_url, hosts=hosts)
    for url in _parts("HANDRAIL_EXIT_URLS", settings.exit_urls, example="es=https://... fr=https://..."):
        _check_exit("HANDRAIL_EXIT_URLS", url, hosts=hosts)
    for label in _parts("HANDRAIL_EXIT_LABELS", settings.exit_labels, example="en=Weather es=Tiempo"):
        if len(label) > MOST_LABEL_LETTERS or not label.isprintable():
            raise SettingsError(f"HANDRAIL_EXIT_LABELS must be labels of at most {MOST_LABEL_LETTERS} letters.")
        if tells(label):
            raise SettingsError(f"HANDRAIL_EXIT_LABELS {_TELLS}")


def _parts(variable: str, text: str, *, example: str) -> Iterator[str]:
    try:
        yield from by_language(text).values()
    except ValueError:
        raise SettingsError(f"{variable} must be written as {example}, each language once.") from None


def _check_exit(variable: str, url: str, *, hosts: frozenset[str]) -> None:
    """Raise ``SettingsError`` unless whoever looks over a shoulder, or at a history, learns nothing from this page."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme != "https" or not _HOST.fullmatch(host) or re.search(r"[\s@?#\\]", url):
        raise SettingsError(
            f"{variable} must be an https address of an ordinary page, without a user name, a question mark or a #."
        )
    if tells(url):
        raise SettingsError(f"{variable} {_TELLS}")
    _refuse_personal(variable, host)
    if not any(_is_within(host, known) for known in {*_hosts_of_exits().neutral, *hosts}):
        raise SettingsError(
            f"{variable} leads to a host that is not on the list of neutral ones. Use https://www.weather.gov/ or "
            "another host that the README lists. Or look whether this one shows everybody the same page, signed in or "
            "not, and then name it in HANDRAIL_EXIT_HOSTS (handrail init --exit-host)."
        )


def _refuse_personal(variable: str, host: str) -> None:
    for kind in _hosts_of_exits().personal:
        if not kind.names.isdisjoint(host.split(".")) or any(_is_within(host, known) for known in kind.hosts):
            raise SettingsError(
                f"{variable} leads to {kind.called}, which {kind.why}. Choose a page that shows everybody the same, "
                "such as https://www.weather.gov/."
            )


def _is_within(host: str, known: str) -> bool:
    return host == known or host.endswith(f".{known}")

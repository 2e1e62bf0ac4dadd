"""The browser of a shared screen: every policy that matters is looked at, in whatever file it comes; none is shown."""

import json
import mmap
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.errors import BadInputError
from tests.services import unavailable
from web.cli import main
from web.doctor import Finding
from web.kiosk import Browser, examine_kiosk, kiosk

BROWSERS: tuple[Browser, ...] = ("edge", "chrome", "firefox")
# It stands in files, and must never stand in what is said about them.
UNTOLD = "Zanzibarium"


def _all_set(browser: Browser, *, way: int = 0) -> dict[str, Any]:
    """Everything that a browser should be told, the ``way``-th way where there are several."""
    told: dict[str, Any] = {}
    for policy in kiosk().policies:
        ways = policy.wanted.get(browser, [{}])
        told |= ways[min(way, len(ways) - 1)]
    return told


def _exported(browser: Browser, told: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What a browser of today exports that is told this."""
    if browser == "firefox":
        return {"policies": told}
    entry = {"level": "mandatory", "scope": "machine", "source": "platform"} | changed
    section = {"name": "Policies", "policies": {name: {"value": value, **entry} for name, value in told.items()}}
    application = "Microsoft Edge" if browser == "edge" else "Google Chrome"
    extension = {"name": "An extension", "policies": {"SyncDisabled": {"value": False, **entry}}}
    return {
        "chromeMetadata": {"application": application, "version": "131.0"},
        "policyIds": ["chrome", "a" * 32],
        "policyValues": {"chrome": section, "a" * 32: extension},
        "status": {"machine": {"domain": UNTOLD}},
    }


def _found(folder: Path, document: Any) -> dict[str, Finding]:
    file = folder / "policies.json"
    file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return {finding.check: finding for finding in examine_kiosk(file)}


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("way", [0, 1, 2])
def test_a_browser_that_is_told_everything_is_found_sound(tmp_path: Path, browser: Browser, way: int) -> None:
    found = _found(tmp_path, _exported(browser, _all_set(browser, way=way)))
    assert {name: finding for name, finding in found.items() if finding.state != "ok"} == {}
    assert len(found) == 1 + sum(browser in policy.wanted for policy in kiosk().policies)
    assert browser in found["browser"].text.casefold()


@pytest.mark.parametrize("browser", BROWSERS)
def test_each_policy_that_is_missing_is_named_with_its_value_and_the_reason(tmp_path: Path, browser: Browser) -> None:
    for policy in kiosk().policies:
        if browser not in policy.wanted:
            continue
        names = {name for way in policy.wanted[browser] for name in way}
        told = {name: value for name, value in _all_set(browser).items() if name not in names}
        finding = _found(tmp_path, _exported(browser, told))[policy.subject]
        assert finding.state == policy.unmet
        assert finding.text.startswith(policy.why)
        for name, value in policy.wanted[browser][0].items():
            assert f"{name} to {json.dumps(value, separators=(',', ':'))}" in finding.text


def test_what_must_never_be_left_open_fails(tmp_path: Path) -> None:
    """Written down once more, so that a change of the list is a decision."""
    told_nothing = {browser: _found(tmp_path, _exported(browser, {})) for browser in BROWSERS}
    for browser in BROWSERS:
        failing = {name for name, finding in told_nothing[browser].items() if finding.state == "fail"}
        assert failing >= {
            "history", "cleared at the end", "signing in", "start", "filling in", "suggestions", "assistants",
            "pictures of the screen", "extensions", "reports to the maker",
        }  # fmt: skip
    for browser in ("edge", "chrome"):
        for subject in ("sync", "translation", "spelling"):
            assert told_nothing[browser][subject].state == "fail"
        for subject in ("printing", "downloads", "opening ahead", "developer tools"):
            assert told_nothing[browser][subject].state == "warn"


@pytest.mark.parametrize("browser", ["edge", "chrome"])
def test_every_file_that_a_browser_writes_is_read_alike(tmp_path: Path, browser: Browser) -> None:
    told = _all_set(browser)
    del told["SyncDisabled"]
    today = _exported(browser, told)
    earlier = {f"{browser}Metadata": {}, f"{browser}Policies": today["policyValues"]["chrome"]["policies"]}
    text = json.dumps(today)
    written = [today, earlier, told, b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")]
    found = [_found(tmp_path, document) for document in written]
    assert [one for one in found if one != found[0]] == []
    assert {name for name, finding in found[0].items() if finding.state != "ok"} == {"sync"}


def test_what_people_can_change_or_the_browser_ignores_is_not_set(tmp_path: Path) -> None:
    told = _all_set("edge")
    recommended = _found(tmp_path, _exported("edge", told, level="recommended"))
    assert {finding.state for finding in recommended.values()} == {"ok", "warn"}
    assert "SyncDisabled is only recommended" in recommended["sync"].text
    ignored = _found(tmp_path, _exported("edge", told, ignored=True))
    assert {finding.state for finding in ignored.values()} == {"ok", "warn", "fail"}
    assert ignored["sync"].state == "fail"


@pytest.mark.parametrize("value", [False, 1, "true", None, [True], {"value": True}])
def test_a_value_that_a_browser_would_not_take_is_not_set(tmp_path: Path, value: Any) -> None:
    told = _all_set("chrome") | {"SyncDisabled": value}
    assert _found(tmp_path, told)["sync"].state == "fail"


def test_a_list_or_an_object_may_hold_more_than_is_wanted(tmp_path: Path) -> None:
    told = _all_set("chrome") | {"ExtensionInstallBlocklist": ["abc", "*"]}
    assert _found(tmp_path, told)["extensions"].state == "ok"
    assert _found(tmp_path, told | {"ExtensionInstallBlocklist": ["abc"]})["extensions"].state == "fail"
    fox = _all_set("firefox") | {"GenerativeAI": {"Enabled": False, "Locked": True}}
    assert _found(tmp_path, {"policies": fox})["assistants"].state == "ok"


def test_nothing_of_a_file_is_shown(tmp_path: Path) -> None:
    told = {UNTOLD: UNTOLD, "SyncDisabled": UNTOLD, "HomepageLocation": f"https://{UNTOLD}.example/", "[bold]": "[/]"}
    for browser in BROWSERS:
        for document in (_exported(browser, told), {**told, "chromeMetadata": {"application": UNTOLD}}):
            assert UNTOLD not in repr(_found(tmp_path, document))


_BROKEN: dict[str, bytes] = {
    "empty": b"",
    "half written": b'{"policyValues": {"chrome": {"policies": {"SyncDisabled": {"value": tr',
    "no text": bytes(range(256)) * 8,
    "half of a wide letter": b"\xff\xfe{\x00\x22",
    "no object": b'["SyncDisabled", true]',
    "a page": b"<!doctype html><title>Policies</title>",
    "something else": b'{"name": "package", "version": "1.0"}',
    "deep": b'{"policyValues":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "policies that are none": b'{"policyValues": {"chrome": {"policies": ["SyncDisabled"]}}}',
    "older policies that are none": b'{"chromePolicies": 7}',
    "huge": b'{"SyncDisabled": true, "padding": "' + b"x" * (5 * 1024 * 1024) + b'"}',
    "a number without end": b'{"SyncDisabled": ' + b"9" * 2_000_000 + b"e",
}


@pytest.mark.parametrize("broken", _BROKEN)
def test_a_file_that_holds_no_policies_is_refused_in_safe_words(tmp_path: Path, broken: str) -> None:
    with pytest.raises(BadInputError) as refused:
        _found(tmp_path, _BROKEN[broken])
    assert str(tmp_path) not in str(refused.value)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize("document", [{}, {"policies": {}}, {"policyValues": {"chrome": {"policies": {}}}}])
def test_strange_but_whole_files_give_findings_or_a_refusal(tmp_path: Path, document: Any) -> None:
    if not document:
        with pytest.raises(BadInputError):
            _found(tmp_path, document)
    else:
        assert any(finding.state == "fail" for finding in _found(tmp_path, document).values())


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "none", pipe, Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(BadInputError):
            list(examine_kiosk(path))


def _run(*words: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    # The computer that this is run on need have no deployment, or one that is broken.
    monkeypatch.setenv("HANDRAIL_PORT", "none")
    return CliRunner().invoke(main, ["doctor", *words])


def test_the_command_tells_what_to_set_and_what_no_file_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "policies.json"
    file.write_text(json.dumps(_exported("edge", _all_set("edge"))), encoding="utf-8")
    sound = _run("--kiosk", str(file), monkeypatch=monkeypatch)
    assert sound.exit_code == 0, sound.output
    assert all(line in sound.stdout for line in kiosk().checklist)
    file.write_text(json.dumps(_exported("edge", {})), encoding="utf-8")
    bare = _run("--kiosk", str(file), monkeypatch=monkeypatch)
    assert bare.exit_code == 1
    assert 'Set ExtensionInstallBlocklist to ["*"].' in bare.stdout
    told = json.loads(_run("--kiosk", str(file), "--json", monkeypatch=monkeypatch).stdout)
    assert {check["state"] for check in told["checks"]} == {"ok", "warn", "fail"}
    assert told["checklist"] == list(kiosk().checklist)
    file.write_text("{", encoding="utf-8")
    broken = _run("--kiosk", str(file), "--json", monkeypatch=monkeypatch)
    assert (broken.exit_code, list(json.loads(broken.stdout))) == (1, ["error"])


def _names(browser: Browser) -> set[str]:
    return {name for policy in kiosk().policies for way in policy.wanted.get(browser, []) for name in way}


def test_every_policy_of_chrome_is_known_to_chromium() -> None:
    # Debian's is a script, and the program that it starts stands elsewhere.
    named = [Path(os.environ.get("HANDRAIL_CHROME", "/usr/bin/chromium")), Path("/usr/lib/chromium/chromium")]
    program = next((path for path in named if path.exists() and path.stat().st_size > 1 << 20), None)
    if program is None:
        unavailable("chrome", "there is no Chromium; HANDRAIL_CHROME may name one")
    with program.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as code:
        unknown = {name for name in _names("chrome") if code.find(f"\0{name}\0".encode()) < 0}
    assert unknown == set()


def test_every_policy_of_firefox_is_in_its_schema_with_such_values() -> None:
    program = Path(os.environ.get("HANDRAIL_FIREFOX", "/usr/bin/firefox-esr"))
    if not program.exists():
        unavailable("firefox", f"there is no {program}; HANDRAIL_FIREFOX may name a Firefox elsewhere")
    with zipfile.ZipFile(program.resolve().parent / "browser/omni.ja") as parts:
        schema = json.loads(parts.read("modules/policies/policies-schema.json"))["properties"]
    assert _names("firefox") - schema.keys() == set()
    kinds = {bool: "boolean", int: "number", dict: "object"}
    for policy in kiosk().policies:
        for way in policy.wanted.get("firefox", []):
            for name, value in way.items():
                assert kinds[type(value)] in schema[name]["type"], name

"""Settings come from the environment, from files and from what init wrote; what is wrong stops the start."""

from pathlib import Path

import pytest

from directory.errors import SettingsError
from directory.settings import load_settings, save_settings


def test_the_default_database_is_a_file_in_the_users_data_folder(tmp_path: Path) -> None:
    assert load_settings({}, folder=tmp_path).database_url == f"sqlite:///{tmp_path / 'handrail.sqlite3'}"


def test_a_setting_may_be_given_as_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://directory:secret@localhost/handrail\n", encoding="utf-8")
    settings = load_settings({"HANDRAIL_DATABASE_URL_FILE": str(secret)}, folder=tmp_path)
    assert settings.database_url == "postgresql://directory:secret@localhost/handrail"


def test_the_environment_wins_over_what_init_wrote(tmp_path: Path) -> None:
    save_settings({"site_name": "Almanac", "default_area": "33130"}, folder=tmp_path)
    settings = load_settings({"HANDRAIL_SITE_NAME": "Daybook"}, folder=tmp_path)
    assert (settings.site_name, settings.default_area) == ("Daybook", "33130")


def test_a_service_of_look_ups_is_off_until_it_is_chosen(tmp_path: Path) -> None:
    usual = load_settings({}, folder=tmp_path)
    assert (usual.lookup_url, usual.lookup_key, usual.lookup_confidential) == ("", "", False)
    key = tmp_path / "key"
    key.write_text("s3cret\n", encoding="utf-8")
    chosen = load_settings(
        {
            "HANDRAIL_LOOKUP_URL": "https://lookup.example.org:8443/disconnected",
            "HANDRAIL_LOOKUP_KEY_FILE": str(key),
            "HANDRAIL_LOOKUP_CONFIDENTIAL": "true",
        },
        folder=tmp_path,
    )
    assert (chosen.lookup_key, chosen.lookup_confidential) == ("s3cret", True)


def test_programs_are_asked_by_letter_only_where_somebody_chose_that(tmp_path: Path) -> None:
    assert load_settings({}, folder=tmp_path).ask_programs == "off"
    assert load_settings({"HANDRAIL_ASK_PROGRAMS": "on"}, folder=tmp_path).ask_programs == "on"


def test_the_test_suites_own_variables_are_known_and_ignored(tmp_path: Path) -> None:
    own = {"HANDRAIL_REQUIRE": "all", "HANDRAIL_CHROME": "/x", "HANDRAIL_TEST_PG": "y", "PATH": "/bin"}
    assert load_settings(own, folder=tmp_path) == load_settings({}, folder=tmp_path)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"HANDRAIL_SITENAME": "x"}, "HANDRAIL_SITENAME is not a setting"),
        ({"HANDRAIL_PORT": "many"}, "HANDRAIL_PORT cannot be used"),
        ({"HANDRAIL_PORT": "70000"}, "HANDRAIL_PORT must"),
        ({"HANDRAIL_EXIT_URL": "http://secret.example"}, "HANDRAIL_EXIT_URL must"),
        ({"HANDRAIL_EXIT_URL": "https://rescue.example.org"}, "tells a watcher"),
        ({"HANDRAIL_SITE_NAME": "Shelter finder"}, "tells a watcher"),
        ({"HANDRAIL_COUNTRY": "usa"}, "HANDRAIL_COUNTRY must"),
        ({"HANDRAIL_LANGUAGE": "xx"}, "HANDRAIL_LANGUAGE must"),
        ({"HANDRAIL_CHECK_CONTACT": "call us"}, "HANDRAIL_CHECK_CONTACT must"),
        ({"HANDRAIL_CHECK_CONTACT": "http://a.example.org"}, "HANDRAIL_CHECK_CONTACT must"),
        ({"HANDRAIL_CHECK_CONTACT": "web@shelter.example.org"}, "tells a watcher"),
        ({"HANDRAIL_MAIL_SERVER": "post.example.net"}, "HANDRAIL_MAIL_SERVER must"),
        ({"HANDRAIL_MAIL_SERVER": "post.example.net:587"}, "HANDRAIL_MAIL_FROM must"),
        ({"HANDRAIL_MAIL_SERVER": "[::1]:25", "HANDRAIL_MAIL_FROM": "desk, b@example.org"}, "HANDRAIL_MAIL_FROM must"),
        ({"HANDRAIL_MAX_FEED_MB": "0"}, "HANDRAIL_MAX_FEED_MB must"),
        ({"HANDRAIL_LOOKUP_URL": "http://lookup.example.org/"}, "HANDRAIL_LOOKUP_URL must"),
        ({"HANDRAIL_LOOKUP_URL": "https:///disconnected"}, "HANDRAIL_LOOKUP_URL must"),
        ({"HANDRAIL_LOOKUP_URL": "https://lookup.example.org:no/"}, "HANDRAIL_LOOKUP_URL must"),
        ({"HANDRAIL_LOOKUP_URL": "https://me:secret@lookup.example.org/"}, "HANDRAIL_LOOKUP_URL must"),
        ({"HANDRAIL_LOOKUP_URL": "https://lookup.example.org/?key=secret"}, "HANDRAIL_LOOKUP_URL must"),
        (
            {"HANDRAIL_LOOKUP_URL": "https://lookup.example.org/", "HANDRAIL_LOOKUP_KEY": "two words"},
            "HANDRAIL_LOOKUP_KEY",
        ),
        ({"HANDRAIL_LOOKUP_CONFIDENTIAL": "perhaps"}, "HANDRAIL_LOOKUP_CONFIDENTIAL cannot be used"),
        ({"HANDRAIL_ASK_PROGRAMS": "twice"}, "HANDRAIL_ASK_PROGRAMS must be on or off"),
        ({"HANDRAIL_DATABASE_URL_FILE": "/no/such/file"}, "HANDRAIL_DATABASE_URL_FILE names cannot be read"),
        ({"HANDRAIL_PORT": "1", "HANDRAIL_PORT_FILE": "/x"}, "given twice"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_and_is_named(
    variables: dict[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        load_settings(variables, folder=tmp_path)
    assert refused.value.exit_code == 2
    assert not any(value in str(refused.value) for value in variables.values() if len(value) > 3 and value[0] != "/")


def test_nothing_is_written_when_what_init_was_told_cannot_be_used(tmp_path: Path) -> None:
    path = save_settings({"site_name": "Almanac"}, folder=tmp_path)
    with pytest.raises(SettingsError):
        save_settings({"exit_url": "ftp://x"}, folder=tmp_path)
    assert path.read_text(encoding="utf-8") == "HANDRAIL_SITE_NAME=Almanac\n"
    assert path.stat().st_mode & 0o077 == 0

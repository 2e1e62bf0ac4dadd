"""Where Leave goes: an ordinary page that shows everybody the same, in the language of the reader."""

import msgspec
import pytest

from directory.errors import SettingsError
from directory.exits import Exit, exit_of
from directory.settings import Settings, check, telling_names, tells

WEATHER = "https://www.weather.gov/"
ALMANAC = "https://almanac.example.org/today"


def _settings(**chosen: str) -> Settings:
    return Settings(database_url="sqlite:///x", **chosen)  # type: ignore[arg-type]


def test_every_language_has_an_exit_and_may_have_its_own() -> None:
    settings = check(_settings(exit_urls="es=https://www.aemet.es/es/portada", exit_labels="en=Weather es=El tiempo"))
    assert exit_of(settings, "en") == Exit(WEATHER, "Weather")
    assert exit_of(settings, "es") == Exit("https://www.aemet.es/es/portada", "El tiempo")
    assert exit_of(settings, "fr") == Exit(WEATHER, "")
    assert exit_of(check(_settings()), "es") == Exit(WEATHER, "")


@pytest.mark.parametrize(
    "url",
    [
        "http://www.weather.gov/",
        "https://weather",
        "https://user@www.weather.gov/",
        "https://www.weather.gov/?from=site",
        "https://www.weather.gov/#here",
        "https://www.weather.gov/ x",
        "https://www.weather.gov\\@example.org/",
        "https://www.weather.gov:port/",
        "https://[::1/",
        "javascript:alert(1)",
        "",
    ],
)
def test_an_exit_is_an_ordinary_https_address(url: str) -> None:
    with pytest.raises(SettingsError, match="HANDRAIL_EXIT_URL must be an https address") as refused:
        check(_settings(exit_url=url))
    assert "weather" not in str(refused.value)


@pytest.mark.parametrize(
    "url", [WEATHER, "https://forecast.weather.gov/x", "https://weather.gc.ca/", "https://WWW.DW.com/es"]
)
def test_neutral_hosts_and_what_is_within_them_may_be_exits(url: str) -> None:
    assert check(_settings(exit_url=url))


@pytest.mark.parametrize("url", [ALMANAC, "https://notweather.gov/", "https://weather.gov.example.org/"])
def test_another_host_must_have_been_looked_at(url: str) -> None:
    with pytest.raises(SettingsError, match="HANDRAIL_EXIT_HOSTS") as refused:
        check(_settings(exit_url=url))
    assert "example" not in str(refused.value)
    host = url.split("/")[2]
    assert check(_settings(exit_url=url, exit_hosts=f"other.example.org {host}"))


@pytest.mark.parametrize(
    "host", ["www.google.com", "news.google.co.uk", "m.youtube.com", "www.amazon.ca", "weather.com", "outlook.live.com"]
)
def test_a_page_that_shows_what_somebody_did_before_is_never_an_exit(host: str) -> None:
    with pytest.raises(SettingsError, match="shows"):
        check(_settings(exit_hosts=host))
    with pytest.raises(SettingsError, match="shows"):
        check(_settings(exit_url=f"https://{host}/"))


def test_the_exit_of_every_language_is_looked_at() -> None:
    for urls in ("es=https://www.google.com/", "es=http://www.aemet.es/", "es=https://almanac.example.org/"):
        with pytest.raises(SettingsError, match="HANDRAIL_EXIT_URLS"):
            check(_settings(exit_urls=urls))
    for urls in ("https://www.aemet.es/", "es=", f"es={WEATHER} es={WEATHER}", f"Spanish={WEATHER}"):
        with pytest.raises(SettingsError, match="must be written as"):
            check(_settings(exit_urls=urls))


def test_a_label_is_short_and_tells_nothing() -> None:
    assert check(_settings(exit_labels="en=Weather es=El tiempo"))
    for labels, told in (
        ("en=Escape now", "tells a watcher"),
        ("en=" + "x" * 17, "at most 16"),
        ("Weather", "written"),
    ):
        with pytest.raises(SettingsError, match=told):
            check(_settings(exit_labels=labels))


@pytest.mark.parametrize(
    "text",
    [
        "shelter-finder.org", "VICTIMS", "xn--vctima-3va.example", "v%C3%ADctima", "latrata.org", "anti-trata.mx",
        "trata", "https://x.org/rape", "Crisis-Line",
    ],
)  # fmt: skip
def test_telling_words_are_found_however_they_are_written(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text", ["tratamiento", "contrata", "grape.example.org", "Daybook", "weather.gov", "drapery", "xn--broken-\ud800"]
)
def test_innocent_words_are_left_alone(text: str) -> None:
    assert not tells(text)


def test_telling_names_of_hosts_are_warned_of_and_not_refused() -> None:
    settings = check(_settings(public_host="shelter.example.org", mail_domain="victims.example.org"))
    warned = telling_names(settings)
    assert [sentence.split()[0] for sentence in warned] == ["HANDRAIL_PUBLIC_HOST", "HANDRAIL_MAIL_DOMAIN"]
    assert not any("example" in sentence for sentence in warned)
    assert telling_names(msgspec.structs.replace(settings, public_host="a.example.org", mail_domain="")) == []
    with pytest.raises(SettingsError, match="HANDRAIL_PUBLIC_HOST must be a host name"):
        check(_settings(public_host="https://a.example.org/"))

"""Addresses on the web and of mailboxes, written one way so that they can be compared, shown and opened safely."""

import ipaddress
import re
from functools import cache
from urllib.parse import quote, urlsplit

from publicsuffixlist import PublicSuffixList

from directory.errors import BadInputError

LONGEST_URL = 2_048
LONGEST_EMAIL = 254

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?!\d)")
_LABEL = re.compile(r"(?!-)[a-z0-9\-]{1,63}(?<!-)")
_LETTERS_LAST = re.compile(r"[a-z]{2,63}|xn--[a-z0-9\-]{1,59}")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\<>\"`{}|^]")
_MAILBOX = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}(?<!\.)")
_USUAL_PORTS = {"http": 80, "https": 443}
# Characters that stand for themselves in a path or query; "%" too, because it is encoded already.
_KEPT = "%/:@!$&'()*+,;=~-._?"


class NotAWebAddressError(BadInputError):
    """A text that is not one address of a website; the message never repeats it."""


class NotAnEmailError(BadInputError):
    """A text that is not one e-mail address; the message never repeats it."""


def normalise_url(text: str) -> str:
    """Write the address of a website or page one way.

    A bare host gets https; only http and https pass. Names before "@", fragments and usual ports go, the host is
    lower-case and in its ASCII form. Doing it twice changes nothing.

    Raises:
        NotAWebAddressError: this is no such address, or it is several, or it leads to a bare number.
    """
    written = text.strip()
    if not written or len(written) > LONGEST_URL or _FORBIDDEN.search(written):
        raise NotAWebAddressError("This is not one web address.")
    scheme = "https"
    if (found := _SCHEME.match(written)) is not None:
        scheme = found["scheme"].lower()
        written = written[found.end() :]
        if scheme not in _USUAL_PORTS or not written.startswith("//"):
            raise NotAWebAddressError("Only addresses that begin with http:// or https:// can be used.")
    try:
        parts = urlsplit(f"{scheme}://{written.removeprefix('//')}")
        port = parts.port
    except ValueError:
        raise NotAWebAddressError("This is not one web address.") from None
    host = _ascii_host(parts.hostname or "")
    if host is None:
        raise NotAWebAddressError("This web address has no usable host name.")
    address = f"{scheme}://{host}" + (f":{port}" if port not in (None, _USUAL_PORTS[scheme]) else "")
    path = quote(parts.path, safe=_KEPT)
    query = quote(parts.query, safe=_KEPT)
    address += ("" if path == "/" and not query else path) + (f"?{query}" if query else "")
    if len(address) > LONGEST_URL:
        raise NotAWebAddressError("This web address is too long.")
    return address


def site_domain(url: str) -> str:
    """The host of a web address without "www.", by which two addresses are known to be of one site.

    Raises:
        NotAWebAddressError: see ``normalise_url``.
    """
    return (urlsplit(normalise_url(url)).hostname or "").removeprefix("www.")


def registered_domain(host: str) -> str:
    """The part of a host name that somebody registered; empty where there is none ("co.uk", a number)."""
    return _suffixes().privatesuffix(host) or ""


def normalise_email(text: str) -> str:
    """Write an e-mail address one way: lower-case, host in its ASCII form, "mailto:" and its options removed.

    Raises:
        NotAnEmailError: this is not one e-mail address.
    """
    written = text.strip()
    if written[:7].lower() == "mailto:":
        written = written[7:].partition("?")[0]
    mailbox, at, domain = written.rpartition("@")
    well_formed = at and _MAILBOX.fullmatch(mailbox) and not _FORBIDDEN.search(domain)
    host = _ascii_host(domain) if well_formed else None
    if host is None or len(mailbox) + len(host) >= LONGEST_EMAIL:
        raise NotAnEmailError("This is not one e-mail address.")
    return f"{mailbox.lower()}@{host}"


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _ascii_host(host: str) -> str | None:
    """The host name as name servers know it; None for numbers, single words and malformed names."""
    host = host.removesuffix(".").lower()
    if not host or len(host) > 253:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = host.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or not _LETTERS_LAST.fullmatch(labels[-1]):
        return None
    return None if _is_number(host) else host


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

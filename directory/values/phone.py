"""Phone numbers as people dial them: E.164 numbers with extensions, and short codes such as 988 or 233733."""

import re
import unicodedata
from typing import Literal

import msgspec
import phonenumbers
from phonenumbers import shortnumberinfo

from directory.errors import BadInputError

PhoneKind = Literal["voice", "text", "tty", "whatsapp", "chat", "fax"]

RELAY_CODE = "711"  # reaches the relay service for deaf people everywhere in the US and Canada

_LONGEST_PHONE = 64
_NORTH_AMERICA = frozenset({"US", "CA"})
_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"), "-")
_INVISIBLE = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF))

# "x105", "ext. 12", "extension 4", "#2" with digits; "xOPT2", "option 2", "press 2" with a choice in a spoken menu.
_EXTENSION = re.compile(
    r"[ ,;]{0,3}(?:"
    r"(?:x|xt|extn?|extension|poste|#)[ .:#]{0,3}(?P<digits>[0-9]{1,10})"
    r"|(?:(?:x|ext)[ .:]{0,3})?(?:opt|option|press)[ .:#]{0,3}(?P<choice>[0-9]{1,3})"
    r")$",
    re.IGNORECASE,
)
_SHORT_CODE = re.compile(r"[0-9]{3,6}|[0-9]{3}-[0-9]{3}|[0-9]-[0-9]-[0-9]")
# There nobody answers at four digits; phonenumbers lets most of them pass.
_NO_CODE_IN_NORTH_AMERICA = re.compile(r"[0-9]{4}")
_WRITTEN_IN_DIGITS = re.compile(r"\+?[0-9 ().\-/]+")
_SPELLED = re.compile(r"(?:\+?1[ .\-]?)?\(?(?P<area>[2-9][0-9]{2})\)?[ .\-]{0,2}(?P<rest>[0-9A-Z][0-9A-Z .\-]*)")
# Behind a blank alone a word may be just a word: "800 numbers".
_PLAINLY_DIALLED = re.compile(r"\+?1|\(|[2-9][0-9]{2}(?:\)|[ ]?[.\-]|[ .\-]{0,2}[0-9])")
_WORD_AT_THE_END = re.compile(r"[0-9]{3}(?:[A-Z]{4}|[0-9][A-Z]{3}|[A-Z]{3}[0-9])")
_PRACTICE = re.compile(r"\+1[2-9][0-9]{2}55501[0-9]{2}")


class NotAPhoneNumberError(BadInputError):
    """A text that is not one phone number; the message never repeats it."""


class PhoneNumber(msgspec.Struct, frozen=True):
    """A number someone can dial.

    ``number`` is E.164 ("+13055550142") or a short code in digits ("988"); ``ext`` is what to dial afterwards: digits,
    or "OPT2" for choice 2 of a spoken menu.
    """

    number: str
    ext: str | None = None
    kind: PhoneKind = "voice"


def parse_phone(text: str, *, country: str = "US", kind: PhoneKind | None = None) -> PhoneNumber:
    """Read one phone number with its extension, if any, as people of ``country`` (ISO 3166, two letters) write it.

    Short codes, numbers spelled with letters and the invented 555-01xx numbers are read too. Where ``kind`` is None,
    711 is a relay line, a five- or six-digit code of North America takes texts, and everything else is voice.

    Raises:
        NotAPhoneNumberError: this is no number that can be dialled, or it is several.
    """
    written = _tidy(text)
    ext = None
    if (found := _EXTENSION.search(written)) is not None:
        written = written[: found.start()].rstrip()
        ext = found["digits"] or f"OPT{found['choice']}"
    number = _short_code(written, country) or _full_number(written, country)
    if number is None:
        raise NotAPhoneNumberError("This is not a phone number that can be dialled.")
    return PhoneNumber(number, ext, kind or _usual_kind(number, country))


def grouped(number: str) -> str:
    """Write an E.164 number or short code in groups that can be read aloud.

    Numbers of North America lose their +1 ("305 555 0142"); toll-free ones keep the 1 that must be dialled
    ("1 888 373 7888"); other countries' numbers keep + and their code; short codes stay whole.
    """
    if not number.startswith("+"):
        return number
    if number.startswith("+1") and len(number) == 12:
        groups = f"{number[2:5]} {number[5:8]} {number[8:]}"
        return f"1 {groups}" if number[2:5] in _TOLL_FREE else groups
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace("-", " ")


def is_practice_number(number: str) -> bool:
    """Whether an E.164 number is one of the 555-01xx numbers that North America keeps for invented people."""
    return _PRACTICE.fullmatch(number) is not None


def is_toll_free(number: str) -> bool:
    """Whether an E.164 number of North America costs its caller nothing."""
    return number.startswith("+1") and number[2:5] in _TOLL_FREE


def has_relay(number: str) -> bool:
    """Whether callers who are deaf reach an E.164 number by way of ``RELAY_CODE``: in North America."""
    return number.startswith("+1")


def is_premium_rate(number: str) -> bool:
    """Whether calling an E.164 number costs more than a call, which nobody is to be sent to unasked."""
    if not number.startswith("+"):
        return False
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return bool(kind == phonenumbers.PhoneNumberType.PREMIUM_RATE)


def _tidy(text: str) -> str:
    if len(text) > _LONGEST_PHONE:
        raise NotAPhoneNumberError("This is too long to be one phone number.")
    visible = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_INVISIBLE)
    return " ".join(visible.split())


def _usual_kind(number: str, country: str) -> PhoneKind:
    if number == RELAY_CODE:
        return "tty"
    return "text" if len(number) in (5, 6) and country in _NORTH_AMERICA else "voice"


def _short_code(written: str, country: str) -> str | None:
    # Two short codes beside each other ("911 988") must not become one, so blanks are not allowed here.
    if not _SHORT_CODE.fullmatch(written):
        return None
    digits = written.replace("-", "")
    if country in _NORTH_AMERICA and _NO_CODE_IN_NORTH_AMERICA.fullmatch(digits):
        return None
    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    return digits if shortnumberinfo.is_valid_short_number_for_region(parsed, country) else None


def _full_number(written: str, country: str) -> str | None:
    if not _WRITTEN_IN_DIGITS.fullmatch(written):
        written = _spelled_number(written.upper()) or ""
    try:
        parsed = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # phonenumbers knows no subscriber behind an invented number, and need not.
    return number if is_practice_number(number) or phonenumbers.is_valid_number(parsed) else None


def _spelled_number(written: str) -> str | None:
    """Turn letters into digits only where they are surely meant to be dialled: a plain word is not a number.

    That is toll-free numbers, whose words may be too long (the network ignores the surplus), and numbers that end in a
    word of three or four letters ("617-482-STOP", "202-727-4TAX").
    """
    found = _SPELLED.fullmatch(written)
    if found is None or _PLAINLY_DIALLED.match(written) is None:
        return None
    dialled = re.sub(r"[ .\-]", "", found["rest"])
    if found["area"] in _TOLL_FREE:
        first_letter = re.search(r"[A-Z]", dialled)
        if first_letter is None or first_letter.start() > 6 or not 7 <= len(dialled) <= 10:
            return None
        dialled = dialled[:7]
    elif not _WORD_AT_THE_END.fullmatch(dialled):
        return None
    digits: str = phonenumbers.convert_alpha_characters_in_number(dialled)
    return f"+1{found['area']}{digits}"

"""Finds the numbers in the text of a cell, each with its extensions and with what people are told to text to it.

Each attempt is bounded, so that the time is linear in the length of the text. A number is never completed by guessing:
letters that differ from the digits beside them, too many digits, or the end of another number after a slash stay
questions unless they can mean one thing only.
"""

import re
from collections.abc import Iterator

import msgspec
import phonenumbers

from directory.values.phone import (
    NotAPhoneNumberError,
    PhoneNumber,
    is_premium_rate,
    is_toll_free,
    parse_phone,
)
from importers.text_codes import (
    Texting,
    is_plainly_a_text_code,
    is_told_to_text,
    speaks_of_texts,
    texting_before,
    texting_behind,
)

LETTERS_DIFFER = "phone-letters-differ"
PREMIUM = "phone-premium-rate"

_NORTH_AMERICA = frozenset({"US", "CA"})
# Where a number may begin; "+305-555-0101" is no number of another country and not surely one without its plus sign.
_START = re.compile(r"(?<![0-9*#+])(?<!\+ )(?<![0-9][-.])(?=\+ ?[0-9]|\( {0,2}[0-9]|[0-9])")
# "(202) 727-442-6100" has three digits too many, and who knows which.
_TOO_MANY_BEFORE = re.compile(r"(?:^|[^0-9/:\-])\(? ?[0-9]{1,4} ?\)?[ .]{0,2}$")
_NO_MORE_DIGITS = r"(?![0-9])(?!-[0-9])"
_INTERNATIONAL = re.compile(
    r"(?:\+ ?|011[ \-])[0-9]{1,4}(?: ?\( ?[0-9]{1,4} ?\))?[0-9 .\-/]{4,24}[0-9]" + _NO_MORE_DIGITS
)
_NORTH_AMERICAN = re.compile(
    r"(?:\+?1[ .\-/]{0,3})?(?:\(? {0,2}[2-9][0-9]{2} {0,2}\)?[ .\-/]{0,3}[0-9]{3}[ .\-]{0,3}[0-9]{4}"
    r"|[2-9][0-9]{2}/[0-9]{3}/[0-9]{4})" + _NO_MORE_DIGITS
)
_ELSEWHERE = re.compile(r"\(? ?[0-9]{1,5} ?\)?[0-9 .\-/]{2,18}[0-9]" + _NO_MORE_DIGITS)
# What may stand behind a number without belonging to it: another one after a slash, and hours.
_NEXT_IS_ANOTHER = re.compile(r" ?/|[ ,;]{1,2}(?:24 ?(?:/|h|\b)|[0-9]{1,2}:|[0-9]{1,2} ?[ap]\.?m)", re.IGNORECASE)
_SPELLED = re.compile(
    r"(?:1[ .\-]{1,2})?\(?[2-9][0-9]{2}\)?[ .\-]{1,2}(?=[0-9.\- ]{0,8}[A-Za-z])"
    r"(?P<first>[0-9A-Za-z]{1,10}(?:[.\-][0-9A-Za-z]{1,10}){0,4})(?P<more>(?: [0-9A-Z]{1,7}){0,3})(?![0-9A-Za-z])"
)
_SHORT = re.compile(
    r"(?:[0-9]{3}[ \-][0-9]{3}|[0-9]-[0-9]-[0-9]|[0-9]{3,6})" + _NO_MORE_DIGITS + r"(?!/[0-9]{1,2}(?![0-9]))"
)
# A few digits are a number only where words say so: rooms, suites and streets have numbers as well.
_BEFORE_SHORT = re.compile(
    r"(?:^|[;,/|\n(&:]|\b(?:call|dial|text|texting|txt|sms|tty|tdd|relay|phone|tel|voice|marque|marca|marcar|llame|llama"
    r"|al|at|to|o|or|and|y|a)\b[:.]?) ?$",
    re.IGNORECASE,
)
_AFTER_SHORT = re.compile(
    r" ?(?:$|[;,/|\n()&=]|(?<= )-|[.](?: |$)|\b(?:or|and|o|y|hotline|helpline|lifeline|line|relay|crisis|suicide|text"
    r"|tty|tdd|voice|24|for|then|from|ext|x)\b)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[ ,;]{0,3}[(\-]? ?(?:"
    r"(?:(?:x|xt|extn?|extension|extensi[oó]n|postes?)[ .:#]{0,3}|#[ .:]{0,2})(?P<digits>[0-9]{1,10})"
    r"|(?:(?:x|ext)[ .:]{0,3})?(?:opt|option|press|opci[oó]n|oprima)[ .:#]{0,3}(?P<choice>[0-9]{1,3})"
    r")(?![0-9A-Za-z])(?!-[0-9])\)?",
    re.IGNORECASE,
)
_MORE_EXTENSIONS = re.compile(r" ?(?:/|\bor\b|\band\b|&|\bo\b) ?([0-9]{1,5})(?![0-9A-Za-z:])(?![ .\-/]{1,3}[0-9])")
_ECHO_IN_DIGITS = re.compile(r" ?\( ?([0-9][0-9 .\-()]{2,18}[0-9]) ?\)")
_ECHO_IN_LETTERS = re.compile(r" ?\( ?([A-Za-z0-9\-]{2,11}[A-Za-z]) ?\)")
# "413-555-0101 (office), 555-0102": the second number is in the area of the first.
_LOCAL = re.compile(r"[2-9][0-9]{2}[.\-][0-9]{4}(?![0-9A-Za-z])(?![.\-/:][0-9])")
_SHARED = re.compile(
    r"(?: ?/ ?| ?& ?| (?:or|and|o|y) )(?P<rest>[2-9][0-9]{2}[ .\-][0-9]{4}|-?[0-9]{4})(?![0-9A-Za-z])(?![.\-/:][0-9])"
)


class Found(msgspec.Struct):
    """A stretch of the cell that is a number: one, or several that share a part, or one with several extensions.

    ``numbers`` is empty where it is one that nobody should be sent to unasked, and ``doubt`` is the rule that says why.
    """

    start: int
    end: int
    numbers: list[PhoneNumber]
    texting: Texting | None = None
    doubt: str = ""


class NumberSearch:
    """Finds the numbers of one cell, as people of ``country`` write them. ``rules`` are the repairs made on the way.

    ``takes_texts``: something beside the cell says that texts are meant. Without that, or a word in the cell, five or
    six digits of North America may be a postal code or the beginning of a number, and are no code for texts.
    """

    def __init__(self, cell: str, country: str, *, takes_texts: bool) -> None:
        self._cell = cell
        self._country = country
        self._texting = texting_before(cell)
        self._takes_texts = takes_texts or speaks_of_texts(cell)
        self.rules: dict[str, None] = {}

    def numbers(self) -> Iterator[Found]:
        """The numbers in their order; none overlaps another."""
        position = 0
        near = ""
        for start in _START.finditer(self._cell):
            at = start.start()
            if at < position or _TOO_MANY_BEFORE.search(self._cell[max(position, at - 12) : at]):
                continue
            found = self._number_at(at) or self._local(at, near)
            if found is None:
                continue
            if found.numbers:
                near = found.numbers[0].number
                self._with_texting(found, at)
            position = found.end
            yield found

    def _number_at(self, at: int) -> Found | None:
        if (match := _INTERNATIONAL.match(self._cell, at)) and (found := self._longest(match)):
            return found
        if self._country in _NORTH_AMERICA:
            match = _NORTH_AMERICAN.match(self._cell, at)
            if match and (phone := self._parsed(match[0])):
                return self._with_shared(self._complete(at, match.end(), phone))
            if (match := _SPELLED.match(self._cell, at)) and (found := self._spelled(match)):
                return found
        elif (match := _ELSEWHERE.match(self._cell, at)) and (found := self._longest(match)):
            return found
        return self._short(at)

    def _longest(self, match: re.Match[str]) -> Found | None:
        """A number whose length its writing does not tell: all of it, or the part before something else begins."""
        written = match[0]
        while len(written) > 5:
            end = match.start() + len(written)
            phone = self._parsed(written)
            if phone is not None and (end == match.end() or _NEXT_IS_ANOTHER.match(self._cell, end)):
                return self._complete(match.start(), end, phone)
            cut = max(written.rfind(sign) for sign in " /")
            written = written[:cut].rstrip(" /-") if cut > 0 else ""
        return None

    def _spelled(self, match: re.Match[str]) -> Found | None:
        ends = [match.end("first")]
        # Words after a blank are dialled only where the rest is surely written for dialling.
        if match[0].startswith("1") or "-" in match["first"] or ")" in match[0]:
            words = match["more"].split()
            ends = [
                match.end("first") + sum(len(word) + 1 for word in words[:kept]) for kept in range(len(words), -1, -1)
            ]
        for end in ends:
            phone = self._parsed(self._cell[match.start() : end])
            if phone is not None and phone.number.startswith("+"):
                self.rules["letters-to-digits"] = None
                return self._complete(match.start(), end, phone, is_spelled=True)
        return None

    def _short(self, at: int) -> Found | None:
        match = _SHORT.match(self._cell, at)
        if match is None:
            return None
        before = self._cell[max(0, at - 20) : at]
        is_announced = _BEFORE_SHORT.search(before) and _AFTER_SHORT.match(self._cell, match.end())
        if at not in self._texting and not is_announced:
            return None
        if " " in match[0] and self._parsed(match[0][:3]) is not None:
            # "911 988" are two.
            return None
        digits = re.sub(r"[ \-]", "", match[0])
        phone = self._parsed(digits)
        if phone is None and (at in self._texting or is_told_to_text(before)):
            # Registers of codes lag behind; a sentence that says what to text does not err about where to.
            if not is_plainly_a_text_code(digits, self._country):
                return None
            phone = PhoneNumber(digits, None, "text")
            self.rules["text-code-not-registered"] = None
        if phone is None or phone.number != digits or (phone.kind == "text" and not self._takes_texts):
            return None
        return self._complete(at, match.end(), phone)

    def _local(self, at: int, near: str) -> Found | None:
        """A number without its area code behind one of the same cell that has it; toll-free codes are not shared."""
        match = _LOCAL.match(self._cell, at)
        if match is None or not near.startswith("+1") or is_toll_free(near):
            return None
        phone = self._parsed(f"{near[:5]}{match[0]}")
        if phone is None:
            return None
        self.rules["phone-shared-area-code"] = None
        return self._complete(at, match.end(), phone)

    def _parsed(self, written: str) -> PhoneNumber | None:
        try:
            return parse_phone(written, country=self._country)
        except NotAPhoneNumberError:
            pass
        # Until 2019 people in Mexico dialled 01, 044 or 045 first, and people abroad a 1 after the country's code.
        digits = re.sub(r"[^0-9+]", "", written)
        old = re.fullmatch(r"\+521([0-9]{10})", digits)
        if old is None and self._country == "MX":
            old = re.fullmatch(r"0(?:1|4[45])([0-9]{10})", digits)
        if old is None:
            return None
        try:
            phone = parse_phone(f"+52{old[1]}")
        except NotAPhoneNumberError:
            return None
        self.rules["mexican-prefix-dropped"] = None
        return phone

    def _complete(self, start: int, end: int, phone: PhoneNumber, *, is_spelled: bool = False) -> Found:
        """A number with what stands right behind it: its letters or digits once more, and extensions."""
        found = Found(start, end, [phone])
        if is_premium_rate(phone.number):
            return Found(start, end, [], doubt=PREMIUM)
        if phone.number.startswith("+"):
            echo = _ECHO_IN_DIGITS.match(self._cell, end)
            digits = re.sub(r"[^0-9]", "", echo[1]).removeprefix("1") if echo else ""
            letters = _ECHO_IN_LETTERS.match(self._cell, end)
            dialled = phonenumbers.convert_alpha_characters_in_number(letters[1]).replace("-", "") if letters else ""
            if echo and len(digits) >= 4 and phone.number.endswith(digits):
                found.end = echo.end()
            elif echo and is_spelled and len(digits) in (4, 7, 10):
                # Which of the two is right, nobody can tell from here.
                return Found(start, echo.end(), [], doubt=LETTERS_DIFFER)
            elif letters and phone.number.endswith(dialled):
                found.end = letters.end()
        self._extensions(found, phone)
        return found

    def _extensions(self, found: Found, phone: PhoneNumber) -> None:
        extension = _EXTENSION.match(self._cell, found.end)
        if extension is None:
            return
        found.end = extension.end()
        found.numbers = [msgspec.structs.replace(phone, ext=extension["digits"] or f"OPT{extension['choice']}")]
        self.rules["extension-split"] = None
        while more := _MORE_EXTENSIONS.match(self._cell, found.end):
            if self._parsed(more[1]) is not None:
                return
            found.numbers.append(msgspec.structs.replace(phone, ext=more[1]))
            found.end = more.end()
            self.rules["several-extensions-split"] = None

    def _with_shared(self, found: Found) -> Found:
        """Numbers that leave out what they share with the one before: "305-555-0101/0102", "305-555-0101 or 555-0102".

        Toll-free codes are shared by nobody's second line, and four digits are the end of another number only within
        the same hundred: elsewhere they may be an extension as well. Those stay questions.
        """
        while found.numbers and found.numbers[-1].ext is None and len(found.numbers) < 5:
            shared = _SHARED.match(self._cell, found.end)
            first = found.numbers[0].number
            if shared is None or not first.startswith("+1") or is_toll_free(first):
                break
            rest = re.sub(r"[^0-9]", "", shared["rest"])
            if len(rest) == 4 and rest[:2] != first[-4:-2]:
                break
            phone = self._parsed(f"{first[: -len(rest)]}{rest}")
            if phone is None:
                break
            self.rules["phone-shared-area-code" if len(rest) == 7 else "phone-shared-prefix"] = None
            found.numbers.append(phone)
            found.end = shared.end()
        return found

    def _with_texting(self, found: Found, at: int) -> None:
        is_code = found.numbers[0].kind == "text"
        texting = self._texting.get(at) or texting_behind(self._cell, found.end, is_code=is_code)
        if texting is None:
            return
        found.start, found.end = min(found.start, texting.start), max(found.end, texting.end)
        found.texting = texting
        if texting.keyword:
            self.rules["text-keyword-split"] = None
        elif texting.said == "spelled":
            self.rules["text-code-spelled"] = None

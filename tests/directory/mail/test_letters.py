"""Letters are neutral, and every place that puts one out gives it what it needs."""

import ast
import string

import pytest

from directory.errors import BadInputError
from directory.mail.letters import letter, letters
from directory.settings import tells
from tests.services import ROOT

# What every letter is given beside its own fields.
_ALWAYS = {"site", "desk", "desk_root"}
_PUTTING = {"put_out": 2, "tell": 2, "tell_admins": 1, "tell_keepers": 1}


def _named_letters() -> dict[str, str]:
    """Every name of a letter that the program puts out, with the file in which it does."""
    found = {}
    for file in (ROOT / "directory").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _PUTTING:
                place = _PUTTING[call.func.id]
                if len(call.args) > place and isinstance(name := call.args[place], ast.Constant):
                    found[str(name.value)] = file.name
    return found


def test_every_letter_that_is_put_out_has_words_and_no_other_has() -> None:
    named = _named_letters()
    assert len(named) >= 12
    assert set(named) <= set(letters())
    # The rest is named by a variable: who joined or came back, what was approved.
    assert set(letters()) - set(named) <= {
        "joined", "recovered", "approved", "glass-broken", "new-key", "pinned-suspended", "pinned-returned",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(letters()))
def test_no_letter_tells_what_the_site_is(name: str) -> None:
    written = letters()[name]
    subject, body = written.filled(
        dict.fromkeys(_fields(written.subject + written.body), "x") | dict.fromkeys(_ALWAYS, "x")
    )
    assert not tells(subject)
    assert not tells(body)
    assert not any(word in body.casefold() for word in ("listing of", "shelter", "client", "phone number"))


def test_a_letter_that_is_none_is_refused() -> None:
    with pytest.raises(BadInputError):
        letter("greetings")


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}

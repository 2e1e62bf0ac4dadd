"""The words of letters. Subject and body tell nobody what this is about: mail is read on screens that others see."""

from collections.abc import Mapping
from typing import Any

import msgspec

from directory.errors import BadInputError


class Letter(msgspec.Struct, frozen=True):
    """A subject and a body with ``{fields}``; ``{desk}`` is the address of the desk, ``{site}`` the site's name."""

    subject: str
    body: str

    def filled(self, fields: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and body; raises ``KeyError`` for a field that is not given."""
        return self.subject.format_map(fields), self.body.format_map(fields) + _FOOT.format_map(fields)


_FOOT = """

Nothing in this letter has to be clicked: type the address of {site} yourself, and ask a colleague when in doubt.
"""
_LOOK = "Sign in at {desk} to look at it."

LETTERS: dict[str, Letter] = {
    "invited": Letter(
        "An invitation", "On {when} you were invited to work on {site} as {role}. Within seven days, open this once:\n\n{desk_root}{link}"
    ),
    "already-here": Letter(
        "An invitation that was not needed",
        "On {when} somebody invited this address to {site}, where it has an account already. Nothing was changed.",
    ),
    "someone-invited": Letter("Somebody was invited", "On {when} somebody was invited to {site} as {role}. " + _LOOK),
    "joined": Letter("An account was set up", "On {when} somebody who was invited set up an account at {site}."),
    "role-changed": Letter("A role was changed", "On {when} the role or the work of an account at {site} was changed ({role})."),
    "removed": Letter("An account was removed", "On {when} an account at {site} was removed and signed out everywhere."),
    "recovery-asked": Letter(
        "Somebody asked to come back",
        "On {when} it was asked that somebody at {site} who lost their keys may come back. If that is not right, tell an "
        "admin at once.",
    ),
    "recovery": Letter(
        "The way back", "On {when} two admins let you come back to {site}. Within one day, open this once:\n\n{desk_root}{link}"
    ),
    "recovered": Letter("Somebody came back", "On {when} somebody came back to {site} with new keys. Older ones are no longer good."),
    "new-key": Letter("A new way to sign in", "On {when} a new way to sign in was added to an account at {site}."),
    "signing-key-added": Letter("A neighbour was added", "On {when} another site was made known to {site}, which may second changes."),
    "many-contacts": Letter("Many contacts", "On {when} somebody opened more contacts at {site} than anybody does on one day. " + _LOOK),
    "proposed": Letter("A change waits", "On {when} a change was proposed at {site}: {desk}/changes/{change}"),
    "approved": Letter("A change was approved", "On {when} change {change} was approved at {site}. " + _LOOK),
    "declined": Letter("A change was declined", "On {when} change {change} was declined at {site}. " + _LOOK),
    "refused-on-old-number": Letter(
        "A change was refused",
        "On {when} change {change} was refused at {site} by those whom it is about. Somebody may have tried something. " + _LOOK,
    ),
    "glass-broken": Letter(
        "The glass was broken", "On {when} two admins did, or one asked for, change {change} at {site} without a call. " + _LOOK
    ),
    "line-dead": Letter("A line is dead", "On {when} two people found a line dead at {site}; its number is hidden (change {change}). " + _LOOK),
    "hidden": Letter("Something was hidden", "On {when} an entry was hidden at {site}, for 72 hours: {desk}/listings/{listing}"),
    "hiding-seconded": Letter("Something stays hidden", "On {when} it was seconded at {site} that an entry stays hidden: {desk}/listings/{listing}"),
    "shown-again": Letter("Something is shown again", "On {when} an entry is shown again at {site}: {desk}/listings/{listing}"),
    "pinned-suspended": Letter("A line is being checked", "On {when} two admins of {site} suspended a line on every page. " + _LOOK),
    "pinned-returned": Letter("A line is back", "On {when} two admins of {site} brought a line back on every page. " + _LOOK),
    "anchor": Letter(
        "For safe keeping",
        "Please keep this letter, or write the line down. It shows later whether the record of {site} was cut or written "
        "anew.\n\n{line}\n\nEntry {seq} at {at}\nHash {hash}\nKey {key}\nSignature {signature}",
    ),
    "alarm": Letter(
        "Please look at once",
        "At {at}, {count} things at {site} were found different from what was approved ({kinds}). Call whoever runs the site; "
        "do not answer this letter.",
    ),
}  # fmt: skip


def letter(template: str) -> Letter:
    """The letter of this name; raises ``BadInputError`` when there is none."""
    if template not in LETTERS:
        raise BadInputError("There is no such letter.")
    return LETTERS[template]

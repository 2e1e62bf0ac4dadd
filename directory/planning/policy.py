"""Pure rules of the plan: what a call found, as a label to measure by; who may make a plan."""

from directory.people.actor import Actor
from directory.people.policy import KEEPERS

# Was the listing right, was it not, or is that still not known? By ``freshness.policy.CALL_OUTCOMES``.
RESULT_OF = {
    "confirmed": "right", "confirmed-with-changes": "right", "live": "right", "do-not-call": "right",
    "do-not-list": "right",
    "disconnected": "wrong", "wrong-party": "wrong", "ended": "wrong", "closed": "wrong", "wrong": "wrong",
    # Whoever is sent elsewhere was not helped by this number.
    "referred": "wrong",
    # That a machine says their name does not say that they still take anybody.
    "no-answer": "unreached", "voicemail-named": "unreached", "voicemail-generic": "unreached",
    # Neither by telephone nor by other ways.
    "nothing-found": "unreached",
}  # fmt: skip


def may_plan(actor: Actor) -> bool:
    """Whether somebody may make a new plan, which takes the place of everybody's: who keeps more than a part."""
    if actor.role == "admin":
        return True
    return actor.role in KEEPERS and any(kind == "network" for kind, _ in actor.scopes)

"""Pure rules of the plan: what a call found, as a label to measure by."""

# Was the listing right, was it not, or is that still not known? By ``freshness.policy.CALL_OUTCOMES``.
RESULT_OF = {
    "confirmed": "right", "confirmed-with-changes": "right", "live": "right", "do-not-call": "right",
    "do-not-list": "right",
    "disconnected": "wrong", "wrong-party": "wrong", "ended": "wrong", "closed": "wrong", "wrong": "wrong",
    # Whoever is sent elsewhere was not helped by this number.
    "referred": "wrong",
    # That a machine says their name does not say that they still take anybody.
    "no-answer": "unreached", "voicemail-named": "unreached", "voicemail-generic": "unreached",
}  # fmt: skip

"""What the lists that brought a fact say now: a look at what imports wrote down, and at nothing outside."""

import asyncio

from directory.db import Database
from directory.sources.words import words_of
from verifiers.look import Look, Verifier
from verifiers.subject import Known


def feeds(database: Database) -> Verifier:
    """A check of facts that came from sources.

    - ``changed``: one of them says something else in its place by now;
    - ``still-said``: one at least was read again and says it still, none says anything else;
    - ``dropped``: all that said it say nothing of the kind any more.

    Copies count once (``directory.sources.words``). A list that nobody read since the last look tells nothing new, so
    the look says nothing: a file of two years ago does not say something every week. ``memory`` holds the last reading
    that was looked at, and what it came to.
    """

    def read(known: Known) -> Look:
        with database.reading() as session:
            words = words_of(session, known.fact_id)
        if not words:
            return Look(memory=known.memory)
        said = {word.says for word in words}
        outcome = "changed" if "another" in said else "still-said" if "this" in said else "dropped"
        memory = {"read": max(word.read_at for word in words).isoformat(), "said": outcome}
        return Look("" if memory == known.memory else outcome, memory)

    async def look(known: Known) -> Look:
        return await asyncio.to_thread(read, known)

    return look

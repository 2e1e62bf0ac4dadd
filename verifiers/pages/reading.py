"""Hands pages to the process that reads them, and believes nothing of what it says but its shape."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from directory import limited
from verifiers.pages.process import SECONDS
from verifiers.pages.shapes import Allowed, Answer, Asked, Body, Page, Rules

# Waiting for others on a busy machine is no computing.
_WALL_TO_CPU = 4
_MOST_SAID = 1024 * 1024
_answers = msgspec.msgpack.Decoder(tuple[Answer, ...])


async def read_pages(*bodies: Body) -> tuple[Page, ...]:
    """What pages say; nothing when they were made so that reading them takes too much, or kills."""
    return tuple(one for one in await _read(bodies) if isinstance(one, Page))


async def allowed_by(rules: Rules) -> bool:
    """Whether a robots.txt lets all addresses be asked for; not when it cannot be read."""
    answers = await _read([rules])
    return bool(answers) and isinstance(answers[0], Allowed) and all(answers[0].urls)


async def _read(asked: Sequence[Asked]) -> tuple[Answer, ...]:
    process = await asyncio.create_subprocess_exec(
        *limited.command_of("verifiers.pages.process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        env=limited.ENVIRONMENT,
    )
    try:
        async with asyncio.timeout(_WALL_TO_CPU * SECONDS):
            said, _ = await process.communicate(msgspec.msgpack.encode(asked))
    except TimeoutError:
        return ()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    try:
        answers = _answers.decode(said) if len(said) <= _MOST_SAID else ()
    except msgspec.DecodeError:
        return ()
    return answers if len(answers) == len(asked) else ()

"""The process that reads pages and may do nothing else: ``python -m verifiers.pages.process``.

What it is asked is its standard input, what it finds goes to its standard output, both as MessagePack. It says nothing
on its standard error: a trace of a parser holds what it parsed.
"""

import sys

import msgspec

from directory.limited import limit_this_process

MEMORY = 512 * 1024 * 1024
SECONDS = 4


def main() -> None:
    """Read standard input and answer on standard output."""
    limit_this_process(memory=MEMORY, seconds=SECONDS)
    from verifiers.pages.finding import page_of
    from verifiers.pages.shapes import Allowed, Answer, Asked, Body

    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[Asked, ...])
    first = next((one for one in asked if isinstance(one, Body)), None)
    answers: list[Answer] = []
    for one in asked:
        if isinstance(one, Body):
            answers.append(page_of(one, like=first))
        else:
            from verifiers.pages.rules import lets

            answers.append(Allowed(lets(one)))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answers))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

"""How long belief takes: ``python -m tests.benchmarks.belief [--rows 20000] [--json]``.

Invents listings like those of a county after two years of use: 40 % that nobody ever looked at, the others with calls,
own sites that were looked at every week, lists, look-ups and reports. Believes each of them as it is stored and as of
one day, on one core, and prints the seconds. Ends with 1 if either takes longer than the bar.
"""

import argparse
import json
import random
import sys
import time

from directory.freshness.belief import believe, standing_of
from directory.freshness.observations import Observation, second_of
from directory.freshness.parameters import weight_of

BAR_SECONDS = 2.0
_TODAY = 740_000
_KINDS = ("hotline", "safe-house", "sane", "legal", "psychiatry", "case-management", "food")
_LOOKED_AT = 0.6


def _seen(day: float, field: str, method: str, outcome: str) -> Observation:
    return Observation(second_of(int(day)), field, method, outcome, weight_of(method, outcome))


def invented(rows: int) -> list[tuple[list[Observation], frozenset[str]]]:
    """So many listings with what was observed of them."""
    draw = random.Random(20)  # noqa: S311 - an invention, not a secret
    found = []
    for _ in range(rows):
        born = _TODAY - draw.randrange(30, 1_000)
        heard = [_seen(born, field, "import", "said") for field in ("phone", "name", "url", "schedule", "language")]
        if draw.random() < _LOOKED_AT:
            for method, field, seen in (
                ("website", "url", "live"), ("corroboration", "phone", "seen"), ("corroboration", "name", "seen"),
            ):  # fmt: skip
                heard += [_seen(day, field, method, seen) for day in range(born + 1, _TODAY, 7)]
                if draw.random() < 0.05:
                    heard.append(_seen(_TODAY - 1, field, method, "gone"))
            heard += [_seen(draw.randrange(born, _TODAY), "phone", "call", "live") for _ in range(draw.randrange(3))]
            heard += [_seen(day, "phone", "lookup", "in-service") for day in range(born, _TODAY, 30)]
            if draw.random() < 0.1:
                heard.append(_seen(draw.randrange(born, _TODAY), "", "report", "reported"))
        found.append((heard, frozenset({draw.choice(_KINDS)})))
    return found


def main() -> int:
    """Run it; 0 if both are within the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    listings = invented(asked.rows)
    begun = time.process_time()
    for heard, kinds in listings:
        believe(heard, kinds, as_of=_TODAY)
    believed = time.process_time() - begun
    begun = time.process_time()
    for heard, kinds in listings:
        standing_of(heard, kinds)
    stored = time.process_time() - begun
    found = {
        "listings": len(listings),
        "observations": sum(len(heard) for heard, _ in listings),
        "believe_seconds": round(believed, 2),
        "standing_seconds": round(stored, 2),
    }
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else "".join(f"{k}: {v}\n" for k, v in found.items()))
    return int(max(believed, stored) > BAR_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

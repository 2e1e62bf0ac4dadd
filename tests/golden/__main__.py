"""How good the answers are, as people would judge them: ``python -m tests.golden --explain``.

Builds a directory of the practice network and one of a real 211's feed, asks every question of the golden set, and
prints the share of questions whose first three results the written judgement accepts. Of each miss it says what came
instead; why it is one stands beside the question. Ends with 1 when the share is lower than the recorded one.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from tests.golden.asking import Score, built, judged
from tests.golden.judge import TOP, told
from tests.golden.queries import DIRECTORIES, Directory, read_queries, recorded_share
from tests.services import ROOT


def main() -> int:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=DIRECTORIES, help="one of the directories")
    parser.add_argument("--explain", action="store_true", help="of every question, what came and what is accepted")
    parser.add_argument("--json", action="store_true", help="print JSON on one line")
    chosen = parser.parse_args()
    shared = ROOT.parent / "shared"
    wanted = [chosen.only] if chosen.only else [name for name in DIRECTORIES if name == "practice" or shared.is_dir()]
    if "miami" in wanted and not shared.is_dir():
        parser.error("the folder shared/ is not beside this checkout")
    with tempfile.TemporaryDirectory() as folder:
        scores = [_score(name, Path(folder), shared) for name in wanted]
    if chosen.json:
        sys.stdout.write(json.dumps(_report(scores)) + "\n")
    else:
        _print(scores, explain=chosen.explain)
    return int(any(score.share < recorded_share(score.directory) for score in scores))


def _score(directory: Directory, folder: Path, shared: Path) -> Score:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"Building {directory}", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        with built(directory, folder, shared=shared, progress=tell) as database:
            return judged(database, directory, read_queries(directory))


def _report(scores: Sequence[Score]) -> dict[str, Any]:
    asked = sum(len(score.judged) for score in scores)
    missed = sum(len(score.misses) for score in scores)
    return {
        "questions": asked,
        "share": round(1 - missed / asked, 4),
        "directories": {
            score.directory: {
                "questions": len(score.judged),
                "share": round(score.share, 4),
                "recorded": recorded_share(score.directory),
                "misses": [
                    {"key": miss.query.key, "wrong": miss.wrong, "explained": " ".join(miss.query.explained.split())}
                    for miss in score.misses
                ],
            }
            for score in scores
        },
    }


def _print(scores: Sequence[Score], *, explain: bool) -> None:
    console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False)
    for score in scores:
        accepted = len(score.judged) - len(score.misses)
        console.print(Text(f"{score.directory}: {accepted} of {len(score.judged)} accepted, {score.share:.0%}", "bold"))
        for one in score.judged if explain else score.misses:
            console.print()
            mark = Text("miss  ", "yellow") if one.wrong else Text("good  ", "green")
            console.print(mark.append(f"{one.query.key}: {one.query.situation}", "not bold default"))
            console.print(f"      {one.query.asked}")
            for wrong in one.wrong:
                console.print(f"      - {wrong}")
            if one.wrong:
                console.print(f"      why: {' '.join(one.query.explained.split()) or 'not explained yet'}")
            if explain:
                console.print(f"      accepted: {' '.join(one.query.accepts.judged.split())}")
                for result in one.answer["results"][: TOP + 2]:
                    km = f", {result['distance_km']:.1f} km" if result["distance_km"] is not None else ""
                    states = ", ".join(f"{need['need']} {need['state']}" for need in result["needs"])
                    console.print(f"      * {told(result)} ({result['block']}{km}) {states}")
        console.print()
    report = _report(scores)
    console.print(Text(f"All: {report['share']:.1%} of {report['questions']} questions", "bold"))


if __name__ == "__main__":
    sys.exit(main())

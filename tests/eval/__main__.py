"""`make eval DATA=DIR`: how well the normalizer reads texts of which something is known.

Sentences of our own are counted first. The texts in the folder are citizens' and never part of the
project; without a folder nothing more is measured. Half of them, by a hash of the text, is only
measured; the errors listed are of the other half, so that rules are not made for the texts they are
judged by.
"""

import argparse
import sys
from pathlib import Path

from normalizer.understand import understand
from tests.eval import measures, own, own_places
from tests.eval.likeness import likeness
from tests.eval.measures import Count, Read
from tests.eval.rows import read


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--worst", type=int, default=12, help="errors listed per measure")
    wanted = parser.parse_args()
    ours = {**own.counted(), **own_places.counted()}
    print("\n".join(f"| {name} | {count} |" for name, count in ours.items()))
    for error in measures.worst(ours.values(), wanted.worst, lambda e: e.count(":") > 1):
        print(f"- {error}")
    if wanted.folder is None or not wanted.folder.is_dir():
        print("eval: skipped, there is no folder of texts (make eval DATA=DIR)")
        return
    rows = [(row, understand(row.text, at=row.at)) for row in read(wanted.folder)]
    if not rows:
        print("eval: skipped, the folder holds no texts in a form that is known")
        return
    looked_at = [pair for pair in rows if not pair[0].tested]
    tested = [pair for pair in rows if pair[0].tested]
    first, second = _counts(looked_at), _counts(tested)
    print(f"{len(rows)} texts\n\n| measure | looked at | held out |\n|---|---|---|")
    for name, count in first.items():
        print(f"| {name} | {count} | {second[name]} |")
    shares = measures.shares(looked_at), measures.shares(tested)
    for name in sorted(shares[0] | shares[1]):
        print(f"| {name} | {shares[0].get(name, '0')} | {shares[1].get(name, '0')} |")
    print("\nErrors of the half that may be looked at:")
    for error in measures.worst(first.values(), wanted.worst):
        print(f"- {error}")


def _counts(rows: Read) -> dict[str, Count]:
    plain = [pair for pair in rows if not pair[0].address]
    theirs = measures.agencies(plain, other_city=True)
    return {
        **measures.places(plain),
        **measures.addresses(rows),
        **measures.agencies(plain, other_city=False),
        **{f"{name} (another city)": count for name, count in theirs.items()},
        **measures.moments(plain),
        **likeness(plain),
    }


if __name__ == "__main__":
    sys.exit(main())

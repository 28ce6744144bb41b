"""Writes kinds.txt from WordNet 3.0: `python -m nlp.data.make_kinds FOLDER`, the folder of index.noun, data.noun and data.verb.

A line is a noun, the nouns that mean the same (after "="), the verbs that it is made of (after "^"), and what it is a kind of, the
narrowest first: for its first sense, then, after a bar, for other senses that are met often. Of kinds of several words the last one
counts ("musical instrument"). What nearly everything is, at the top of the hierarchy, is left out, and so is what nobody says.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from nlp.vocabulary import vocabulary

SENSES = 3  # of a noun at most
TOP = 4  # steps from the root within which a kind says too little, unless it is in KEPT
KEPT = frozenset({"person", "animal", "group", "plant", "food", "location", "region", "vehicle", "organization", "event"})
LAID_ASIDE = frozenset(
    {"object", "whole", "unit", "artifact", "artefact", "instrumentality", "instrumentation", "abstraction", "entity", "attribute", "state",
     "relation", "organism", "being", "cause", "matter", "content", "feature", "individual", "someone", "somebody", "mortal", "soul",
     "beast", "fauna", "creature", "phenomenon", "psychological"}
)  # fmt: skip

NOTICE = """\
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON
# UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES
# NO REPRESENTATIONS OR WARRANTIES OF MERCHANTABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE,
# DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS. Permission to use, copy,
# modify and distribute this database and its documentation for any purpose and without fee or royalty is granted, provided that this
# notice appears on all copies. Made by data/make_kinds.py; parts of the nouns only.
"""


class Synset(NamedTuple):
    words: tuple[str, ...]
    above: tuple[str, ...]  # keys of its hypernyms
    acts: tuple[tuple[str, str], ...]  # its words with keys of verbs that they are derived from


def synsets(folder: Path) -> dict[str, Synset]:
    """By its place in the file."""
    found: dict[str, Synset] = {}
    for line in _entries(folder / "data.noun"):
        fields = line.split(" | ")[0].split()
        count = int(fields[3], 16)
        words = tuple(fields[4 + 2 * n].lower() for n in range(count))
        rest = fields[4 + 2 * count :]
        above = tuple(rest[n + 1] for n, mark in enumerate(rest) if mark in ("@", "@i"))
        derived = (n for n, mark in enumerate(rest) if mark == "+" and rest[n + 2] == "v")
        acts = tuple((words[int(rest[n + 3][:2], 16) - 1], rest[n + 1]) for n in derived)
        found[fields[0]] = Synset(words, above, acts)
    return found


def senses(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each noun with its synsets: the first, and those that were met in the corpus that the senses were counted in."""
    for line in _entries(folder / "index.noun"):
        fields = line.split()
        count, met = int(fields[2]), int(fields[5 + int(fields[3])])
        yield fields[0], tuple(fields[-count:][: max(1, min(met, SENSES))])


def verbs(folder: Path) -> dict[str, tuple[str, ...]]:
    """The words of each verb synset."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _entries(folder / "data.verb"):
        fields = line.split()
        found[fields[0]] = tuple(fields[4 + 2 * n].lower() for n in range(int(fields[3], 16)))
    return found


def _entries(path: Path) -> Iterator[str]:
    return (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(" "))


def kinds(all_of: dict[str, Synset], key: str) -> Iterator[str]:
    """The words of what the synset is a kind of, nearest first."""
    level = list(all_of[key].above)
    while level:
        for each in level:
            words = {w.rpartition("_")[2] for w in all_of[each].words}
            if _depth(all_of, each) > TOP or not words.isdisjoint(KEPT):
                yield from (w.rpartition("_")[2] for w in all_of[each].words)
        level = list(dict.fromkeys(above for each in level for above in all_of[each].above))


def _depth(all_of: dict[str, Synset], key: str) -> int:
    steps = 0
    while all_of[key].above:
        key, steps = all_of[key].above[0], steps + 1
    return steps


def lines(folder: Path) -> Iterator[str]:
    all_of, acts, common = synsets(folder), verbs(folder), vocabulary().rank
    for noun, keys in senses(folder):
        if not (noun.isalpha() and noun in vocabulary().classes):
            continue
        same = [w for w in all_of[keys[0]].words if w != noun and w in common]
        said = [_said(kinds(all_of, key), noun, common) for key in keys]
        first, others = said[0], [w for w in dict.fromkeys(w for each in said[1:] for w in each) if w not in said[0]]
        made = [verb for key in keys for word, act in all_of[key].acts if word == noun for verb in acts[act] if _is_root(verb, noun)]
        if first or same or others or made:
            marked = "".join([f" ={w}" for w in same] + [f" ^{v}" for v in dict.fromkeys(made)])
            yield f"{noun}{marked} {' '.join(first)}" + (f" | {' '.join(others)}" if others else "")


def _is_root(verb: str, noun: str) -> bool:
    """ "remind" of reminder: not every verb of the same meaning, and nobody's trade ("paint" of painter is one who does)."""
    return verb[:3] == noun[:3] and verb.isalpha()


def _said(words: Iterator[str], noun: str, common: dict[str, int]) -> list[str]:
    return [w for w in dict.fromkeys(words) if w != noun and w in common and w not in LAID_ASIDE]


if __name__ == "__main__":
    written = NOTICE + "\n".join(lines(Path(sys.argv[1]))) + "\n"
    (Path(__file__).parent / "kinds.txt").write_text(written, encoding="utf-8")

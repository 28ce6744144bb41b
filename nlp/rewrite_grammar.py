"""Conversations of many trades and topics, made by a grammar, whose last utterance leaves something out that is known.

Knows the shapes and words in its data files; no model. The same number gives the same conversations.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

from nlp.rewrite_examples import Rewrite, Turn

SEED = 7
COMPLETE = 0.25  # of the utterances are said in full
SILENT = 0.4  # of the conversations have no answers where they can do without
SMALL = 0.2  # are typed without capitals and signs
EARLIER = 0.55  # come after another matter
_CHOICE = re.compile(r"\[([^\]>]*)>([^\]]*)\]")
_SLOT = re.compile(r"\{(a:)?(\w+?)(\d?)\}")


class Grammar(TypedDict):
    pools: dict[str, list[str]]
    domains: list[dict[str, str | list[str]]]
    topics: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """`lines`: (C, A, a or U; template); `about`: domains, plain, or topics and their class."""

    about: str
    lines: tuple[tuple[str, str], ...]


@cache
def shapes() -> tuple[Shape, ...]:
    text = files("nlp").joinpath("data/rewrite_shapes.txt").read_text(encoding="utf-8")
    found: list[Shape] = []
    about, lines = "", list[tuple[str, str]]()
    for line in (*text.splitlines(), ""):
        if line.startswith("@"):
            about = line[1:].strip()
        elif line and not line.startswith("#"):
            who, _, said = line.partition(": ")
            lines.append((who, said))
        elif lines:
            found.append(Shape(about, tuple(lines)))
            lines = []
    return tuple(found)


@cache
def grammar() -> Grammar:
    return cast(Grammar, json.loads(files("nlp").joinpath("data/rewrite_grammar.json").read_text(encoding="utf-8")))


def conversations(number: int, seed: int = SEED) -> Iterator[Rewrite]:
    """That many, every shape about equally often."""
    chance = random.Random(seed)
    order: list[Shape] = []
    for n in range(number):
        if not order:
            order = [*shapes()]
            chance.shuffle(order)
        yield _conversation(f"grammar-{n}", order.pop(), chance)


def _conversation(name: str, shape: Shape, chance: random.Random) -> Rewrite:
    context: list[Turn] = []
    if chance.random() < EARLIER:
        for _ in range(chance.choice((1, 1, 2))):
            context += _told(chance.choice(shapes()), chance, whole=True)[0]
    own, said, meant = _told(shape, chance, whole=False)
    if chance.random() < COMPLETE:
        said = meant
    if chance.random() < SMALL:
        own = [Turn(speaker=t["speaker"], text=_small(t["text"])) for t in own] if chance.random() < 0.7 else own
        said, meant = _small(said), _small(meant)
    return {"id": name, "source": "grammar", "context": [*context, *own], "utterance": said, "rewrites": [meant]}


def _told(shape: Shape, chance: random.Random, *, whole: bool) -> tuple[list[Turn], str, str]:
    """The turns before the utterance (`whole`: with it, as said or as meant), the utterance as said, and as meant."""
    words = _words(shape.about, chance)
    chosen: dict[str, str] = {}
    silent = chance.random() < SILENT
    turns: list[Turn] = []
    said = meant = ""
    for who, template in shape.lines:
        if who == "a" and silent:
            continue
        said, meant = (_started(_filled(_CHOICE.sub(rf"\{n}", template), words, chosen, chance)) for n in (1, 2))
        if who != "U" or whole:
            text = meant if who == "U" and chance.random() < 0.5 else said
            turns.append({"speaker": "agent" if who in "Aa" else "customer", "text": text})
    return turns, said, meant


def _words(about: str, chance: random.Random) -> Mapping[str, list[str]]:
    """What the slots may be filled with."""
    data = grammar()
    words = dict(data["pools"])
    words["part_of_day"] = words.pop("part")
    words["name_m"] = [w for w in words["he"] if w[0].isupper()]
    words["name_f"] = [w for w in words["she"] if w[0].isupper()]
    if about == "domains":
        domain = chance.choice(data["domains"])
        words |= {key: value for key, value in domain.items() if isinstance(value, list)}
        words["part"] = words.pop("part_of")
        words["pair1"], words["pair2"] = ([word] for word in words["pair"])
    elif about.startswith("topics"):
        kind = about.split()[1]
        words["x"] = data["topics"][kind if kind != "thing" else chance.choice(("illness", "process", "machine", "food"))]
        words["y"] = words["x"]
    return words


def _filled(template: str, words: Mapping[str, list[str]], chosen: dict[str, str], chance: random.Random) -> str:
    def word(m: re.Match[str]) -> str:
        slot = m[2] + m[3]
        if slot not in chosen:
            pool = words.get(slot) or words[m[2]]
            taken = set(chosen.values())
            chosen[slot] = chance.choice([w for w in pool if w not in taken] or pool)
        found = chosen[slot]
        return f"{'an' if found[0] in 'aeiouAEIO' else 'a'} {found}" if m[1] else found

    return _SLOT.sub(word, template)


def _started(text: str) -> str:
    """With capitals at the start of sentences and single spaces; a name ending in s takes 's too."""
    text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")
    return re.sub(r"(^|[.!?] )([a-z])", lambda m: m[1] + m[2].upper(), text)


def _small(text: str) -> str:
    return text.rstrip(".?!").lower()


def sentences(chance: random.Random) -> tuple[str, str]:
    """Two complete utterances of one shape that differ in one slot."""
    while True:
        shape = chance.choice(shapes())
        template = _CHOICE.sub(r"\2", shape.lines[-1][1])
        slots = sorted({m[0] for m in _SLOT.finditer(template)})
        if not slots:
            continue
        words, chosen = _words(shape.about, chance), dict[str, str]()
        one = _filled(template, words, chosen, chance)
        changed = _SLOT.fullmatch(chance.choice(slots))
        assert changed is not None
        chosen[f"old {changed[2]}{changed[3]}"] = chosen.pop(changed[2] + changed[3])
        return _started(one), _started(_filled(template, words, chosen, chance))


def fluent(template: str, chance: random.Random) -> str:
    """The template with its slots filled."""
    text = _started(_filled(template, _words("domains", chance), {}, chance))
    return _small(text) if chance.random() < SMALL else text

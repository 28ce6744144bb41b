"""Meaning by example: how near a turn's clauses are to what the playbook gives as examples, and what kind of phrase those are.

Knows sentence vectors and the playbook's examples; not what follows from a likeness (that is for `starts`, `slots` and `goals`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agent.clause_spans import clause_spans, plain_words
from agent.heard import Clause
from agent.playbook import Playbook
from agent.slot_choice import named_options, singular, stem
from agent.telling import is_finding
from nlp.acts import find_acts
from nlp.types import Embedder, Parse, Span, Token, Vector

ExampleKind = Literal["start", "knowledge", "objection", "plain", "yes", "no", "like", "ask"]
Key = tuple[str, str]  # goal and slot; entry's number or name and ""

_DATA = Path(__file__).parent / "data"
_NEGATION = re.compile(r"n't\b|\b(?:not|no|never|nothing|nobody|none|without|cannot|can't|cant|wont|dont|isnt|doesnt|didnt)\b")
MOST_CLAUSES = 16  # of one turn: what a vector is made for


@dataclass(frozen=True, slots=True)
class Example:
    kind: ExampleKind
    key: Key
    text: str
    lemmas: frozenset[str]
    negated: bool
    past: bool
    found: bool  # tells that something is there


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of phrase the `like` examples of a slot are. named: most hold a name or digits; plain: some do not, and are phrases; timed:
    some are times; clausal: some are clauses; types: of the mentions in them."""

    named: bool
    plain: bool
    timed: bool
    clausal: bool
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    example: Example
    cosine: float


@cache
def _generic() -> frozenset[str]:
    return frozenset(_DATA.joinpath("generic.txt").read_text(encoding="utf-8").split())


@cache
def _concepts() -> dict[str, str]:
    """Word -> the name of the notion that it stands for in service talk, marked with "="."""
    lines = (line.split(":") for line in _DATA.joinpath("concepts.txt").read_text(encoding="utf-8").splitlines() if line)
    return {word: f"={name}" for name, words in lines for word in words.split()}


def concepts(text: str) -> frozenset[str]:
    """The notions of service talk that a text's words stand for ("steep" and "expensive": one)."""
    return frozenset(_concepts()[w] for w in re.findall(r"[\w'-]+", text.lower()) if w in _concepts())


def content(tokens: Iterable[Token]) -> frozenset[str]:
    """Stems of the words that carry meaning, lower case."""
    return frozenset(
        stem(t.lemma.lower())
        for t in tokens
        if t.pos in ("NOUN", "VERB", "ADJ", "PROPN", "ADV", "ADP")
        and t.lemma.lower() not in _generic()
        and (t.pos != "ADP" or t.dep == "prt")
    )


def is_negated(text: str) -> bool:
    return _NEGATION.search(text.lower().replace("’", "'")) is not None


def is_past(tokens: Sequence[Token]) -> bool:
    """Whether the clause's main verb tells of the past or the perfect: "booked", "have booked"."""
    verbs = [t for t in tokens if t.pos in ("VERB", "AUX")]
    main = next((t for t in verbs if t.dep in ("ROOT", "ccomp", "conj", "advcl", "relcl")), verbs[0] if verbs else None)
    return main is not None and (main.tag == "VBD" or (main.tag == "VBN" and not _is_passive(main, tokens) and not _is_had(main, tokens)))


def _is_passive(verb: Token, tokens: Sequence[Token]) -> bool:
    return any(t.dep == "auxpass" and t.head == verb.i for t in tokens)


def _is_had(verb: Token, tokens: Sequence[Token]) -> bool:
    """ "I've got": what somebody has now."""
    return verb.text.lower() == "got" and any(t.head == verb.i and t.lemma.lower() in ("have", "'ve", "’ve") for t in tokens)


class Sense:
    """One playbook's examples with their vectors; made once, then only read."""

    def __init__(self, playbook: Playbook, embedder: Embedder, parse: Callable[[str], Parse]) -> None:
        """parse: reads an example text as a turn of the customer's."""
        self.playbook = playbook
        self._embedder = embedder
        texts = _example_texts(playbook, self.topicless)
        parses = [parse(text) for _, _, text in texts]
        self.examples = tuple(
            Example(
                kind,
                key,
                text,
                content(p.tokens) | concepts(text),
                is_negated(text),
                is_past(p.tokens),
                is_finding(p.tokens, past=is_past(p.tokens)),
            )
            for (kind, key, text), p in zip(texts, parses, strict=True)
        )
        self._matrix = embedder.embed([e.text for e in self.examples])
        self._rows: dict[tuple[ExampleKind, Key | None], list[int]] = {}
        for row, example in enumerate(self.examples):
            for key in (None, example.key):
                self._rows.setdefault((example.kind, key), []).append(row)
        starts = {e.key: frozenset[str]().union(*(o.lemmas for o in self.of("start", e.key))) for e in self.examples if e.kind == "start"}
        self._telling = {k: own - frozenset[str]().union(*(o for other, o in starts.items() if other != k)) for k, own in starts.items()}
        self.kinds = {key: _kind([p for e, p in zip(self.examples, parses, strict=True) if e.kind == "like" and e.key == key])
                      for key in dict.fromkeys(e.key for e in self.examples if e.kind == "like")}  # fmt: skip

    def perceive(self, parse: Parse) -> tuple[Clause, ...]:
        """The turn's clauses with their vectors, in one call of the embedder; the first ones only of a very long turn."""
        cuts = clause_spans(parse)[:MOST_CLAUSES]
        plain = [plain_words(parse, span) for span in cuts]
        bare = [self.topicless(text, parse.tokens) for text in plain]
        vectors = self.embed([*plain, *bare])
        clauses = zip(cuts, plain, bare, strict=True)
        return tuple(_clause(parse, span, text, vectors[text], vectors[without]) for span, text, without in clauses)

    def topicless(self, text: str, tokens: Sequence[Token] = ()) -> str:
        """The text with each option that it names replaced by the kind of thing that it is: "book a treatment" for "book a haircut"."""
        for name, options in (self.playbook.catalog or {}).items():
            for chosen in reversed(named_options(text, tokens, options)):
                text = f"{text[: chosen.span.start]}{singular(name.replace('_', ' ').lower())}{text[chosen.span.end :]}"
        return text

    def embed(self, texts: Sequence[str]) -> dict[str, Vector]:
        unique = list(dict.fromkeys(texts))
        return dict(zip(unique, self._embedder.embed(unique), strict=True)) if unique else {}

    def likeness(self, vector: Vector, *kinds: ExampleKind) -> list[Match]:
        """The examples of these kinds, the nearest first."""
        rows = [row for kind in kinds for row in self._rows.get((kind, None), ())]
        cosines: NDArray[np.float32] = self._matrix[rows] @ vector
        found = [Match(self.examples[row], float(c)) for row, c in zip(rows, cosines, strict=True)]
        return sorted(found, key=lambda m: -m.cosine)

    def nearness(self, vector: Vector, kind: ExampleKind, key: Key | None = None) -> float:
        """The cosine with the nearest example of a kind (and of one slot, goal or entry); 0.0 where there is none."""
        rows = self._rows.get((kind, key))
        return float((self._matrix[rows] @ vector).max()) if rows else 0.0

    def telling(self, key: Key) -> frozenset[str]:
        """Content words of a goal's starts that no other goal's starts have."""
        return self._telling[key]

    def of(self, kind: ExampleKind, key: Key) -> tuple[Example, ...]:
        return tuple(e for e in self.examples if e.kind == kind and e.key == key)


@cache
def _background() -> tuple[str, ...]:
    return tuple(line for line in _DATA.joinpath("background.txt").read_text(encoding="utf-8").splitlines() if line)


def _example_texts(playbook: Playbook, topicless: Callable[[str], str]) -> list[tuple[ExampleKind, Key, str]]:
    found: list[tuple[ExampleKind, Key, str]] = []

    def add(kind: ExampleKind, key: Key, texts: Iterable[str]) -> None:
        found.extend((kind, key, text) for text in texts)

    add("plain", ("", ""), _background())
    for number, entry in enumerate(playbook.knowledge):
        add("knowledge", (str(number), ""), entry.ask)
    for objection in playbook.objections:
        add("objection", (objection.name, ""), objection.hear)
    for goal in playbook.goals:
        add("start", (goal.name, ""), (topicless(text) for text in (*goal.start, goal.title)))
        for slot in goal.slots:
            key = (goal.name, slot.name)
            add("ask", key, [slot.ask] if slot.ask else [])
            add("yes" if slot.type == "yes_no" else "like", key, slot.like)
            add("no", key, slot.unlike)
    return found


def _kind(parses: Sequence[Parse]) -> Kind:
    named = [any(is_name(t) or _is_capital(t, p) for t in p.tokens) for p in parses]
    types = frozenset(m.type for p in parses for m in p.mentions if m.person == 3) - {"thing"}
    clausal = any(
        any(t.dep in ("nsubj", "nsubjpass") for t in p.tokens) and any(t.pos in ("VERB", "AUX") for t in p.tokens) for p in parses
    )
    return Kind(
        named=sum(named) * 2 > len(named),
        plain=not (all(named) or clausal or any(time_spans(p) for p in parses)),
        timed=any(time_spans(p) for p in parses),
        clausal=clausal,
        types=types,
    )


def is_name(token: Token) -> bool:
    """A word of a name, or one with digits."""
    return token.pos == "PROPN" or any(c.isdigit() for c in token.text)


def _is_capital(token: Token, parse: Parse) -> bool:
    """In an example that is no sentence, a capital makes a name of any word: "Guardian"."""
    return token.text[:1].isupper() and token.text != "I" and not any(t.pos in ("VERB", "AUX") for t in parse.tokens)


def time_spans(parse: Parse) -> tuple[Span, ...]:
    """Times, with those that only the names' tagger sees ("before the school year")."""
    found = [t.span for t in parse.times if t.part_of is None]
    run: list[Token] = []
    for token in (*parse.tokens, None):
        if token is not None and token.ent in ("DATE", "TIME"):
            run.append(token)
        elif run:
            span = Span(run[0].span.start, run[-1].span.end)
            found += [] if any(s.start < span.end and span.start < s.end for s in found) or _is_of_model(run, parse) else [span]
            run = []
    return tuple(sorted(found))


def _is_of_model(run: Sequence[Token], parse: Parse) -> bool:
    """A number before what it is the year of: "a 2012 Ford Focus"."""
    return len(run) == 1 and run[0].dep == "nummod" and run[0].head > run[0].i and parse.tokens[run[0].head].ent not in ("DATE", "TIME")


def _clause(parse: Parse, span: Span, plain: str, vector: Vector, topicless: Vector) -> Clause:
    tokens = [t for t in parse.tokens if span.start <= t.span.start < span.end]
    text = parse.text[span.start : span.end]
    sentence = tokens[0].sentence if tokens else 0
    return Clause(
        span,
        text,
        plain,
        vector,
        content(tokens) | concepts(text),
        is_negated(text),
        is_past(tokens),
        sentence,
        _asks(parse, span) and not _only_times(parse, tokens),
        topicless,
    )


def _only_times(parse: Parse, tokens: Sequence[Token]) -> bool:
    """ "Thursday at 10:30?": a proposal."""
    times = [t.span for t in parse.times]
    return bool(times) and all(
        t.pos in ("ADP", "PUNCT", "DET", "CCONJ", "ADV", "INTJ") or any(s.start <= t.span.start < s.end for s in times) for t in tokens
    )


def acts_of(clause: Clause) -> frozenset[str]:
    """The dialogue acts of one clause."""
    return find_acts(f"{clause.text}?" if clause.asking else clause.text, ())


def _asks(parse: Parse, span: Span) -> bool:
    return parse.text[span.end :].lstrip()[:1] == "?"

"""What one noun phrase says of itself: kind, type, number, person, gender, definiteness, role, modifiers.

Knows the phrase, its tokens and word lists. Knows nothing of other phrases of the turn, of earlier turns or of memory.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from nlp.function_words import (
    DEMONSTRATIVE,
    FIRST,
    INDEFINITE,
    INDEPENDENT,
    ORDINALS,
    PERSONAL,
    PLURAL,
    POSSESSIVE,
    SECOND,
    STAND_IN,
    TITLES,
)
from nlp.mention_spans import Phrase
from nlp.names import given_gender
from nlp.syntax import Tree, within
from nlp.types import Gender, Lexicon, MentionKind, Token, Vector

Definiteness = Literal["definite", "indefinite", "possessive", "demonstrative", "bare"]

_ROLES = {
    "nsubj": "subject",
    "nsubjpass": "subject",
    "dobj": "object",
    "dative": "indirect",
    "iobj": "indirect",
    "pobj": "oblique",
    "attr": "attribute",
    "poss": "possessor",
    "appos": "apposition",
    "conj": "conjunct",
}
_ENTITY_TYPES = {
    "PERSON": "person",
    "NORP": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "PRODUCT": "product",
    "EVENT": "event",
    "WORK_OF_ART": "document",
    "LAW": "document",
    "MONEY": "money",
}

_PLACES = frozenset({"GPE", "LOC", "FAC"})  # many a town is called as somebody is


@dataclass(frozen=True)
class Fields:
    """Word knowledge: nouns by type, gendered words, names of vehicles."""

    types: dict[str, str]
    gender: dict[str, Gender]
    vehicles: frozenset[str]


@cache
def fields() -> Fields:
    folder = files("nlp").joinpath("data")
    nouns: dict[str, str] = json.loads(folder.joinpath("noun_fields.json").read_text(encoding="utf-8"))
    words: dict[Gender, str] = json.loads(folder.joinpath("gender_words.json").read_text(encoding="utf-8"))
    types: dict[str, str] = {}
    for kind, listed in nouns.items():
        for noun in listed.split():
            types.setdefault(noun, kind)
    vehicles = folder.joinpath("vehicle_names.txt").read_text(encoding="utf-8").split()
    return Fields(types, {w: g for g, listed in words.items() for w in listed.split()}, frozenset(vehicles))


@cache
def _prototypes(lexicon: Lexicon) -> tuple[tuple[str, ...], Vector]:
    """One mean vector, of unit length, for each type: shape (types, 300)."""
    kinds = tuple(dict.fromkeys(fields().types.values()))
    rows: list[Vector] = []
    for kind in kinds:
        vectors = [v for word, k in fields().types.items() if k == kind and (v := lexicon.vector(word)) is not None]
        rows.append(_unit(np.add.reduce(vectors, dtype=np.float32)))
    return kinds, np.stack(rows)


def _unit(vector: Vector) -> Vector:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def guess_type(word: str, lexicon: Lexicon) -> str:
    """The type whose nouns have the nearest vectors, "thing" where none is near."""
    vector = lexicon.vector(word)
    if vector is None or not np.any(vector):
        return "thing"
    kinds, table = _prototypes(lexicon)
    scores = table @ _unit(vector)
    best = int(np.argmax(scores))
    return kinds[best] if scores[best] >= 0.55 else "thing"


def kind_of(tree: Tree, phrase: Phrase) -> MentionKind:
    head = tree.tokens[phrase.head]
    word = head.text.lower()
    if phrase.heads:
        return "name" if all(tree.tokens[h].pos == "PROPN" for h in phrase.heads) else "nominal"
    if word in INDEPENDENT or word in PERSONAL or word in POSSESSIVE:
        return "speaker" if (word in FIRST or word in SECOND) and word not in INDEPENDENT else "pronoun"
    if word == "there":
        return "pronoun"
    if word in FIRST or word in SECOND:
        return "speaker"
    alone = phrase.span == head.span
    if alone and (word in DEMONSTRATIVE or word in STAND_IN or head.pos == "PRON"):
        return "pronoun"
    modifiers = {tree.tokens[i].text.lower() for i in tree.children[head.i]}
    if (word in ("one", "ones") and modifiers & ORDINALS) or (word in ORDINALS and "the" in modifiers):
        return "ordinal"
    if word == "one" and modifiers and modifiers <= {"this", "that"}:
        return "pronoun"
    return "name" if head.pos == "PROPN" else "nominal"


def type_of(tree: Tree, phrase: Phrase, lexicon: Lexicon) -> str:
    head = tree.tokens[phrase.head]
    word, lemma = head.text.lower(), head.lemma.lower()
    if word == "there":
        return "place"
    if word in PERSONAL | POSSESSIVE | INDEPENDENT | DEMONSTRATIVE | STAND_IN:
        return "person" if word in FIRST | SECOND or word in fields().gender else "thing"
    if head.pos == "PROPN":
        return _name_type(tree, head)
    known = fields().types.get(lemma) or fields().types.get(word)
    return known or guess_type(lemma, lexicon)


def _name_type(tree: Tree, head: Token) -> str:
    words = [tree.tokens[c].text.lower() for c in tree.all(head.i, "compound", "amod", "nmod")]
    if TITLES & {*words}:
        return "person"
    determined = tree.child(head.i, "det", "poss") is not None or any(w[:2] in ("19", "20") and len(w) == 4 for w in words)
    names = {head.text.lower(), "_".join([*words[-1:], head.text.lower()]), *words}
    if names & fields().vehicles and (determined or head.ent not in ("PERSON", "GPE")):
        return "vehicle"
    if head.dep == "dobj" and tree.tokens[head.head].lemma.lower() == "drive" and determined:
        return "vehicle"
    given = not determined and given_gender(" ".join(words[:1] or [head.text])) is not None
    somewhere = head.ent in _PLACES and tree.tokens[head.head].pos == "ADP"
    if head.ent in _ENTITY_TYPES and (somewhere or not given or words):
        return _ENTITY_TYPES[head.ent]
    if given:
        return "person"
    known = fields().types.get(head.text.lower()) or fields().types.get(head.lemma.lower())
    return known or "thing"  # a name may be anybody's: its vector would only tell what else is called so


def number_of(tree: Tree, phrase: Phrase) -> Literal["singular", "plural"]:
    head = tree.tokens[phrase.head]
    if head.tag == "NNS" and not phrase.heads and head.text[-1:] != "s" and head.text.lower() in fields().gender:
        return "singular"  # "fiancée" is taken for a plural
    if phrase.heads or head.tag in ("NNS", "NNPS") or head.text.lower() in PLURAL:
        return "plural"
    return "plural" if head.pos == "NUM" and head.text.lower() not in ("one", "1") else "singular"


def person_of(head: Token) -> Literal[1, 2, 3]:
    word = head.text.lower()
    if word in INDEPENDENT:
        return 3
    return 1 if word in FIRST else 2 if word in SECOND else 3


def gender_of(tree: Tree, phrase: Phrase) -> Gender | None:
    """By the words of the phrase alone: "wife", "Mr. Stone", "his"; "it" is neuter."""
    head = tree.tokens[phrase.head]
    word = head.text.lower()
    if phrase.heads or word in INDEPENDENT:
        return None
    if word in ("it", "its", "itself"):
        return "n"
    listed = fields().gender
    titles = (tree.tokens[c].text.lower() for c in tree.all(head.i, "compound", "amod"))
    return listed.get(word) or listed.get(head.lemma.lower()) or next((listed[t] for t in titles if t in listed), None)


def definiteness_of(tree: Tree, phrase: Phrase) -> Definiteness:
    head = tree.tokens[phrase.head]
    word = head.text.lower()
    if word in DEMONSTRATIVE or word == "there":
        return "demonstrative"
    if word in PERSONAL | POSSESSIVE | INDEPENDENT:
        return "definite"
    before = [tree.tokens[c] for c in tree.all(head.i, "det", "predet", "nummod", "poss", "amod") if c < head.i]
    if any(t.dep == "poss" for t in before):
        return "possessive"
    words = [t.text.lower() for t in before]
    if any(w in DEMONSTRATIVE for w in words):
        return "demonstrative"
    if "the" in words or (head.pos == "PROPN" and not any(w in INDEFINITE for w in words)) or word in ("both", "neither", "either"):
        return "definite"
    return "indefinite" if any(w in INDEFINITE for w in words) or any(t.dep == "nummod" for t in before) or word == "one" else "bare"


def role_of(tree: Tree, head: Token) -> str:
    if head.dep == "pobj" and tree.tokens[head.head].dep == "dative":
        return "indirect"
    return _ROLES.get(head.dep, "other")


def modifiers_of(tree: Tree, phrase: Phrase) -> tuple[str, ...]:
    """Lemmas of what stands before the noun, then of the content words after it, within the phrase."""
    if phrase.heads:
        return ()
    inside = [t for t in within(tree.tokens, phrase.span) if t.i != phrase.head]
    names = tree.tokens[phrase.head].pos == "PROPN"
    content = [t for t in inside if t.pos in ("ADJ", "NOUN", "VERB", "NUM") or t.text.lower() in ORDINALS | {"other", "same"}]
    content += [t for t in inside if t.pos == "PROPN" and not (names and t.dep == "compound")]
    return tuple(dict.fromkeys(t.lemma.lower() for t in sorted(content, key=lambda t: t.i) if t.lemma not in ("name", "call")))


def head_lemma(head: Token) -> str:
    word = head.text.lower()
    pronoun = word in PERSONAL | POSSESSIVE | INDEPENDENT | DEMONSTRATIVE
    return word if pronoun or head.pos == "PROPN" else head.lemma.lower()

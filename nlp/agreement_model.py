"""P(he, she, it, they) of a name or noun phrase, by a logistic regression on frozen word vectors.

Knows one mention, its tokens and word vectors; nothing of the conversation. Weights and card: `data/agreement.npz`, `data/agreement.md`,
made by `nlp.train_agreement`.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.function_words import TITLES
from nlp.syntax import within
from nlp.types import Lexicon, Mention, Token, Vector

CLASSES = ("he", "she", "it", "they")
_ENTITIES = ("PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "NORP", "CARDINAL", "DATE", "")
_TYPES = ("person", "organisation", "place", "vehicle", "product", "animal", "event", "document", "thing")
_SIZE = 300


class Facts(NamedTuple):
    """What the model sees of a mention; hashable."""

    head: str
    first: str  # the first word of a name that is no title, "" for a noun phrase
    entity: str
    type: str
    gender: str
    title: str
    plural: bool
    name: bool
    definiteness: str
    group: bool


def facts(tokens: Sequence[Token], mention: Mention) -> Facts:
    head = tokens[mention.head]
    words = [t for t in within(tokens, mention.span) if t.i <= head.i]
    name = mention.kind == "name"
    titles = [t.text.lower() for t in words if t.text.lower() in TITLES]
    given = next((t.text.lower() for t in words if t.pos == "PROPN" and t.text.lower() not in TITLES), "") if name else ""
    return Facts(
        head=head.text.lower() if name else mention.head_lemma,
        first=given,
        entity=head.ent,
        type=mention.type,
        gender=mention.gender or "",
        title=titles[0].rstrip(".") if titles else "",
        plural=mention.number == "plural",
        name=name,
        definiteness=mention.definiteness,
        group=bool(mention.members),
    )


def vectorise(given: Facts, lexicon: Lexicon) -> Vector:
    """Shape (features,): two word vectors, then indicators."""
    flags = [float(given.entity == e) for e in _ENTITIES]
    flags += [float(given.type == t) for t in _TYPES]
    flags += [float(given.gender == g) for g in ("m", "f", "n")]
    flags += [float(given.definiteness == d) for d in ("definite", "indefinite", "possessive", "demonstrative", "bare")]
    flags += [float(given.title == t) for t in ("mr", "mrs", "ms", "miss", "dr")]
    flags += [float(given.plural), float(given.name), float(given.group), float(given.name and given.first != given.head), 1.0]
    return np.concatenate([_vector(lexicon, given.head), _vector(lexicon, given.first), np.array(flags, dtype=np.float32)])


def _vector(lexicon: Lexicon, word: str) -> Vector:
    found = lexicon.vector(word) if word else None
    if found is None:
        return np.zeros(_SIZE, dtype=np.float32)
    norm = float(np.linalg.norm(found))
    return found / np.float32(norm) if norm else found


@cache
def _weights() -> NDArray[np.float32]:
    with as_file(files("nlp").joinpath("data/agreement.npz")) as path, np.load(path) as kept:
        return kept["weights"].astype(np.float32)


@lru_cache(maxsize=20_000)
def predict(given: Facts, lexicon: Lexicon) -> tuple[float, float, float, float]:
    """In the order of CLASSES; sums to 1."""
    scores = _weights() @ vectorise(given, lexicon)
    shares = np.exp(scores - scores.max())
    he, she, it, they = (float(x) for x in shares / shares.sum())
    return he, she, it, they

"""Scores of the entities that a third-person pronoun may mean.

Knows entities in view and the present parse. Chooses nothing: `coref` does, on these scores.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp import propositions, ranker
from nlp.agreement import Form
from nlp.function_words import ANYBODY, SOMEBODY
from nlp.known import Known, Seen, Stage
from nlp.number_words import number_of
from nlp.pronoun_features import Asked, asked, features
from nlp.pronouns import excluded_heads, following_subject
from nlp.propositions import Said, said_before
from nlp.ranker import Features
from nlp.syntax import Tree
from nlp.topics import moves
from nlp.types import Candidate, Lexicon, Mention

_THING_ACTS = -1.5  # as much as a verb of persons speaks against a thing in the trained weights


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate. `said` is set instead of a true entity where the pronoun may mean a statement; `known` then stands for it unnamed."""

    known: Known
    score: float
    evidence: tuple[str, ...] = ()
    features: Features = field(default_factory=Features)
    said: Said | None = None


def score_candidates(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> list[Scored]:
    """Best first; nothing that grammar rules out."""
    given = asked(tree, lexicon, mention, stage.near.get(mention.sentence, []))
    scored: list[Scored] = []
    for known, places in _candidates(stage, tree, mention):
        figures = features(given, known, places)
        if figures is not None:
            score = ranker.score(given.family, figures) + moves(stage, given, places)
            score += _called_common(known, given, figures)
            scored.append(Scored(known, score, tuple(_evidence(known, given.form, places)), figures))
    scored += _statements(stage, tree, mention, given.family)
    return sorted(scored, key=lambda s: -s.score)


def candidates_of(scored: Sequence[Scored], limit: int = 3) -> tuple[Candidate, ...]:
    """The best of them, each with its share."""
    best = scored[0].score
    total = sum(math.exp(s.score - best) for s in scored)
    named = [s for s in scored if s.said is None]
    return tuple(Candidate(s.known.id, s.known.name, math.exp(s.score - best) / total) for s in named[:limit])


def _called_common(known: Known, given: Asked, figures: Features) -> float:
    """ "Keyline fitted the lock, but they don't answer": one thing with a common noun does nothing that persons do."""
    acts = given.form == "they" and "person acts" in figures and known.type not in ("person", "organisation", "group", "animal", "place")
    nouns = {s.mention.number for s in known.seen if s.mention.kind == "nominal"}
    return _THING_ACTS if acts and nouns == {"singular"} else 0.0


def _statements(stage: Stage, tree: Tree, mention: Mention, family: str) -> Iterator[Scored]:
    if family not in ("it", "that"):
        return
    for said in said_before(stage, tree, mention):
        every = propositions.figures(tree, mention, said)
        unnamed = Known(f"{said.turn_id}:{said.verb}", said.antecedent.text, "statement")
        yield Scored(unnamed, ranker.score(family, every), ("what was just said",), every, said)


def _candidates(stage: Stage, tree: Tree, mention: Mention) -> Iterator[tuple[Known, list[Seen]]]:
    """Entities in view that grammar lets the pronoun mean, each with where it was said before."""
    excluded = excluded_heads(tree, mention, _around(stage, mention))
    around = _nouns_around(stage, mention) | _nouns_beside(stage, mention, excluded)
    speakers = {stage.discourse.customer, stage.discourse.business}
    for known in stage.recent():
        if not speakers.isdisjoint((known.id, *known.members)) or not around.isdisjoint(known.heads):
            continue  # nobody calls themselves or those they speak to "they"
        places = [s for s in known.seen if _may_precede(s, mention) and not _is_number(s.mention) and not _is_nobody(s, mention)]
        if places and not any(s.back == 0 and s.mention.head in excluded and not s.mention.members for s in known.seen):
            yield known, places


def cataphor(stage: Stage, tree: Tree, mention: Mention, heads: dict[int, Mention]) -> Mention | None:
    """The later phrase that an opening clause's pronoun may mean."""
    head = following_subject(tree, mention)
    later = heads.get(head) if head is not None else None
    if later is None or later.kind in ("pronoun", "speaker") or later.number != mention.number or not stage.parse.text:
        return None
    return later


def _beside(stage: Stage, mention: Mention) -> list[Mention]:
    return stage.near.get(mention.sentence, [])


def _around(stage: Stage, mention: Mention) -> frozenset[int]:
    return frozenset(
        m.head for m in _beside(stage, mention) if m.span.start <= mention.span.start and mention.span.end <= m.span.end and not m.members
    )


def _nouns_around(stage: Stage, mention: Mention) -> frozenset[str]:
    """Nouns of the phrases that the pronoun stands in: "them" of "messages from them" are no messages."""
    inside = (
        m
        for m in _beside(stage, mention)
        if m.span.start <= mention.span.start and mention.span.end <= m.span.end and m.span != mention.span
    )
    return frozenset(m.head_lemma for m in inside if not m.members and m.kind == "nominal")


def _nouns_beside(stage: Stage, mention: Mention, excluded: frozenset[int]) -> frozenset[str]:
    """Nouns of later arguments of the same verb: "it" of "add it to my list" is no list; that of "that is the list" is."""
    later = (m for m in _beside(stage, mention) if m.head in excluded and m.span.start > mention.span.end and m.role != "attribute")
    return frozenset(m.head_lemma for m in later if not m.members and m.kind == "nominal" and m.definiteness != "indefinite")


def _may_precede(seen: Seen, mention: Mention) -> bool:
    return seen.back > 0 or seen.mention.span.start < mention.span.start


def _is_number(mention: Mention) -> bool:
    """The "three" of "the boys are five and three" is nothing that is spoken of again."""
    return mention.definiteness != "definite" and number_of(mention.text) is not None


_AUXILIARIES = 5  # tokens before a verb among which its modal is looked for


def _is_nobody(seen: Seen, mention: Mention) -> bool:
    """ "If anybody calls, tell them": out of its own sentence nobody goes on speaking of "anybody", nor of a "someone" who only may
    be or do something ("we could send someone")."""
    if seen.mention.head_lemma not in ANYBODY or (seen.back == 0 and seen.mention.sentence == mention.sentence):
        return False
    verb = seen.parse.tokens[seen.mention.head].head
    told = seen.mention.head_lemma in SOMEBODY and seen.mention.role == "subject"
    return not told or any(t.head == verb and t.tag == "MD" for t in seen.parse.tokens[max(0, verb - _AUXILIARIES) : verb])


def _evidence(known: Known, form: Form | None, places: list[Seen]) -> Iterator[str]:
    if form is not None and known.gender in ("m", "f") and form in ("he", "she"):
        yield f"{known.name} is known as {form}"
    if places[-1].back == 0:
        yield "said in this turn"
    else:
        yield f"said {places[-1].back} turn{'s' if places[-1].back > 1 else ''} ago"
    if places[-1].mention.role == "subject":
        yield "as the subject"

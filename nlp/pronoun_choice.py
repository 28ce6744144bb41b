"""Scores of the entities that a third-person pronoun may mean.

Knows entities in view, the present parse and word vectors. Chooses nothing: `coref` does, on these scores.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from nlp.agreement import FORMS, Form, personhood, profile
from nlp.known import Known, Seen, Stage
from nlp.pronouns import excluded_heads, following_subject, governing_verb, is_reflexive, own_subject
from nlp.selection import selection
from nlp.syntax import Tree
from nlp.types import Lexicon, Mention

_ROLE = {"subject": 0.7, "object": 0.4, "indirect": 0.3, "attribute": 0.1, "oblique": 0.1, "possessor": 0.15}
_ABSTRACT = frozenset({"money", "number", "phone", "email", "address", "code"})
_WEAK_HEADS = frozenset({"name", "kind", "sort", "bit", "lot", "way", "rest", "time", "thank", "number", "side", "end", "moment", "favor"})


@dataclass(frozen=True, slots=True)
class Scored:
    known: Known
    score: float
    evidence: tuple[str, ...] = ()


def score_candidates(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> list[Scored]:
    """Best first; nothing that grammar rules out."""
    form = FORMS.get(mention.head_lemma)
    excluded = excluded_heads(tree, mention, _around(stage, mention))
    subject = own_subject(tree, mention) if is_reflexive(mention) else None
    around = _nouns_around(stage, mention) | _nouns_beside(stage, mention, excluded)
    verb = governing_verb(tree, mention)
    found: list[Scored] = []
    for known in stage.recent():
        if known.id in (stage.discourse.customer, stage.discourse.business):
            continue
        places = [s for s in known.seen if _may_precede(s, mention)]
        if not places or any(s.back == 0 and s.mention.head in excluded and not s.mention.members for s in known.seen):
            continue
        fit = _fit(known, form, lexicon) if form else _pointed(known, mention, lexicon)
        if fit < -5.0 or not around.isdisjoint(known.heads):
            continue
        score = fit + max(_salience(s, mention, stage) for s in places) + _parallel(places, mention)
        score += _fragment(places, mention)
        score += (
            0.15 * min(len(places), 4)
            + selection(lexicon, verb, known, None if form == "it" else personhood(known, lexicon))
            + _kind(known, mention)
        )
        if subject is not None:
            score += 4.0 if any(s.back == 0 and s.mention.head == subject for s in places) else -2.0
        found.append(Scored(known, score, tuple(_evidence(known, form, places))))
    return sorted(found, key=lambda s: -s.score)


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
    """Nouns of later arguments of the same verb: "it" of "add it to my list" is no list."""
    later = (m for m in _beside(stage, mention) if m.head in excluded and m.span.start > mention.span.end)
    return frozenset(m.head_lemma for m in later if not m.members and m.kind == "nominal" and m.definiteness != "indefinite")


def _may_precede(seen: Seen, mention: Mention) -> bool:
    return seen.back > 0 or seen.mention.span.start < mention.span.start


def _fit(known: Known, form: Form, lexicon: Lexicon) -> float:
    """Log-probability of the pronoun's form for the entity."""
    share = profile(known, lexicon)[form]
    return math.log(share if form in ("it", "they") else min(share, 0.6))  # what names tell of he and she is never quite sure


def _pointed(known: Known, mention: Mention, lexicon: Lexicon) -> float:
    """ "this" and "those" mean things and events, one or several as they say."""
    apart = -1.5 if (known.number == "plural" or bool(known.members)) != (mention.number == "plural") else 0.0
    return apart + math.log(max(1e-3, 1 - personhood(known, lexicon)))


def _salience(seen: Seen, mention: Mention, stage: Stage) -> float:
    role = _ROLE.get(_role(seen), 0.0)
    if seen.back == 0:
        distance = -0.6 * (mention.sentence - seen.mention.sentence) - 0.02 * max(0, mention.head - seen.mention.head) ** 0.5
    else:
        behind = len(seen.parse.sentences) - 1 - seen.mention.sentence if seen.parse.sentences else 0
        distance = -1.0 * seen.back - 0.3 * min(behind, 3) - 0.2 * min(mention.sentence, 3)
    away = 0.0 if seen.same_session else -2.5
    return role + distance + away - (0.2 if not stage.known else 0.0)


def _role(seen: Seen) -> str:
    """A member of a group stands where the group does."""
    if seen.mention.role != "conjunct":
        return seen.mention.role
    inside = takewhile(lambda m: m.sentence >= seen.mention.sentence - 1, reversed(seen.parse.mentions[: seen.mention.index]))
    group = next((m for m in [*inside][::-1] if seen.mention.index in m.members), None)
    return group.role if group else "other"


def _parallel(places: list[Seen], mention: Mention) -> float:
    if places[-1].back > 1:
        return 0.0
    last = places[-1].mention
    same_word = 0.3 if last.kind == "pronoun" and FORMS.get(last.head_lemma) == FORMS.get(mention.head_lemma) else 0.0
    return same_word + (0.2 if last.role == mention.role and last.role in ("subject", "object") else 0.0)


def _fragment(places: list[Seen], mention: Mention) -> float:
    """ "Good news, I got it": what only hangs in front of the sentence is hardly meant in it."""
    last = places[-1]
    hangs = last.back == 0 and last.mention.role == "other" and last.mention.sentence == mention.sentence and last.mention.kind == "nominal"
    return -1.5 if hangs and len(places) == 1 else 0.0


def _kind(known: Known, mention: Mention) -> float:
    weak = -1.5 if known.type in _ABSTRACT else 0.0
    if known.heads and known.heads <= _WEAK_HEADS:
        weak -= 1.0
    if FORMS.get(mention.head_lemma) == "it" and known.type == "place" and known.proper:
        weak -= 0.7
    return weak


def _evidence(known: Known, form: Form | None, places: list[Seen]) -> Iterator[str]:
    if form is not None and known.gender in ("m", "f") and form in ("he", "she"):
        yield f"{known.name} is known as {form}"
    if places[-1].back == 0:
        yield "said in this turn"
    else:
        yield f"said {places[-1].back} turn{'s' if places[-1].back > 1 else ''} ago"
    if places[-1].mention.role == "subject":
        yield "as the subject"

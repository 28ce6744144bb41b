"""What speaks for and against an entity as what a third-person pronoun means: named figures, which `ranker` weighs.

Knows entities in view, the present parse and word vectors. Weighs nothing and chooses nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from nlp import ranker
from nlp.agreement import FORMS, Form, personhood, profile
from nlp.known import Known, Seen
from nlp.pronouns import clause_verb, governing_verb, is_reflexive, own_subject
from nlp.ranker import Features
from nlp.selection import likeness, slot
from nlp.syntax import Tree
from nlp.types import Lexicon, Mention

_ABSTRACT = frozenset({"money", "number", "phone", "email", "address", "code"})
_WEAK_HEADS = frozenset({"name", "kind", "sort", "bit", "lot", "way", "rest", "time", "thank", "number", "side", "end", "moment", "favor"})
_LATEST = 8  # of its mentions those from which the one that speaks most for the entity is taken
_LEAST = -5.0  # log-probability of agreement below which an entity is no candidate


@dataclass(frozen=True)
class Asked:
    """The pronoun that is to be understood, with what its sentence says of it."""

    mention: Mention
    form: Form | None  # None for "this" and the like
    tree: Tree
    lexicon: Lexicon
    speaker: str
    verb: tuple[str, str] | None
    clause: str | None
    subject: int | None  # head of the subject that a reflexive goes back to

    @property
    def family(self) -> str:
        return {"he": "he_she", "she": "he_she", "it": "it", "they": "they", None: "that"}[self.form]


def asked(tree: Tree, lexicon: Lexicon, mention: Mention, *, speaker: str) -> Asked:
    subject = own_subject(tree, mention) if is_reflexive(mention) else None
    form = FORMS.get(mention.head_lemma)
    return Asked(mention, form, tree, lexicon, speaker, governing_verb(tree, mention), clause_verb(tree.tokens, mention.head), subject)


def features(given: Asked, known: Known, places: Sequence[Seen]) -> Features | None:
    """places: where the entity was mentioned before the pronoun, oldest first. None for what agreement rules out."""
    fit = _fit(known, given)
    if fit < _LEAST:
        return None
    return {
        "fit": fit,
        **max((_place(given, s) for s in places[-_LATEST:]), key=lambda found: ranker.score(given.family, found)),
        **_chain(given, places),
        **_meaning(given, known),
        **_kind(given, known),
    }


def _fit(known: Known, given: Asked) -> float:
    """Log-probability of the pronoun's form for the entity; for "this" and "those", of being no person."""
    if given.form is None:
        return math.log(max(1e-3, 1 - personhood(known, given.lexicon)))
    share = profile(known, given.lexicon)[given.form]
    return math.log(share if given.form in ("it", "they") else min(share, 0.6))  # what names tell of he and she is never quite sure


def _place(given: Asked, last: Seen) -> Features:
    """Where the entity was mentioned last, as what."""
    mention = given.mention
    role = role_of(last)
    found = {f"role {role}": 1.0, f"role {mention.role} after {role}": 1.0}
    if last.back == 0:
        gap = mention.sentence - last.mention.sentence
        found |= {"sentences": float(min(gap, 6)), "words": min(math.sqrt(max(0, mention.head - last.mention.head)), 8.0)}
        found |= {"same sentence": float(gap == 0), "sentence before": float(gap == 1)}
        if role == "other" and gap == 0 and last.mention.kind == "nominal":
            found["hangs in front"] = 1.0
    else:
        behind = len(last.parse.sentences) - 1 - last.mention.sentence if last.parse.sentences else 0
        found |= {"turns": float(min(last.back, 12)), "behind": float(min(behind, 3)), "ahead": float(min(mention.sentence, 3))}
        found |= {"turn before": float(last.back == 1), "other speaker": float(last.speaker != given.speaker)}
    if not last.same_session:
        found["other session"] = 1.0
    return found


def role_of(seen: Seen) -> str:
    """A member of a group stands where the group does."""
    if seen.mention.role != "conjunct":
        return seen.mention.role
    inside = takewhile(lambda m: m.sentence >= seen.mention.sentence - 1, reversed(seen.parse.mentions[: seen.mention.index]))
    group = next((m for m in [*inside][::-1] if seen.mention.index in m.members), None)
    return group.role if group else "other"


def _chain(given: Asked, places: Sequence[Seen]) -> Features:
    """How the entity has been spoken of so far."""
    last = places[-1].mention
    found = {"mentions": float(min(len(places), 4)), "long chain": math.log1p(len(places))}
    if last.kind == "pronoun":
        same = FORMS.get(last.head_lemma) == given.form
        found["same pronoun" if same else "other pronoun"] = 1.0
        if same and places[-1].back <= 1:
            found["same pronoun just now"] = 1.0
    else:
        found[f"said {'name' if last.kind == 'name' else last.definiteness}"] = 1.0
    near = [s for s in places[:-1] if s.back <= 1]
    found["was subject"] = float(any(role_of(s) == "subject" for s in near))
    found["was object"] = float(any(role_of(s) == "object" for s in near))
    if given.clause is not None and any(clause_verb(s.parse.tokens, s.mention.head) == given.clause for s in places[-2:]):
        found["same verb"] = 1.0
    if _is_inside(places[-1]):
        found["inside a phrase"] = 1.0
    if given.subject is not None:
        own = any(s.back == 0 and s.mention.head == given.subject for s in places)
        found["own subject" if own else "not own subject"] = 1.0
    return found


def _is_inside(seen: Seen) -> bool:
    """Whether a noun phrase around it takes the sentence's attention: "studio" of "the studio recording of Rio"."""
    mention = seen.mention
    around = (m for m in seen.parse.mentions if not m.members and m.head != mention.head)
    return any(m.span.start <= mention.span.start and mention.span.end <= m.span.end for m in around)


def _meaning(given: Asked, known: Known) -> Features:
    person = None if given.form == "it" else personhood(known, given.lexicon)
    found = slot(given.verb, known, person) | {"verb near": likeness(given.lexicon, given.verb, known)}
    if given.clause is not None:
        found["clause near"] = likeness(given.lexicon, (given.clause, ""), known)
    return found


def _kind(given: Asked, known: Known) -> Features:
    plural = known.number == "plural" or bool(known.members)
    found = {f"type {known.type}": 1.0, "group": float(bool(known.members)), "proper": float(known.proper)}
    found["abstract"] = float(known.type in _ABSTRACT)
    found["weak noun"] = float(bool(known.heads) and known.heads <= _WEAK_HEADS)
    found["named place"] = float(known.type == "place" and known.proper)
    found["number differs"] = float(plural != (given.mention.number == "plural"))
    return found


def ranks(order: Sequence[Seen]) -> list[Features]:
    """For the last mentions of all candidates, in the candidates' order: how many came after each."""
    latest = sorted(range(len(order)), key=lambda n: (-order[n].back, order[n].mention.span.start))[::-1]
    place = {n: r for r, n in enumerate(latest)}
    return [{"latest": float(place[n] == 0), "rank": 1.0 / (1 + place[n])} for n in range(len(order))]

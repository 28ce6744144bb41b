"""What speaks for and against an entity as what a third-person pronoun means: named figures, which `ranker` weighs.

Knows entities in view, the present parse and word vectors. Weighs nothing and chooses nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from nlp import ranker
from nlp.agreement import FORMS, Form, personhood, profile
from nlp.kinds import is_kind
from nlp.known import Known, Seen
from nlp.mention_features import fields
from nlp.pronouns import clause_mates, governing_verb, is_reflexive, own_subject
from nlp.ranker import Features
from nlp.selection import likeness, slot
from nlp.syntax import Tree
from nlp.types import Lexicon, Mention, Token

_ABSTRACT = frozenset({"money", "number", "phone", "email", "address", "code"})
_WEAK_HEADS = frozenset({"name", "kind", "sort", "bit", "lot", "way", "rest", "time", "thank", "number", "side", "end", "moment", "favor"})
_EXPLETIVE_REACH = 4  # tokens before a verb among which its "there" is looked for: "there will also be"
_LATEST = 8  # of its mentions those from which the one that speaks most for the entity is taken
_LEAST = -5.0  # log-probability of agreement below which an entity is no candidate
_LEAST_PERSON = math.log(0.02)  # … for "he" and "she": things have .01 at most, men that are called "she" .03


@dataclass(frozen=True)
class Asked:
    """The pronoun that is to be understood, with what its sentence says of it."""

    mention: Mention
    form: Form | None  # None for "this" and the like
    tree: Tree
    lexicon: Lexicon
    verb: tuple[str, str] | None
    subject: int | None  # head of the subject that a reflexive goes back to
    owner: int | None  # head of the subject whose something a possessive most likely speaks of
    paired: bool  # another pronoun of its form is an argument of the same sentence: "he" with "him"

    @property
    def family(self) -> str:
        return family_of(self.mention)


def family_of(mention: Mention) -> str:
    """The pronouns that share their weights with this one."""
    return {"he": "he_she", "she": "he_she", "it": "it", "they": "they", None: "that"}[FORMS.get(mention.head_lemma)]


def asked(tree: Tree, lexicon: Lexicon, mention: Mention, beside: Sequence[Mention]) -> Asked:
    """beside: the mentions of the pronoun's sentence and of those next to it."""
    subject = own_subject(tree, mention) if is_reflexive(mention) else None
    owner = own_subject(tree, mention) if mention.role == "possessor" else None
    form = FORMS.get(mention.head_lemma)
    return Asked(mention, form, tree, lexicon, governing_verb(tree, mention), subject, owner, is_paired(tree, mention, beside))


def is_paired(tree: Tree, mention: Mention, beside: Sequence[Mention]) -> bool:
    """ "He never told him why": two pronouns of one form, arguments of one verb, mean two."""
    form = FORMS.get(mention.head_lemma)
    same = {m.head for m in beside if m.sentence == mention.sentence and FORMS.get(m.head_lemma) == form and not is_reflexive(m)}
    return mention.role != "possessor" and not same.isdisjoint(clause_mates(tree, mention.head))


def features(given: Asked, known: Known, places: Sequence[Seen]) -> Features | None:
    """places: where the entity was mentioned before the pronoun, oldest first. None for what agreement rules out."""
    fit = _fit(known, given)
    if fit < (_LEAST_PERSON if given.form in ("he", "she") and not _is_called_living(known) else _LEAST):
        return None
    return {
        "fit": fit,
        **max((_place(given, s) for s in places[-_LATEST:]), key=lambda found: ranker.score(given.family, found)),
        **_pair(given, places),
        **_chain(given, places),
        **_meaning(given, known),
        **_kind(given, known),
        **_called(given, known),
    }


def _is_called_living(known: Known) -> bool:
    """ "My dog pirate": a noun of persons or animals among its words."""
    return any(fields().types.get(word) in ("person", "animal") for word in known.name.lower().split())


def _fit(known: Known, given: Asked) -> float:
    """Log-probability of the pronoun's form for the entity; for "this" and "those", of being no person."""
    if given.form is None:
        person = personhood(known, given.lexicon)
        return math.log(max(1e-3, person if _is_called_person(given) else 1 - person))
    share = profile(known, given.lexicon)[given.form]
    return math.log(share if given.form in ("it", "they") else min(share, 0.6))  # what names tell of he and she is never quite sure


def _place(given: Asked, last: Seen) -> Features:
    """Where the entity was mentioned last, as what."""
    mention = given.mention
    there = last.mention.role == "attribute" and given.form not in ("he", "she") and _is_there(last)
    role = "object" if there else role_of(last)  # what there is, as what somebody has
    found = {f"role {role}": 1.0, f"role {mention.role} after {role}": 1.0}
    if last.back == 0:
        gap = mention.sentence - last.mention.sentence
        found |= {"sentences": float(min(gap, 6)), "words": min(math.sqrt(max(0, mention.head - last.mention.head)), 8.0)}
        if role == "other" and gap == 0 and last.mention.kind == "nominal":
            found["hangs in front"] = 1.0
    else:
        behind = len(last.parse.sentences) - 1 - last.mention.sentence if last.parse.sentences else 0
        found |= {"turns": float(min(last.back, 12)), "behind": float(min(behind, 3)), "ahead": float(min(mention.sentence, 3))}
    if not last.same_session:
        found["other session"] = 1.0
    return found


def _pair(given: Asked, places: Sequence[Seen]) -> Features:
    """Two pronouns stand as the two did that they mean."""
    last = places[-1]
    if not given.paired or last.back == 0:
        return {}
    return {"stood alike" if (role_of(last) == "subject") == (given.mention.role == "subject") else "stood otherwise": 1.0}


def role_of(seen: Seen) -> str:
    """A member of a group stands where the group does."""
    if seen.mention.role != "conjunct":
        return seen.mention.role
    inside = takewhile(lambda m: m.sentence >= seen.mention.sentence - 1, reversed(seen.parse.mentions[: seen.mention.index]))
    group = next((m for m in [*inside][::-1] if seen.mention.index in m.members), None)
    return group.role if group else "other"


def _is_there(seen: Seen) -> bool:
    """ "There's a smell in the basement": said to be there."""
    verb = seen.parse.tokens[seen.mention.head].head
    before = (t for t in reversed(seen.parse.tokens[max(0, verb - _EXPLETIVE_REACH) : verb]))
    return any(t.dep == "expl" and t.head == verb for t in before)


def _chain(given: Asked, places: Sequence[Seen]) -> Features:
    """How the entity has been spoken of so far."""
    last = places[-1].mention
    found = {"mentions": float(min(len(places), 4))}
    if last.kind == "pronoun" and FORMS.get(last.head_lemma) == given.form and places[-1].back <= 1:
        found["same pronoun just now"] = 1.0
    if given.subject is not None:
        own = any(s.back == 0 and s.mention.head == given.subject for s in places)
        found["own subject" if own else "not own subject"] = 1.0
    if given.owner is not None and any(s.back == 0 and s.mention.head == given.owner for s in places):
        found["owner acts"] = 1.0
    return found


def _meaning(given: Asked, known: Known) -> Features:
    person = None if given.form == "it" else personhood(known, given.lexicon)
    return slot(given.verb, known, person) | {"verb near": likeness(given.lexicon, given.verb, known)}


def _predicate(given: Asked) -> Token | None:
    """The noun that the pronoun is said to be: "cousin" of "that's my cousin"; "it's 100 milligrams" tells how much, "it's my cousin's"
    whose."""
    if given.mention.role != "subject":
        return None
    tree = given.tree
    noun = tree.child(tree.tokens[given.mention.head].head, "attr")
    if noun is None or tree.child(noun, "nummod", "case") is not None or tree.tokens[noun].pos != "NOUN":
        return None
    return tree.tokens[noun]


def _is_called_person(given: Asked) -> bool:
    noun = _predicate(given)
    return noun is not None and fields().types.get(noun.lemma.lower()) == "person"


def _called(given: Asked, known: Known) -> Features:
    """ "It's the ring that she lost": what is said to be a ring was called one, or what is one."""
    noun = _predicate(given)
    word = noun.lemma.lower() if noun is not None else ""
    return {"called so": 1.0} if word and (word in known.heads or any(is_kind(h, word) == 1.0 for h in known.heads)) else {}


def _kind(given: Asked, known: Known) -> Features:
    plural = known.number == "plural" or bool(known.members)
    return {
        "abstract": float(known.type in _ABSTRACT),
        "weak noun": float(bool(known.heads) and known.heads <= _WEAK_HEADS),
        "named place": float(known.type == "place" and known.proper),
        "number differs": float(plural != (given.mention.number == "plural")),
    }

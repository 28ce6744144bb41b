"""Which third-person pronouns an entity answers to. Knows entities; nothing of a sentence."""

from dataclasses import replace
from typing import Literal

from nlp.agreement_model import Facts, predict
from nlp.function_words import ANYBODY, SOMEBODY
from nlp.known import Known
from nlp.names import given_gender, name_words
from nlp.types import Lexicon

Form = Literal["he", "she", "it", "they"]
Profile = dict[Form, float]

FORMS: dict[str, Form] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "he"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "she"),
    **dict.fromkeys(("it", "its", "itself"), "it"),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves", "themself", "both"), "they"),
}
COLLECTIVE = frozenset(
    {"family", "team", "crew", "couple", "group", "band", "staff", "committee", "police", "class", "audience", "crowd", "party"}
)

_BY_TYPE: dict[str, Profile] = {
    "person": {"he": 0.445, "she": 0.445, "it": 0.002, "they": 0.108},
    "animal": {"he": 0.22, "she": 0.22, "it": 0.5, "they": 0.06},
    "organisation": {"he": 0.01, "she": 0.01, "it": 0.45, "they": 0.53},
}
_GENDERED: dict[str, Profile] = {
    "m": {"he": 0.935, "she": 0.002, "it": 0.003, "they": 0.06},
    "f": {"he": 0.002, "she": 0.935, "it": 0.003, "they": 0.06},
    "n": {"he": 0.005, "she": 0.005, "it": 0.95, "they": 0.04},
}
_CALLED: dict[str, Profile] = {
    "m": {"he": 0.886, "she": 0.03, "it": 0.004, "they": 0.08},
    "f": {"he": 0.03, "she": 0.886, "it": 0.004, "they": 0.08},
}
_SOMEBODY: Profile = {"he": 0.25, "she": 0.25, "it": 0.002, "they": 0.498}  # of whom it is not known who it is
_ANYBODY: Profile = {"he": 0.04, "she": 0.04, "it": 0.002, "they": 0.918}
_PLURAL: Profile = {"he": 0.003, "she": 0.003, "it": 0.02, "they": 0.97}
_COLLECTIVE: Profile = {"he": 0.005, "she": 0.005, "it": 0.39, "they": 0.6}
_LABELLED: Profile = {"he": 0.06, "she": 0.06, "it": 0.5, "they": 0.38}  # one word, taken for a firm or a town: often a pet or a person
_NAMED: Profile = {"he": 0.25, "she": 0.25, "it": 0.4, "they": 0.1}
_THING: Profile = {"he": 0.002, "she": 0.002, "it": 0.976, "they": 0.02}


def profile(known: Known, lexicon: Lexicon) -> Profile:
    """P(he), P(she), P(it), P(they) for the entity; sums to 1. Words that tell come first, then what the vectors of its names say."""
    if known.members or (known.number == "plural" and known.gender is None):
        return _PLURAL
    if known.gender is not None and not (known.gender == "n" and known.type in ("person", "animal", "organisation")):
        return _GENDERED[known.gender]
    if not known.heads and known.name.lower() in ANYBODY:
        return _SOMEBODY if known.name.lower() in SOMEBODY else _ANYBODY
    if known.heads & COLLECTIVE:
        return _COLLECTIVE
    if known.proper and known.type in ("person", "thing") and (given := given_gender(known.name)) is not None:
        return _CALLED[given]
    if known.proper and known.type in ("organisation", "place") and len(name_words(known.name)) == 1:
        return _LABELLED
    rule = _BY_TYPE.get(known.type) or (_NAMED if known.proper and known.type == "thing" else _THING)
    lean = _leaning(known, lexicon)
    return rule if lean is None else _blended(rule, lean, sure=0.3 if known.type == "thing" and known.proper else 0.8)


def personhood(known: Known, lexicon: Lexicon) -> float:
    """How likely the entity, or each member of it, is a person."""
    if known.type == "person" or known.gender in ("m", "f"):
        return 1.0
    if known.type not in ("thing", "organisation", "animal"):
        return 0.0
    shares = profile(replace(known, members=(), number="singular"), lexicon)
    return min(1.0, shares["he"] + shares["she"] + (0.5 if known.type == "organisation" else 0.0))


def _leaning(known: Known, lexicon: Lexicon) -> Profile | None:
    """The model's view, averaged over the last phrases that the entity was called by. Roles ("mechanic") say nothing of he or she."""
    called = [s.facts for s in [s for s in known.seen if not s.is_pronoun][-3:]]
    if not called and known.proper and known.type in ("person", "thing"):
        called = [_by_name(known)]
    if not called:
        return None
    named = [c for c in called if c.name] or called
    he, she, it, they = (sum(p) / len(named) for p in zip(*(predict(c, lexicon) for c in named), strict=True))
    if not named[0].name:
        he = she = (he + she) / 2
    return {"he": he, "she": she, "it": it, "they": they}


def _by_name(known: Known) -> Facts:
    words = name_words(known.name)
    entity = "PERSON" if known.type == "person" else ""
    return Facts(words[-1], words[0], entity, known.type, "", "", plural=False, name=True, definiteness="definite", group=False)


def _blended(rule: Profile, lean: Profile, *, sure: float) -> Profile:
    """A weighted geometric mean; within a kind (he or she) the leaning decides."""
    mixed: Profile = {form: rule[form] ** sure * max(lean[form], 0.01) ** (1 - sure) for form in rule}
    people, split = mixed["he"] + mixed["she"], lean["he"] + lean["she"]
    mixed["he"], mixed["she"] = people * lean["he"] / split, people * lean["she"] / split
    total = sum(mixed.values())
    return {form: share / total for form, share in mixed.items()}

"""Which third-person pronouns an entity answers to. Knows entities; nothing of a sentence."""

from typing import Literal

from nlp.known import Known

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
    "person": {"he": 0.44, "she": 0.44, "it": 0.01, "they": 0.11},
    "animal": {"he": 0.22, "she": 0.22, "it": 0.5, "they": 0.06},
    "organisation": {"he": 0.01, "she": 0.01, "it": 0.45, "they": 0.53},
}
_GENDERED: dict[str, Profile] = {
    "m": {"he": 0.93, "she": 0.002, "it": 0.01, "they": 0.06},
    "f": {"he": 0.002, "she": 0.93, "it": 0.01, "they": 0.06},
    "n": {"he": 0.005, "she": 0.005, "it": 0.95, "they": 0.04},
}
_PLURAL: Profile = {"he": 0.003, "she": 0.003, "it": 0.02, "they": 0.97}
_COLLECTIVE: Profile = {"he": 0.005, "she": 0.005, "it": 0.39, "they": 0.6}
_NAMED: Profile = {"he": 0.25, "she": 0.25, "it": 0.4, "they": 0.1}
_THING: Profile = {"he": 0.01, "she": 0.01, "it": 0.93, "they": 0.05}


def profile(known: Known) -> Profile:
    """P(he), P(she), P(it), P(they) for the entity; sums to 1."""
    if known.members or (known.number == "plural" and known.gender is None):
        return _PLURAL
    if known.gender is not None and not (known.gender == "n" and known.type in ("person", "animal", "organisation")):
        return _GENDERED[known.gender]
    if known.heads & COLLECTIVE:
        return _COLLECTIVE
    if known.type in _BY_TYPE:
        return _BY_TYPE[known.type]
    return _NAMED if known.proper and known.type == "thing" else _THING

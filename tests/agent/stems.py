"""Words compared by their stems, for tests that care for content and not for wording."""

import re
from collections.abc import Iterable

from tests.conversations.expectations import plain

LITTLE = frozenset(
    (
        *("a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "from", "and", "or", "this", "that"),
        *("my", "our", "your", "his", "her", "their", "its"),
    )
)
IRREGULAR = {
    form: base
    for base, forms in {
        "be": "am is are was were been being 's 're",
        "have": "has had having 've got",
        "go": "goes went gone",
        "buy": "bought",
        "break": "broke broken",
        "come": "came",
        "fall": "fell fallen",
        "find": "found",
        "get": "got gets",
        "give": "gave given",
        "leave": "left",
        "lose": "lost",
        "pay": "paid",
        "say": "said says",
        "see": "saw seen",
        "send": "sent",
        "steal": "stole stolen",
        "take": "took taken",
        "teach": "taught",
        "tell": "told",
        "think": "thought",
        "wear": "wore worn",
    }.items()
    for form in (base, *forms.split())
}


def stem(word: str) -> str:
    """Without case ending, plural, tense; irregular verbs by their infinitive."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    bare = re.sub(r"'s$|'$", "", word)
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if bare.endswith(ending) and len(bare) - len(ending) >= 3 and not bare.endswith("ss"):
            bare = bare[: -len(ending)] + instead
            break
    bare = re.sub(r"([bdglmnprt])\1$", r"\1", bare)
    return bare[:-1] if bare.endswith("e") and len(bare) > 3 else bare


def words(text: object) -> frozenset[str]:
    """Stems; numbers without thousands' commas and signs of currency."""
    bare = re.sub(r"(?<=\d),(?=\d{3})", "", plain(text)).replace("_", " ")
    bare = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", bare)
    return frozenset(stem(each.strip(".-:")) for each in re.findall(r"[a-z0-9][\w'.:-]*|'s|'re|'ve", bare))


def content(text: object) -> frozenset[str]:
    """Stems of the words that say something by themselves."""
    return words(text) - LITTLE


def within(part: Iterable[str], whole: frozenset[str]) -> bool:
    """Whether each of the stems is there, or one that begins alike ("vaccinat", "vaccination")."""
    return all(any(a == b or (len(a) > 4 and len(b) > 4 and (a.startswith(b) or b.startswith(a))) for b in whole) for a in part)

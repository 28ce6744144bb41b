"""Which words of a fact are the wrong ones, and which give way to which when it is put right. Pure.

Knows a fact and the parts that a turn names; not which of the facts is meant.
"""

import re
from dataclasses import replace
from difflib import SequenceMatcher

from graph.content import content_words
from graph.correction_parts import Part
from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.restating import Swap
from nlp.number_words import numeral
from nlp.types import Span

STATED = -3000  # of the clause numbers of facts that are told anew


def core(said: str) -> str:
    """Without the determiner."""
    return re.sub(r"^(?:a|an|the|my|our|your|his|her|their)\s+", "", said, flags=re.IGNORECASE)


def has_words(fact: Fact | Draft, wrong: Part) -> bool:
    """Whether the fact says what is said to be wrong."""
    if wrong.kind == "clock":
        return any(_clock(v) == _clock(wrong.value) for v in (fact.when, fact.value) if v and "T" in v)
    if wrong.kind == "day":
        return any((v or "")[:10] == (wrong.value or "-")[:10] for v in (fact.when, fact.value))
    if wrong.entity is not None and wrong.entity in (fact.object, fact.subject):
        return True
    counted = numeral(wrong.said)
    if counted and len(wrong.said.split()) > 1:  # "35 boxes", also as what the fact is about; "two roses" of "two dozen roses"
        words = set(core(wrong.said).lower().split())
        return words <= set(re.findall(r"[\w'-]+", fact.text.lower())) and counted in numerals(fact.text)
    return re.search(rf"(?<!\w){re.escape(core(wrong.said).lower())}(?!\w)", fact.said.lower()) is not None


def numerals(words: str) -> list[str]:
    """The words and figures for numbers, in order."""
    return [w for w in re.findall(r"[\w'.,-]*\w", words) if numeral(w) == w]


def _clock(value: str | None) -> str:
    return (value or "").partition("T")[2][:5]


def is_doer(heard: Heard, fact: Fact, wrong: Part | None, right: Part) -> bool:
    """Whether it is the subject of the fact that gives way: somebody else does it."""
    doer = heard.entity(fact.subject)
    if right.entity is None or doer is None or fact.role in ("possession", "name"):
        return False
    if wrong is not None:
        return wrong.entity == fact.subject and wrong.entity != fact.object
    thing = heard.entity(fact.object)
    return right.kind == "person" and doer.type == "person" and doer.id != heard.speaker and (thing is None or thing.type != "person")


def swap_of_parts(heard: Heard, fact: Fact, wrong: Part | None, right: Part) -> Swap:
    """Which words of a stored fact give way to which, those of who does it among them."""
    doer = heard.entity(fact.subject)
    if doer is None or not is_doer(heard, fact, wrong, right):
        return swap_in(fact, wrong, right)
    called = sorted({doer.name, *doer.aliases, *doer.heads}, key=len, reverse=True)
    names = "|".join(re.escape(name) for name in called)
    longest = max((m[0] for m in re.finditer(rf"\b(?:(?:{names})(?: (?={names})|\b))+", fact.text)), key=len, default=doer.name)
    return Swap(longest, _called(heard, right))


def _called(heard: Heard, right: Part) -> str:
    """By noun and name, where the noun says who it is: "uncle Fritz"."""
    entity, said = heard.entity(right.entity), core(right.said)
    noun = (
        next((h for h in entity.heads if h not in said.lower() and h == h.lower()), None) if entity is not None and entity.owner else None
    )
    return f"{noun} {said}" if noun and said[:1].isupper() and noun != said.lower() else said


def swap_in(fact: Fact | Draft, wrong: Part | None, right: Part) -> Swap:
    """Which words of the fact give way to which."""
    old = core(wrong.said) if wrong is not None and core(wrong.said).lower() in fact.text.lower() else fact.said
    counted = wrong is not None and numeral(wrong.said) and numeral(right.said) and right.kind == "number"
    if wrong is not None and (wrong.kind == "number" or counted) and numeral(right.said):
        return Swap(numeral(wrong.said if counted else old) or old, numeral(right.said) or right.said)
    at = fact.text.lower().find(old.lower())
    old = fact.text[at : at + len(old)] if at >= 0 else old
    new = right.said
    if right.kind in ("number", "code") and (group := _group_like(right.said, old)) is not None:
        return Swap(group, right.said)
    named = right.spelled or (fact.predicate == "name" and right.said in old.split())  # "It's Villanueva with a V, people write a B"
    if named and (word := _word_like(right.said, old)) is not None:
        return Swap(word, right.said)
    if right.kind == "number" and (count := numeral(old)) is not None:
        return Swap(count, numeral(new) or new)
    if right.head == "one" and right.modifiers:
        words = old.split()
        return Swap(old, " ".join([*words[: -1 - len(right.modifiers)], *right.modifiers, words[-1]]))
    keeps = re.match(r"(?:the|a|an|my|our|your)\s", old, re.IGNORECASE)
    return Swap(old, new if keeps else _without_rest(core(new), fact.text[at + len(old) :] if at >= 0 else ""))


def _word_like(name: str, old: str) -> str | None:
    """ "Smith" of "Dana Smyth": the part of a longer name that it is the most like, in letters."""
    parts = old.split() if " " not in name and old[:1].isupper() else []
    return max(parts, key=lambda part: SequenceMatcher(None, part.lower(), name.lower()).ratio()) if len(parts) > 1 else None


def _group_like(digits: str, old: str) -> str | None:
    """ "4429" of "512-555-4492": the group of a number, of as many digits, that it is the most like; the last of those."""
    groups = re.findall(r"\d+", old)
    alike = [g for g in groups if len(g) == len(digits)] if len(groups) > 1 and digits.isdecimal() else []
    return max(reversed(alike), key=lambda g: SequenceMatcher(None, g, digits).ratio(), default=None)


def _without_rest(new: str, rest: str) -> str:
    """ "Epson" of "Epson printer", where "printer" stands after the old word anyway."""
    words, after = new.split(), re.findall(r"[\w'-]+", rest)
    for n in range(1, len(words)):
        if [w.lower() for w in words[n:]] == [w.lower() for w in after[: len(words) - n]]:
            return " ".join(words[:n])
    return new


def with_words(draft: Draft, swap: Swap) -> Draft:
    """The draft with other words in it."""
    gone, come = set(content_words(swap.old)), content_words(swap.new)
    lemmas = tuple(dict.fromkeys([*(w for w in draft.lemmas if w not in gone), *come]))
    return replace(draft, text=swap.of(draft.text), told=swap.of(draft.told), said=swap.of(draft.said), lemmas=lemmas)


def told_again(heard: Heard, fact: Fact, relation: int) -> Draft:
    """The stored fact as this turn tells it again, in its place."""
    return Draft(
        subject=fact.subject, predicate=fact.predicate, object=fact.object, value=fact.value, value_type=fact.value_type, role=fact.role,
        relation=relation, span=heard.evidence(Span(0, len(heard.parse.text))), text=fact.text, told=fact.told, said=fact.said,
        modality=fact.modality, said_by=heard.speaker, tense=fact.tense, lemmas=fact.lemmas, when=fact.when,
        cues=frozenset({"correction"}), instead_of=fact.id,
    )  # fmt: skip

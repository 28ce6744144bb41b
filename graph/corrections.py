"""What a turn puts right of what was said before: the fact that is meant, told anew with the right words in it. Pure.

Knows what was denied and what stands in its place (`graph.correction_parts`), this turn's drafts and the stored facts.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from graph.content import content_words
from graph.correction_parts import Kind, Part, is_choice, is_talk, numeral, pairs, was_said
from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.new_names import called_anew
from graph.restating import Swap
from graph.rivals import Signals
from nlp.number_words import number_of
from nlp.types import Span

_LATELY = 4  # turns with facts that words without what was wrong may put right
_LEFT = re.compile(r"^\W*but\s+", re.IGNORECASE)  # of "Not Gerald but Gustav …" without what it was not
_STATED = -3000  # of the clause numbers of facts that are told anew
_TIMES: dict[str, tuple[Kind, ...]] = {"date": ("day",), "datetime": ("clock", "day"), "duration": ("duration",)}
_LOOSE = ("thing", "name", "place", "person")


def put_right(heard: Heard, found: Sequence[Draft], known: Collection[Fact]) -> list[Draft]:
    """The drafts without talk of what was said, and with what the turn puts right."""
    said = Signals.of(heard.turn.text)
    talk = {r.index for r in heard.parse.relations if is_talk(r) or (said.strong and was_said(r))}
    kept = [_instead(heard, said, d, known) for d in called_anew(heard, said, found, known) if d.relation not in talk]
    for wrong, right in pairs(heard, said):
        if wrong is not None and wrong.entity is not None and wrong.entity == right.entity:  # two things that were taken for one
            kept = [_in_words(d, right) if d.object == right.entity and right.said in d.said else d for d in kept]
            right = replace(right, entity=None)  # noqa: PLW2901
        if wrong is not None:
            kept = [_without(d, wrong) for d in kept if _core(d.said).lower() != _core(wrong.said).lower() or d.polarity == "negative"]
        sure = [d for d in kept if _is_sure(heard, d, wrong, right, known)]
        told = [d for d in sure if _tells(d, right)]
        if told:
            kept = [_in_place_of(heard, d, wrong, known) if d in told and wrong is not None else d for d in kept]
            continue
        here, before = _righted_here(kept, wrong, right), _righted(heard, wrong, right, known)
        if here or before:
            kept = here or [*(d for d in kept if d in sure or not _tells(d, right)), *before]
    return kept


def _in_words(draft: Draft, right: Part) -> Draft:
    return replace(draft, object=None, value=right.said, value_type="text", said=right.said)


def _without(draft: Draft, wrong: Part) -> Draft:
    """ "… on Wednesday, not on Tuesday": told without what it was not."""
    denial = re.compile(
        rf"[,;]?\s*(?:and |but )?not (?:(?:on|in|at|to|a|an|the|by|for|from) ){{0,2}}{re.escape(_core(wrong.said))}(?!\w)", re.IGNORECASE
    )
    if draft.polarity == "negative" or not denial.search(draft.text):
        return draft
    gone = set(content_words(wrong.said))
    text, told = (_LEFT.sub("", denial.sub("", words)) for words in (draft.text, draft.told))
    return replace(draft, text=text, told=told, said=denial.sub("", draft.said),
                   lemmas=tuple(w for w in draft.lemmas if w not in gone))  # fmt: skip


def _in_place_of(heard: Heard, draft: Draft, wrong: Part, known: Collection[Fact]) -> Draft:
    """A clause that tells what is right takes the place of the one that told what is wrong."""
    for fact in reversed([f for f in known if f.retracted_at is None and f.valid_to is None and f.turn != heard.turn.id]):
        same = fact.predicate == draft.predicate and (fact.subject == draft.subject or fact.object == draft.object is not None)
        if same and fact.role == draft.role and _has(fact, wrong):
            return replace(draft, instead_of=fact.id, cues=draft.cues | {"correction"})
    return draft


def _is_sure(heard: Heard, draft: Draft, wrong: Part | None, right: Part, known: Collection[Fact]) -> bool:
    """Of a clause that says by itself what it is about, and nothing but what is right."""
    if draft.relation < 0 or (draft.predicate == "is" and draft.value_type != "money") or draft.predicate.startswith("asks_to_let"):
        return False
    if wrong is not None and "not" in draft.said.lower() and _core(wrong.said).lower() in draft.said.lower():
        return False
    relation = heard.parse.relations[draft.relation] if draft.relation < len(heard.parse.relations) else None
    if right.clause != draft.relation or relation is None or not is_choice(relation):
        return True
    return any(f.subject == draft.subject and f.predicate == draft.predicate for f in known)


def _tells(draft: Draft, right: Part) -> bool:
    return right.said.lower() in draft.said.lower() or (right.value is not None and right.value in (draft.value, draft.when))


def _instead(heard: Heard, said: Signals, draft: Draft, known: Collection[Fact]) -> Draft:
    """A clause that puts another right by itself: who else does the same; how many of what was counted before."""
    signalled = said.strong or said.weak or bool(draft.cues & {"instead", "correction"})
    if not signalled or draft.relation < 0 or draft.polarity == "negative" or draft.modality != "asserted":
        return draft
    open_ones = [f for f in known if f.retracted_at is None and f.valid_to is None and f.turn != heard.turn.id and f.polarity == "positive"]
    for fact in reversed(open_ones):
        if fact.predicate != draft.predicate or fact.role != draft.role:
            continue
        if fact.object == draft.object is not None and fact.subject != draft.subject and draft.role == "object":
            return replace(draft, instead_of=fact.id)
        counted = numeral(draft.said) == draft.said and len(fact.said.split()) > 1
        if fact.subject == draft.subject and counted and (old := numeral(fact.said)):
            whole = _with_words(_anew(heard, fact, draft.relation), Swap(old, draft.said))
            return replace(whole, lemmas=(*whole.lemmas, *draft.lemmas))
    return draft


# in this turn


def _righted_here(found: Sequence[Draft], wrong: Part | None, right: Part) -> list[Draft]:
    """The drafts with a slip of this very turn put right; none where it is no slip of this turn."""
    before = [d for d in found if d.span.end <= right.span.start and d.relation >= 0 and d.polarity == "positive"]
    target = next((d for d in reversed(before) if _is_meant(d, wrong, right)), None)
    if target is None:
        return []
    swap = _swap(target, wrong, right)
    return [_in_place(d, swap, right, whole=d is target) if d.relation == target.relation else d for d in found]


def _in_place(draft: Draft, swap: Swap, right: Part, *, whole: bool) -> Draft:
    new = _with_words(draft, swap)
    return replace(new, object=right.entity, **_value(draft, new.said, right)) if whole else new  # pyright: ignore[reportArgumentType]


# in what was said before


def _righted(heard: Heard, wrong: Part | None, right: Part, known: Collection[Fact]) -> list[Draft]:
    open_ones = [
        f
        for f in known
        if f.retracted_at is None and f.turn != heard.turn.id and (f.valid_to is None or f.valid_to > heard.turn.at or f.tense == "past")
    ]
    own = [f for f in open_ones if f.said_by in (heard.speaker, None) and f.polarity == "positive"]
    if wrong is None:
        lately = list(dict.fromkeys(f.turn for f in reversed(own)))[:_LATELY]
        own = [f for f in own if f.turn in lately]
    meant = [f for f in reversed(own) if _is_meant(f, wrong, right) or _is_doer(heard, f, wrong, right)]
    named = [f for f in meant if right.head and right.head in f.said.lower()]
    told = [f for f in meant if (f.predicate == "name") == right.spelled] or [f for f in meant if f.role not in ("possession", "name")]
    told = [f for f in told if right.spelled or f.role not in ("possession", "name")]
    target = next(iter(named or told or meant), None)
    if target is None or (right.entity == target.subject and not right.alone):
        return []
    swap = _swap_in(heard, target, wrong, right)
    return [
        _told_anew(heard, f, target, swap, right) for f in [target, *(f for f in open_ones if f.id != target.id and _goes_with(f, target))]
    ]


def _goes_with(fact: Fact, target: Fact) -> bool:
    """Whether it was said in the same breath: of the same clause, or of the same turn and with the same value."""
    same = fact.value is not None and fact.value == target.value
    named = target.object is not None and target.object in (fact.subject, fact.object) and (fact.role in ("possession", "name"))
    return fact.turn == target.turn and (fact.clause == target.clause or same or named)


def _is_doer(heard: Heard, fact: Fact, wrong: Part | None, right: Part) -> bool:
    """Whether it is the subject of the fact that gives way: somebody else does it."""
    doer = heard.entity(fact.subject)
    if right.entity is None or doer is None or fact.role in ("possession", "name"):
        return False
    if wrong is not None:
        return wrong.entity == fact.subject and wrong.entity != fact.object
    thing = heard.entity(fact.object)
    return right.kind == "person" and doer.type == "person" and doer.id != heard.speaker and (thing is None or thing.type != "person")


def _is_meant(fact: Fact | Draft, wrong: Part | None, right: Part) -> bool:
    """Whether the fact has the wrong words, or words of the kind of the right ones where it is not said which were wrong."""
    if wrong is not None:
        return _has(fact, wrong)
    if (
        not fact.said
        or (fact.role == "possession" and (fact.predicate == "has" or right.kind not in ("name", "person")))
        or (fact.role == "name" and right.kind not in ("name", "person"))
    ):
        return False
    if _is_time(right):
        return right.kind in _TIMES.get(fact.value_type or "", ()) and fact.role != "none"
    if right.kind in ("number", "code"):
        return fact.value_type in ("number", "code", "phone") or (right.kind == "number" and numeral(fact.said) is not None)
    if right.kind in ("phone", "email", "money", "address"):
        return fact.value_type == right.kind
    same_noun = bool(right.head) and re.search(rf"\b{re.escape(right.head)}s?\b", fact.said.lower()) is not None
    words = fact.value_type in (None, "text")
    return same_noun or (words and ((right.head == "one" and fact.role == "object") or _stands_for(fact, right)))


def _stands_for(fact: Fact | Draft, right: Part) -> bool:
    """Whether a name or a thing may stand where the fact has its own: a name for a name, a plain noun for a plain noun."""
    name = fact.said[:1].isupper() or bool(re.match(r"(?:a|an|the) [A-Z]", fact.said))
    new = right.said[:1].isupper() or bool(re.match(r"(?:a|an|the) [A-Z]", right.said))
    return fact.role not in ("adverb", "complement", "when", "none") and name == new


def _has(fact: Fact | Draft, wrong: Part) -> bool:
    if wrong.kind == "clock":
        return any(_clock(v) == _clock(wrong.value) for v in (fact.when, fact.value) if v and "T" in v)
    if wrong.kind == "day":
        return any((v or "")[:10] == (wrong.value or "-")[:10] for v in (fact.when, fact.value))
    if wrong.entity is not None and wrong.entity in (fact.object, fact.subject):
        return True
    return re.search(rf"(?<!\w){re.escape(_core(wrong.said).lower())}(?!\w)", fact.said.lower()) is not None


def _clock(value: str | None) -> str:
    return (value or "").partition("T")[2][:5]


def _core(said: str) -> str:
    return re.sub(r"^(?:a|an|the|my|our|your|his|her|their)\s+", "", said, flags=re.IGNORECASE)


def _swap(fact: Fact | Draft, wrong: Part | None, right: Part) -> Swap:
    """Which words of the fact give way to which."""
    old = _core(wrong.said) if wrong is not None and _core(wrong.said).lower() in fact.text.lower() else fact.said
    if wrong is not None and wrong.kind == "number" and numeral(right.said):
        return Swap(numeral(old) or old, numeral(right.said) or right.said)
    at = fact.text.lower().find(old.lower())
    old = fact.text[at : at + len(old)] if at >= 0 else old
    new = right.said
    if right.kind == "number" and (count := numeral(old)) is not None:
        return Swap(count, numeral(new) or new)
    if right.head == "one" and right.modifiers:
        words = old.split()
        return Swap(old, " ".join([*words[: -1 - len(right.modifiers)], *right.modifiers, words[-1]]))
    keeps = re.match(r"(?:the|a|an|my|our|your)\s", old, re.IGNORECASE)
    return Swap(old, new if keeps else _core(new))


def _with_words(draft: Draft, swap: Swap) -> Draft:
    gone, come = set(content_words(swap.old)), content_words(swap.new)
    lemmas = tuple(dict.fromkeys([*(w for w in draft.lemmas if w not in gone), *come]))
    return replace(draft, text=swap.of(draft.text), told=swap.of(draft.told), said=swap.of(draft.said), lemmas=lemmas)


def _value(fact: Fact | Draft, said: str, right: Part) -> dict[str, str | None]:
    """What the right words give as a value, where the fact has one."""
    if right.kind == "number" and (time := _as_time(fact, right.said)) is not None:
        return {"value": time, "when": time if fact.when == fact.value else fact.when}
    if _is_time(right):
        return {"value": right.value if fact.value is not None else None, "when": right.value if fact.when is not None else None}
    if right.entity is not None and right.kind in _LOOSE and fact.predicate != "name" and right.entity != fact.subject:
        return {"value": None, "value_type": None}
    return {"value": right.value if right.value and fact.value_type == right.kind else said, "value_type": fact.value_type or "text"}


def _as_time(fact: Fact | Draft, said: str) -> str | None:
    """A bare number in the place of a year or of an hour: "wrong year, it was 2017", "sorry, it's 7"."""
    value, number = fact.value or "", said.strip()
    if fact.value_type == "date" and re.fullmatch(r"\d{4}", value) and re.fullmatch(r"(?:19|20)\d\d", number):
        return number
    hour = (
        number_of(number) or (Decimal(number) if number.isdecimal() else None) if fact.value_type == "datetime" and "T" in value else None
    )
    if hour is None or not 1 <= hour <= 12 or hour != int(hour):
        return None
    at = datetime.fromisoformat(value)
    return at.replace(hour=int(hour) % 12 + (12 if at.hour >= 12 else 0)).isoformat()


def _swap_in(heard: Heard, fact: Fact, wrong: Part | None, right: Part) -> Swap:
    doer = heard.entity(fact.subject)
    if doer is None or not _is_doer(heard, fact, wrong, right):
        return _swap(fact, wrong, right)
    called = sorted({doer.name, *doer.aliases, *doer.heads}, key=len, reverse=True)
    return Swap(next((name for name in called if re.search(rf"\b{re.escape(name)}\b", fact.text)), doer.name), _core(right.said))


def _told_anew(heard: Heard, fact: Fact, target: Fact, swap: Swap, right: Part) -> Draft:
    """A fact of the clause that is put right: what the target's old value or doer was in it gives way."""
    new = _with_words(_anew(heard, fact, _STATED - right.span.start), swap)
    if swap.old not in target.said:
        return replace(new, subject=right.entity if right.entity and fact.subject == target.subject else fact.subject)
    if (fact.object, fact.value, fact.when) != (target.object, target.value, target.when) and swap.old not in fact.said:
        return replace(new, when=right.value if fact.when is not None and fact.when == target.when and _is_time(right) else new.when)
    if fact.object is not None and fact.object != target.object:
        return new
    thing = right.entity if right.kind in _LOOSE and fact.predicate != "name" and right.entity != fact.subject else None
    return replace(new, object=thing, **_value(fact, new.said, right))  # pyright: ignore[reportArgumentType]


def _is_time(part: Part) -> bool:
    return part.kind in ("clock", "day", "duration")


def _anew(heard: Heard, fact: Fact, relation: int) -> Draft:
    """The stored fact as this turn tells it again, in its place."""
    return Draft(
        subject=fact.subject, predicate=fact.predicate, object=fact.object, value=fact.value, value_type=fact.value_type, role=fact.role,
        relation=relation, span=heard.evidence(Span(0, len(heard.parse.text))), text=fact.text, told=fact.told, said=fact.said,
        modality=fact.modality, said_by=heard.speaker, tense=fact.tense, lemmas=fact.lemmas, when=fact.when,
        cues=frozenset({"correction"}), instead_of=fact.id,
    )  # fmt: skip

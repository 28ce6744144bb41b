"""What a turn puts right of what was said before: the fact that is meant, told anew with the right words in it. Pure.

Knows what was denied and what stands in its place (`graph.correction_parts`), this turn's drafts and the stored facts.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from graph.content import content_words
from graph.correction_parts import Kind, Part, is_choice, is_talk, pairs, was_said
from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.new_names import by_other_name, called_anew
from graph.restating import Swap
from graph.rivals import Signals, is_other_trade, tells_trade
from graph.word_swaps import STATED, core, has_words, is_doer, swap_in, swap_of_parts, told_again, with_words
from nlp.number_words import number_of, numeral

_LATELY = 4  # turns with facts that words without what was wrong may put right
_LEFT = re.compile(r"^\W*but\s+", re.IGNORECASE)  # of "Not Gerald but Gustav …" without what it was not
_TIMES: dict[str, tuple[Kind, ...]] = {"date": ("day",), "datetime": ("clock", "day"), "duration": ("duration",)}
_LOOSE = ("thing", "name", "place", "person")


def put_right(heard: Heard, found: Sequence[Draft], known: Collection[Fact]) -> list[Draft]:
    """The drafts without talk of what was said, and with what the turn puts right."""
    said = Signals.of(heard.turn.text)
    talk = {r.index for r in heard.parse.relations if is_talk(r) or (said.strong and was_said(r))}
    kept = [
        _instead(heard, said, _by_trade(heard, said, d, known), known)
        for d in called_anew(heard, said, found, known)
        if d.relation not in talk
    ]
    for wrong, right in pairs(heard, said):
        if wrong is not None and wrong.entity is not None and wrong.entity == right.entity:  # two things that were taken for one
            kept = [_in_words(d, right) if d.object == right.entity and right.said in d.said else d for d in kept]
            right = replace(right, entity=None)  # noqa: PLW2901
        if wrong is not None and (renamed := by_other_name(heard, wrong, right, known)):
            kept = [*(d for d in kept if right.entity not in (d.object, d.subject)), *renamed]
            continue
        if wrong is not None:
            kept = [_without(d, wrong) for d in kept if core(d.said).lower() != core(wrong.said).lower() or d.polarity == "negative"]
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
        rf"[,;]?\s*(?:and |but |so )?not (?:(?:on|in|at|to|a|an|the|by|for|from) ){{0,2}}{re.escape(core(wrong.said))}(?!\w)", re.IGNORECASE
    )
    if draft.polarity == "negative" or not denial.search(draft.text):
        return draft
    gone = set(content_words(wrong.said))
    text, told = (_LEFT.sub("", denial.sub("", words)) for words in (draft.text, draft.told))
    value = denial.sub("", draft.value) if draft.value is not None and draft.value_type == "text" else draft.value
    return replace(draft, text=text, told=told, said=denial.sub("", draft.said), value=value,
                   lemmas=tuple(w for w in draft.lemmas if w not in gone))  # fmt: skip


def _in_place_of(heard: Heard, draft: Draft, wrong: Part, known: Collection[Fact]) -> Draft:
    """A clause that tells what is right takes the place of the one that told what is wrong."""
    for fact in reversed([f for f in known if f.retracted_at is None and f.valid_to is None and f.turn != heard.turn.id]):
        same = fact.predicate == draft.predicate and (fact.subject == draft.subject or fact.object == draft.object is not None)
        if same and fact.role == draft.role and has_words(fact, wrong):
            return replace(draft, instead_of=fact.id, cues=draft.cues | {"correction"})
    return draft


def _is_sure(heard: Heard, draft: Draft, wrong: Part | None, right: Part, known: Collection[Fact]) -> bool:
    """Of a clause that says by itself what it is about, and nothing but what is right."""
    if draft.relation < 0 or (draft.predicate == "is" and draft.value_type != "money") or draft.predicate.startswith("asks_to_let"):
        return False
    if wrong is not None and "not" in draft.said.lower() and core(wrong.said).lower() in draft.said.lower():
        return False
    relation = heard.parse.relations[draft.relation] if draft.relation < len(heard.parse.relations) else None
    if right.clause != draft.relation or relation is None or not is_choice(relation):
        return True
    return any(f.subject == draft.subject and f.predicate == draft.predicate for f in known)


def _tells(draft: Draft, right: Part) -> bool:
    if draft.instead_of is not None and draft.subject == right.entity is not None:
        return True
    return right.said.lower() in draft.said.lower() or (right.value is not None and right.value in (draft.value, draft.when))


def _by_trade(heard: Heard, said: Signals, draft: Draft, known: Collection[Fact]) -> Draft:
    """ "He's a plumber" where it was a slip that he works as a welder: told in the words of what it puts right."""
    if not tells_trade(said, draft):
        return draft
    for fact in reversed([f for f in known if f.subject == draft.subject and f.retracted_at is None and f.turn != heard.turn.id]):
        if fact.valid_to is None and is_other_trade(said, fact, draft):
            told = with_words(told_again(heard, fact, draft.relation), Swap(fact.said, draft.said))
            return replace(told, object=draft.object, value=draft.value, value_type=draft.value_type, span=draft.span)
    return draft


def _instead(heard: Heard, said: Signals, draft: Draft, known: Collection[Fact]) -> Draft:
    """A clause that puts another right by itself: who else does the same; how many of what was counted before."""
    signalled = said.strong or said.weak or bool(draft.cues & {"instead", "correction"})
    if not signalled or draft.relation < 0 or draft.polarity == "negative" or draft.modality != "asserted":
        return draft
    open_ones = [f for f in known if f.retracted_at is None and f.valid_to is None and f.turn != heard.turn.id and f.polarity == "positive"]
    for fact in reversed(open_ones):
        if fact.predicate != draft.predicate or fact.role != draft.role:
            continue
        if (recount := _recount(heard, draft, fact)) is not None:
            return recount
        if fact.object == draft.object is not None and fact.subject != draft.subject and draft.role == "object":
            return replace(draft, instead_of=fact.id)
        if said.strong and draft.role == "none" and _is_other_of_kind(heard, fact, draft):
            return replace(draft, instead_of=fact.id)
        counted = numeral(draft.said) == draft.said and len(fact.said.split()) > 1
        if fact.subject == draft.subject and counted and (old := numeral(fact.said)):
            whole = with_words(told_again(heard, fact, draft.relation), Swap(old, draft.said))
            value = whole.value and (draft.value if whole.value_type == "number" else whole.said)
            return replace(whole, value=value, lemmas=(*whole.lemmas, *draft.lemmas))
    return draft


def _recount(heard: Heard, draft: Draft, fact: Fact) -> Draft | None:
    """ "There will be 28 guests at the party" after "… 24 guests …": the same said again of another number of the same things."""
    subject, things = heard.parse.relations[draft.relation].argument("subject"), heard.entity(fact.subject)
    new = numeral(subject.text) if subject is not None and "existential" in draft.cues else None
    old = numeral(things.name) if things is not None else None
    if subject is None or things is None or new is None or old is None or new == old or fact.object not in (draft.object, draft.subject):
        return None
    if not set(things.heads) & {subject.lemma, *subject.text.lower().split()}:
        return None
    return with_words(told_again(heard, fact, draft.relation), Swap(old, new))


def _is_other_of_kind(heard: Heard, fact: Fact, draft: Draft) -> bool:
    """ "It's my right knee that hurts" after "my left knee hurts": the same of another thing of its kind and owner."""
    one, other = heard.entity(fact.subject), heard.entity(draft.subject)
    if one is None or other is None or one.id == other.id or other.first_turn != heard.turn.id:
        return False
    return bool(set(one.heads) & set(other.heads)) and one.owner == other.owner


# in this turn


def _righted_here(found: Sequence[Draft], wrong: Part | None, right: Part) -> list[Draft]:
    """The drafts with a slip of this very turn put right; none where it is no slip of this turn."""
    before = [d for d in found if d.span.end <= right.span.start and d.relation >= 0 and d.polarity == "positive"]
    target = next((d for d in reversed(before) if _is_meant(d, wrong, right)), None)
    if target is None:
        return []
    swap = swap_in(target, wrong, right)
    return [_in_place(d, swap, right, whole=d is target) if d.relation == target.relation else d for d in found]


def _in_place(draft: Draft, swap: Swap, right: Part, *, whole: bool) -> Draft:
    new = with_words(draft, swap)
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
    other = heard.entity(right.entity)  # "the grey one goes to my son Caleb" gives nobody else his name
    owned = other is not None and other.owner is not None
    own = [f for f in own if not (wrong is None and owned and f.role == "name" and f.subject != right.entity)]
    meant = [f for f in reversed(own) if _is_meant(f, wrong, right) or is_doer(heard, f, wrong, right)]
    named = [f for f in meant if right.head and right.head in f.said.lower()]
    told = [f for f in meant if (f.predicate == "name") == right.spelled] or [f for f in meant if f.role not in ("possession", "name")]
    told = [f for f in told if right.spelled or f.role not in ("possession", "name")]
    target = next(iter(named or told or meant), None)
    if target is None or (right.entity == target.subject and not right.alone):
        return []
    if any(f.object == right.entity for f in open_ones if f.id != target.id and (f.turn, f.clause) == (target.turn, target.clause)):
        right = replace(right, entity=None)  # "it" was taken for something else that the clause has
    swap = swap_of_parts(heard, target, wrong, right)
    return [
        _told_anew(heard, f, target, swap, right) for f in [target, *(f for f in open_ones if f.id != target.id and _goes_with(f, target))]
    ]


def _goes_with(fact: Fact, target: Fact) -> bool:
    """Whether it was said in the same breath: of the same clause, or of the same turn and with the same value."""
    same = fact.value is not None and fact.value == target.value
    named = target.object is not None and target.object in (fact.subject, fact.object) and (fact.role in ("possession", "name"))
    return fact.turn == target.turn and (fact.clause == target.clause or same or named)


def _is_meant(fact: Fact | Draft, wrong: Part | None, right: Part) -> bool:
    """Whether the fact has the wrong words, or words of the kind of the right ones where it is not said which were wrong."""
    if wrong is not None:
        return has_words(fact, wrong)
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


def _value(fact: Fact | Draft, said: str, right: Part) -> dict[str, str | None]:
    """What the right words give as a value, where the fact has one."""
    if right.kind == "number" and (time := _as_time(fact, right.said)) is not None:
        return {"value": time, "when": time if fact.when == fact.value else fact.when}
    if right.kind == "day" and (date := _same_month(fact, right)) is not None:
        return {"value": date, "when": date if fact.when is not None else None}
    if _is_time(right):
        return {"value": right.value if fact.value is not None else None, "when": right.value if fact.when is not None else None}
    if fact.value_type == "phone" and fact.value and right.kind in ("number", "code"):
        digits = re.sub(r"\D", "", said)
        return {"value": fact.value[: max(0, len(fact.value) - len(digits))] + digits, "value_type": "phone"}
    if right.entity is not None and right.kind in _LOOSE and fact.predicate != "name" and right.entity != fact.subject:
        return {"value": None, "value_type": None}
    return {"value": right.value if right.value and fact.value_type == right.kind else said, "value_type": fact.value_type or "text"}


def _same_month(fact: Fact | Draft, right: Part) -> str | None:
    """ "It's the 20th" of what was put down for June 13: another day of that month."""
    day = re.fullmatch(r"(?:on )?the (\d{1,2})(?:st|nd|rd|th)", right.said.lower())
    if day is None or fact.value_type not in ("date", "datetime") or not re.match(r"\d{4}-\d\d-\d\d", fact.value or ""):
        return None
    return f"{(fact.value or '')[:8]}{int(day[1]):02}{(fact.value or '')[10:]}"


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


def _told_anew(heard: Heard, fact: Fact, target: Fact, swap: Swap, right: Part) -> Draft:
    """A fact of the clause that is put right: what the target's old value or doer was in it gives way."""
    new = with_words(told_again(heard, fact, STATED - right.span.start), swap)
    if swap.old not in target.said:
        return replace(new, subject=right.entity if right.entity and fact.subject == target.subject else fact.subject)
    if (fact.object, fact.value, fact.when) != (target.object, target.value, target.when) and swap.old not in fact.said:
        return replace(new, when=right.value if fact.when is not None and fact.when == target.when and _is_time(right) else new.when)
    if fact.object is not None and fact.object != target.object:
        return new
    things = right.kind in _LOOSE or (right.kind == "address" and fact.object is not None)
    if right.entity in (fact.subject, fact.object):  # "it", by which it was called, rather than what it is
        right = replace(right, entity=None)
    thing = right.entity if things and fact.predicate != "name" else None
    value = {"value": None, "value_type": None} if thing and right.kind == "address" else _value(fact, new.said, right)
    return replace(new, object=thing, **value)  # pyright: ignore[reportArgumentType]


def _is_time(part: Part) -> bool:
    return part.kind in ("clock", "day", "duration")

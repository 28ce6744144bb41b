"""Drafts that mean more than they say: "the new address is …", "switch to …", "now it's …", "that ends in 0118". Pure.

Each rule is about a construction, not about a topic; what it adds stands beside the draft or in its place.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from graph.drafts import Draft, Heard
from graph.model import EntityId, Fact
from graph.persons import third_person
from graph.predicates import lexicon
from graph.replacing import replacing
from graph.rivals import Signals
from graph.wording import capitalised

_CONTACT = {"phone": "phone", "email": "email"}
_NUMBERISH = frozenset({"number", "phone", "cell", "mobile", "email", "address", "contact"})
_CHANGED = frozenset({"now", "instead"})
_UNIT = re.compile(r"\b(?:apartment|apt|unit|suite|room|flat)\.? #?\w*\d\w*", re.IGNORECASE)
_UNITS = frozenset({"apartment", "apt", "unit", "suite", "room", "flat"})
_MOVED_FROM = frozenset({"move_from", "relocate_from"})
_STATES = -2000  # of the clause numbers of states that a clause implies: a clause of their own


def rewritten(heard: Heard, found: Sequence[Draft], known: Collection[Fact]) -> list[Draft]:
    """The drafts with what they imply, in order."""
    out: list[Draft] = _digits(heard, known)
    for n, said in enumerate(found):
        draft = _renewed(heard, said, out)
        unit = _unit(heard, draft, known)
        if unit is not None:
            out.append(unit)
            continue
        out += _kept(heard, draft, known) or _contrast(heard, draft, found[:n]) or replacing(heard, draft, list(known), out) or [draft]
        out += _implied(heard, draft)
    return _unique(out)


def _renewed(heard: Heard, draft: Draft, before: Sequence[Draft]) -> Draft:
    """ "The new address is …" is so from the change on that was just told, else from now."""
    subject = heard.parse.relations[draft.relation].argument("subject") if draft.relation >= 0 else None
    mention = heard.parse.mentions[subject.mention] if subject is not None and subject.mention is not None else None
    if draft.predicate != "is" or draft.valid_from is not None or mention is None or "new" not in mention.modifiers:
        return draft
    return replace(draft, valid_from=max((d.valid_from for d in before if d.valid_from), default=heard.turn.at))


def _unit(heard: Heard, draft: Draft, known: Collection[Fact]) -> Draft | None:
    """ "It's apartment 12B": where the customer is, whatever "it" was taken for."""
    found = _UNIT.search(draft.told) if draft.predicate == "is" and _is_pronoun_subject(heard, draft) else None
    said = found[0] if found is not None else _own_unit(heard, draft)
    if said is None or heard.turn.speaker != "customer":
        return None
    name = heard.words.name(heard.customer)
    unit = replace(draft, subject=heard.customer, predicate="is_in", object=None, value=said, value_type="text", role="in", single=True,
                   said=said, relation=_STATES + draft.relation, text=f"{name} is in {said}", told=f"You are in {said}")  # fmt: skip
    return _numbered_anew(heard, unit, known)


def _numbered_anew(heard: Heard, unit: Draft, known: Collection[Fact]) -> Draft:
    """The room or flat of another number, where that was wrong: the same one, called by the right number."""
    said = Signals.of(heard.turn.text)
    old = next((f for f in reversed(list(known)) if f.predicate == "is_in" and f.subject == unit.subject and f.retracted_at is None), None)
    place = heard.entity(old.object) if old is not None else None
    if old is None or place is None or not (said.strong or said.weak) or place.name.split()[:1] != unit.said.split()[:1]:
        return unit
    return replace(unit, object=place.id, value=None, value_type=None, instead_of=old.id, cues=unit.cues | {"correction"})


def _own_unit(heard: Heard, draft: Draft) -> str | None:
    """ "My apartment is 241": the customer's, by the noun and what it is numbered."""
    subject = heard.parse.relations[draft.relation].argument("subject") if draft.relation >= 0 and draft.predicate == "is" else None
    mention = heard.parse.mentions[subject.mention] if subject is not None and subject.mention is not None else None
    if mention is None or mention.head_lemma not in _UNITS or heard.referent(mention.possessor) != heard.customer:
        return None
    return f"{mention.head_lemma} {draft.said}" if re.fullmatch(r"#?\w?\d+\w?", draft.said) else None


def _unique(drafts: Sequence[Draft]) -> list[Draft]:
    seen: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        key = (draft.subject, draft.predicate, draft.object, draft.value, draft.polarity, draft.modality)
        if key not in seen or (draft.instead_of is not None and seen[key].instead_of is None):
            seen[key] = draft
    return list(seen.values())


# contact data and addresses


def _implied(heard: Heard, draft: Draft) -> list[Draft]:
    """A phone number, an email or an address in a clause is somebody's; a room or a flat where the customer is."""
    if draft.modality == "uncertain" or draft.polarity == "negative":
        return []
    if draft.predicate in _MOVED_FROM and draft.tense == "past" and draft.object is not None:
        return [_lived(heard, draft)]
    subject = heard.entities.get(draft.subject)
    if draft.value_type in _CONTACT:
        owner = _owner(heard, draft)
        return [replace(draft, subject=owner, predicate=_CONTACT[draft.value_type], single=True, role="value")] if owner else []
    if subject and "address" in subject.heads and draft.predicate == "is" and draft.role in ("attribute", "object"):
        owner = _owner(heard, draft)
        return [replace(draft, subject=owner, predicate="lives_in", single=True)] if owner else []
    return []


def _lived(heard: Heard, draft: Draft) -> Draft:
    """ "We moved from Dayton in January": where they lived until then."""
    place, who = heard.words.name(draft.object), heard.words.name(draft.subject)
    told = "you" if draft.subject == heard.customer else who
    ended = replace(draft, valid_from=None, valid_to=draft.valid_from or heard.turn.at, when=None, single=False)
    return replace(ended, predicate="lives_in", role="in", relation=_STATES + draft.relation, lemmas=("live",), said=place,
                   text=f"{capitalised(who)} lived in {place}", told=f"{capitalised(told)} lived in {place}")  # fmt: skip


def _owner(heard: Heard, draft: Draft) -> EntityId | None:
    """Whose number it is: the possessor of "number" or "address", else the customer when they speak of themselves."""
    relation = next((r for r in heard.parse.relations if r.index == draft.relation), None)
    if relation is None:
        return None
    for argument in relation.arguments:
        mention = heard.parse.mentions[argument.mention] if argument.mention is not None else None
        if mention is not None and mention.head_lemma in _NUMBERISH and mention.value is None:
            return heard.referent(mention.possessor) or heard.customer
    refers = {heard.referent(a.mention) for a in relation.arguments}
    return heard.customer if heard.customer in refers and heard.turn.speaker == "customer" else None


def _digits(heard: Heard, known: Collection[Fact]) -> list[Draft]:
    """ "Oops, that ends in 0118": the number said before, with its last digits put right."""
    ending = next(
        (r for r in heard.parse.relations if r.predicate.split("_")[0] == "end" and any(a.role in ("in", "with") for a in r.arguments)),
        None,
    )
    if ending is None or heard.turn.speaker != "customer":
        return []
    digits = re.sub(r"\D", "", next(a.text for a in ending.arguments if a.role in ("in", "with")))
    if not digits or not re.search(r"\b(oops|sorry|no|actually|wrong|meant|correction|whoops|wait)\b", heard.turn.text, re.IGNORECASE):
        return []
    numbers = [f for f in known if f.retracted_at is None and f.value and len(re.sub(r"\D", "", f.value)) > len(digits)]
    if not numbers:
        return []
    newest = max(numbers, key=lambda f: (f.recorded_at, f.id))
    wrong = newest.value or ""
    right = wrong[: -len(digits)] + digits
    return [_redrafted(heard, f, value=right, digits=digits, relation=ending.index) for f in numbers if f.value == wrong]


def _redrafted(heard: Heard, fact: Fact, *, value: str, digits: str, relation: int) -> Draft:
    return Draft(
        subject=fact.subject,
        predicate=fact.predicate,
        object=None,
        value=value,
        value_type=fact.value_type,
        role=fact.role,
        relation=relation,
        span=heard.evidence(heard.parse.relations[relation].span),
        text=_put_right(fact.text, fact.said, digits),
        told=_put_right(fact.told, fact.said, digits),
        said=_put_right(fact.said, fact.said, digits),
        said_by=heard.speaker,
        lemmas=fact.lemmas,
        cues=frozenset({"correction"}),
        single=True,
    )


def _kept(heard: Heard, draft: Draft, known: Collection[Fact]) -> list[Draft]:
    """ "We're keeping the family plan through August": the state that the thing is in goes on."""
    if (
        draft.predicate.split("_")[0] not in ("keep", "stay", "remain", "stick", "continue", "retain")
        or draft.object is None
        or draft.modality != "asserted"
    ):
        return []
    states = [
        f
        for f in known
        if f.subject == draft.subject and f.object == draft.object and f.retracted_at is None and f.predicate.startswith("is_")
    ]
    if not states:
        return []
    end = draft.valid_to or _until(heard, draft)
    return [draft, replace(draft, predicate=states[-1].predicate, role=states[-1].role, valid_to=end, single=True)]


def _until(heard: Heard, draft: Draft) -> datetime | None:
    relation = heard.parse.relations[draft.relation] if draft.relation >= 0 else None
    times = [heard.parse.times[a.time] for a in relation.arguments if a.time is not None] if relation else []
    return next((t.interval.end for t in times if t.bound == "until" and t.interval), None)


def _put_right(text: str, said: str, digits: str) -> str:
    """The sentence with the last digits of the number in it replaced."""
    kept = said[: len(said) - len(digits)] if said.endswith(said[-len(digits) :]) else said
    return text.replace(said, f"{kept}{digits}") if said and said in text else text


# changes of state


def _contrast(heard: Heard, draft: Draft, before: Sequence[Draft]) -> list[Draft]:
    """ "I used to drive a Camry, but now it's a RAV4": the clause before with its odd part replaced."""
    changed = bool(draft.cues & _CHANGED) or draft.valid_from is not None
    earlier = [d for d in before if d.relation >= 0 and d.relation < draft.relation and d.valid_to is not None]
    if (
        draft.predicate != "is"
        or not changed
        or not earlier
        or (draft.object is None and draft.value is None)
        or not _is_pronoun_subject(heard, draft)
    ):
        return []
    last = earlier[-1].relation
    return [_replaced(heard, d, draft) for d in earlier if d.relation == last and d.role in ("object", "attribute")]


def _is_pronoun_subject(heard: Heard, draft: Draft) -> bool:
    subject = heard.parse.relations[draft.relation].argument("subject") if draft.relation >= 0 else None
    return subject is not None and subject.mention is not None and heard.parse.mentions[subject.mention].kind == "pronoun"


def _replaced(heard: Heard, old: Draft, new: Draft) -> Draft:
    """Of a copula the end that is not the role gives way; of any other verb, the object."""
    start = new.valid_from or heard.turn.at
    subject, thing = heard.entities.get(old.subject), heard.entities.get(old.object) if old.object else None
    role_is_object = bool(thing and set(thing.heads) & lexicon().single_nouns)
    if old.predicate == "is" and new.object and role_is_object and subject is not None:
        name = heard.words.name(new.object)
        role = re.split(r"\b(?:was|is|were|are)\b", old.told, maxsplit=1)[-1].strip()
        return replace(
            old, subject=new.object, valid_from=start, valid_to=None, tense="present", cues=new.cues, span=new.span, relation=new.relation,
            text=f"{name} is {old.said}", told=f"{name} is {role}", lemmas=(*old.lemmas, *new.lemmas),
        )  # fmt: skip
    swapped = [re.sub(r"used to (\w+)", r"\1", t.replace(old.said, new.said)) for t in (_agreeing(old.text), old.told)]
    return replace(old, object=new.object, value=new.value, value_type=new.value_type, valid_from=start, valid_to=None, tense="present",
                   said=new.said, cues=new.cues, span=new.span, relation=new.relation, lemmas=(*old.lemmas, *new.lemmas),
                   text=swapped[0], told=swapped[1])  # fmt: skip


def _agreeing(text: str) -> str:
    return re.sub(r"used to (\w+)", lambda m: third_person(m[1]), text)

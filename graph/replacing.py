"""What a change puts in the place of what was: "switch to …", "trade … for …", "went up to …", "got a job at …". Pure.

Each rule is about a kind of verb, whatever it is said of; it gives the new state beside the clause that tells of the change.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from graph.drafts import Draft, Heard
from graph.kinds import kinds
from graph.model import Entity, EntityId, Fact
from graph.persons import possessive, third_person
from graph.predicates import lexicon
from graph.restating import Swap
from graph.word_swaps import told_again, with_words
from nlp.types import Argument, Relation, TimeExpression

_HABITS = frozenset({"play", "use", "drive", "take", "study", "learn", "speak", "wear", "ride", "practice", "teach", "rent", "insure"})
_STATES = -2000  # of the clause numbers of states that a clause implies: a clause of their own
_GETTING = frozenset({"get", "take", "accept", "find", "land", "start", "have"})
_PUTTING_OFF = frozenset({"move", "reschedule", "push", "shift", "bump", "postpone", "change", "switch", "rebook"})
_AMOUNTS = ("money", "number", "percent", "measure", "text")


def replacing(heard: Heard, draft: Draft, known: Sequence[Fact], before: Sequence[Draft]) -> list[Draft]:
    """The draft with the states that begin with it; none where it tells of no such change."""
    if draft.modality != "asserted" or draft.polarity == "negative" or draft.relation < 0:
        return []
    made = [*_switch(heard, draft, known, before), *_trade(heard, draft, known), *_bought(heard, draft, known, before),
            *_moved_to(heard, draft), *_rescheduled(heard, draft, known), *_painted(heard, draft), *_hired(heard, draft, known),
            *_new_in_role(heard, draft, known)]  # fmt: skip
    if made and made[0].object is None and made[0].value == draft.said:  # the new was taken for the old
        draft = replace(draft, object=None, value=draft.said, value_type="text")
    return [draft, *made] if made else []


def _switch(heard: Heard, draft: Draft, known: Sequence[Fact], before: Sequence[Draft]) -> list[Draft]:
    """ "Then I switch to an individual plan": the state of the same kind that it takes the place of, from then on."""
    new = heard.entity(draft.object)
    if draft.predicate not in lexicon().change_verbs or new is None:
        return []
    for state in reversed(before):
        old = heard.entity(state.object)
        if state.subject == draft.subject and old and old.id != new.id and _gives_way(old, new, state.predicate, draft.predicate):
            return [_state(heard, draft, state.predicate, draft.valid_from or state.valid_to or heard.turn.at)]
    for fact in reversed([f for f in known if f.retracted_at is None and f.turn != heard.turn.id]):
        old, holder = heard.entity(fact.object), heard.entity(fact.subject)
        own = fact.subject == draft.subject or (holder is not None and holder.owner == draft.subject)
        if not own or old is None or _same_words(fact.said, draft.said) or not _gives_way(old, new, fact.predicate, draft.predicate):
            continue
        if fact.subject == draft.subject and fact.role != "possession":
            state = _state(heard, draft, fact.predicate, draft.valid_from or fact.valid_to or heard.turn.at)
            return [state if old.id != new.id else replace(state, object=None, value=draft.said, value_type="text")]
        return [_taken_over(heard, draft, fact, new, draft.said)]
    return []


def _same_words(one: str, other: str) -> bool:
    first, second = ({w for w in words.lower().split() if w not in ("a", "an", "the", "my", "our", "your")} for words in (one, other))
    return first <= second or second <= first


def _gives_way(old: Entity, new: Entity, predicate: str, verb: str) -> bool:
    """Whether one takes the place of the other: two plans; two firms; or two things that one does the same with."""
    firms = old.type == new.type == "organisation" and old.name[:1].isupper()
    kind = bool(set(new.heads) & set(old.heads)) or (new.type == old.type and predicate.split("_", maxsplit=1)[0] in _HABITS) or firms
    return kind and predicate != verb


def _state(heard: Heard, draft: Draft, predicate: str, start: datetime) -> Draft:
    """What the change leads to, as a clause of its own."""
    you, place = draft.subject == heard.customer, predicate.removeprefix("is_")
    placed = place != predicate
    verb = predicate.replace("_", " ")
    text = f"{heard.words.name(draft.subject)} {f'is {place}' if placed else third_person(verb)} {draft.said}"
    told = f"You {f'are {place}' if placed else verb} {draft.said}" if you else text
    role = place if placed else "object"
    return replace(draft, predicate=predicate, role=role, valid_from=start, valid_to=None, single=True, relation=_STATES + draft.relation,
                   text=text, told=told)  # fmt: skip


def _taken_over(heard: Heard, draft: Draft, fact: Fact, new: Entity, said: str) -> Draft:
    """A stored state with another thing in it, from the change on."""
    swap = Swap(fact.said, said)
    return replace(
        draft, subject=fact.subject, predicate=fact.predicate, object=new.id, value=None, value_type=None, role=fact.role, said=said,
        text=swap.of(fact.text), told=swap.of(fact.told), lemmas=tuple(dict.fromkeys((*fact.lemmas, *draft.lemmas))), tense=fact.tense,
        valid_from=draft.valid_from or heard.turn.at, valid_to=None, relation=_STATES + draft.relation, when=None, instead_of=fact.id,
        cues=draft.cues | {"now"},
    )  # fmt: skip


def _trade(heard: Heard, draft: Draft, known: Collection[Fact]) -> list[Draft]:
    """ "I traded the Camry for a Corolla", "we replaced the furnace with a heat pump": the one does what the other did."""
    if draft.predicate not in ("trade", "swap", "exchange", "replace", "trade_in", "switch", "substitute") or draft.role != "object":
        return []
    new = next((a for a in _clause(heard, draft).arguments if a.role in ("for", "with", "by", "to") and a.mention is not None), None)
    entity = heard.entity(heard.referent(new.mention)) if new is not None else None
    if entity is None or new is None or draft.object is None:
        return []
    return list(_instead(heard, draft, draft.object, entity, new.text, known))


def _bought(heard: Heard, draft: Draft, known: Collection[Fact], before: Sequence[Draft]) -> list[Draft]:
    """ "I sold the Camry and bought a Corolla": what is got in the same breath as something of its kind is parted with."""
    new = heard.entity(draft.object)
    if draft.predicate.split("_")[0] not in ("buy", "get", "lease", "purchase", "pick") or draft.role != "object" or new is None:
        return []
    gone = [d for d in before if d.predicate in lexicon().ending_verbs and d.subject == draft.subject and d.object is not None]
    old = heard.entity(gone[-1].object) if gone else None
    if old is None or old.id == new.id or old.type != new.type or old.type == "thing":
        return []
    return list(_instead(heard, draft, old.id, new, draft.said, known))


def _new_in_role(heard: Heard, draft: Draft, known: Collection[Fact]) -> list[Draft]:
    """ "My son has a new piano teacher, Mr. Sandoval": who is it from now on, of whoever had another."""
    argument = _clause(heard, draft).argument("object")
    mention = heard.parse.mentions[argument.mention] if argument is not None and argument.mention is not None else None
    new = heard.entity(draft.object)
    if (
        mention is None
        or new is None
        or draft.role != "object"
        or "new" not in mention.modifiers
        or draft.predicate not in _GETTING | {"has"}
    ):
        return []
    noun = mention.head_lemma
    held = [f for f in known if f.subject == draft.subject and f.predicate == noun and f.role == "possession" and f.retracted_at is None]
    old = next((f for f in reversed(held) if f.valid_to is None and f.object != new.id), None)
    if old is None:
        return []
    start = draft.valid_from or heard.turn.at
    text = f"{possessive(heard.words.name(draft.subject))} {noun} is {new.name}"
    told = f"Your {noun} is {new.name}" if draft.subject == heard.customer else text
    return [
        replace(draft, predicate=noun, role="possession", said=noun, single=True, relation=_STATES + draft.relation, text=text, told=told,
                valid_from=start, valid_to=None, tense="present", when=None, instead_of=old.id, cues=draft.cues | {"now"})
    ]  # fmt: skip


def _instead(heard: Heard, draft: Draft, old: EntityId, new: Entity, said: str, known: Collection[Fact]) -> Iterator[Draft]:
    states = [f for f in known if f.object == old and f.retracted_at is None and f.valid_to is None and f.tense == "present"]
    for fact in states:
        verb = fact.predicate.split("_")[0]
        if fact.role in ("object", "possession") and fact.polarity == "positive" and (verb in _HABITS or verb in lexicon().stative):
            yield _taken_over(heard, draft, fact, new, said)


def _moved_to(heard: Heard, draft: Draft) -> list[Draft]:
    """ "My budget went up to 25,000", "we raised our budget to 25,000": how much it is from then on."""
    relation = _clause(heard, draft)
    if relation.predicate.split("_")[0] not in lexicon().scale_verbs:
        return []
    amount = next((a for a in relation.arguments if _is_amount(heard, a)), None)
    object = relation.argument("object")
    moved = object if object is not None and object is not amount else relation.argument("subject")
    thing = heard.referent(moved.mention) if moved is not None else None
    if (
        amount is None
        or moved is None
        or thing is None
        or thing in (heard.customer, heard.business)
        or draft.subject not in (thing, heard.speaker)
    ):
        return []
    value = heard.parse.mentions[amount.mention].value if amount.mention is not None else None
    kind = heard.parse.mentions[amount.mention].type if amount.mention is not None else None
    text = f"The {heard.words.name(thing)} is {amount.text}"
    return [
        replace(
            draft, subject=thing, predicate="is", object=None, value=value, value_type=kind, role="attribute", said=amount.text,
            single=True, text=text, told=text, relation=_STATES + draft.relation, tense="present",
            valid_from=draft.valid_from or heard.turn.at, cues=draft.cues | {"now"},
        )
    ]  # fmt: skip


def _moved_on(heard: Heard, draft: Draft, time: TimeExpression | None, known: Collection[Fact]) -> Draft | None:
    """ "The fitters had to move to Friday at 10" after "… come on Thursday at 8": the same, at the other time."""
    verb = _clause(heard, draft).predicate.split("_")[0]
    if verb not in _PUTTING_OFF - {"change", "switch"} or draft.role != "when" or time is None or time.kind != "point":
        return None
    planned = [f for f in known if f.subject == draft.subject and f.value_type in ("date", "datetime") and f.retracted_at is None]
    ahead = [
        f for f in planned if f.valid_to is None and (f.value or "")[:10] >= heard.turn.at.date().isoformat() and f.value != time.value
    ]
    if not ahead or ahead[-1].turn == heard.turn.id:
        return None
    old = ahead[-1]
    again = with_words(told_again(heard, old, _STATES + draft.relation), Swap(old.said, time.text))
    kind = "datetime" if "T" in time.value else "date"
    return replace(
        again, value=time.value, value_type=kind, when=time.value, said=time.text, cues=draft.cues | {"now"}, valid_from=heard.turn.at
    )


def _rescheduled(heard: Heard, draft: Draft, known: Collection[Fact]) -> list[Draft]:
    """ "I had to move my haircut to Monday at 11": when it is from now on."""
    relation = _clause(heard, draft)
    thing = heard.entity(draft.object)
    time = next((heard.parse.times[a.time] for a in relation.arguments if a.time is not None), None)
    moves = relation.predicate.split("_")[0] in _PUTTING_OFF and draft.role == "object"
    if not moves and (anew := _moved_on(heard, draft, time, known)) is not None:
        return [anew]
    if not moves or thing is None or time is None or time.kind == "duration":
        return []
    text = f"The {thing.name} is {time.text if time.text.startswith('on') else f'on {time.text}'}"
    return [
        replace(draft, subject=thing.id, predicate="scheduled_for", object=None, value=time.value, value_type="date", role="when",
                said=time.text,
                single=True, text=text, told=text, when=time.value, valid_from=heard.turn.at, tense="present", cues=draft.cues | {"now"},
                relation=_STATES + draft.relation)
    ]  # fmt: skip


def _painted(heard: Heard, draft: Draft) -> list[Draft]:
    """ "We painted the fence brown": what colour it is from then on."""
    relation = _clause(heard, draft)
    words = re.findall(r"[a-z]+", heard.parse.text[relation.span.start : relation.span.end].lower())
    colour = next((w for w in words if w in kinds().colours), None)
    paints = relation.predicate in ("paint", "dye", "stain", "repaint") and draft.role in ("object", "none", "attribute")
    if not paints or colour is None:
        return []
    nouns = set(draft.said.lower().split())
    known = [e for e in heard.entities.values() if nouns & set(e.heads) and e.last_number < heard.turn.number]
    itself = heard.entity(draft.object if draft.subject == heard.speaker else draft.subject)
    thing = max(known, key=lambda e: e.last_number, default=itself)
    if thing is None:
        return []
    text = f"The {thing.name} is {colour}"
    return [
        replace(draft, subject=thing.id, predicate="is", object=None, value=colour, value_type="text", role="attribute", said=colour,
                single=True, text=text, told=text, tense="present", relation=_STATES + draft.relation, lemmas=(*draft.lemmas, "color"))
    ]  # fmt: skip


def _is_amount(heard: Heard, argument: Argument) -> bool:
    mention = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    return (
        mention is not None and mention.value is not None and mention.type in _AMOUNTS and argument.role in ("to", "object", "at", "up_to")
    )


def _hired(heard: Heard, draft: Draft, known: Collection[Fact]) -> list[Draft]:
    """ "I got a job at …", "I started at …", "I joined …", "… hired me": where somebody works from then on."""
    relation = _clause(heard, draft)
    verb, firm, worker = relation.predicate, None, relation.argument("subject")
    thing = relation.argument("object")
    found = thing is not None and thing.lemma in ("job", "position", "gig") and verb in _GETTING
    if found or (verb in ("start", "begin") and thing is None):
        firm = _at(relation, "at", "with")
    elif verb == "join":
        firm, thing = thing, None
    elif verb in ("hire", "employ"):
        firm, worker = worker, thing
    place = heard.entity(heard.referent(firm.mention)) if firm is not None else None
    who = heard.entity(heard.referent(worker.mention)) if worker is not None else None
    if place is None or who is None or firm is None or who.type != "person" or place.type == "person":
        return []
    if not place.name[:1].isupper() and not any(f.subject == who.id and f.predicate == "works_at" for f in known):
        return []
    text = f"{who.name} works at {firm.text}"
    told = f"You work at {firm.text}" if who.id == heard.customer else text
    return [
        replace(
            draft, subject=who.id, predicate="works_at", object=place.id, value=None, value_type=None, role="at", said=firm.text,
            single=True, text=text, told=told,
            valid_from=draft.valid_from or _to_come(heard, relation) or heard.turn.at, tense="present", relation=_STATES + draft.relation,
            lemmas=tuple(dict.fromkeys(("work", "job", *draft.lemmas))),
        )
    ]  # fmt: skip


def _to_come(heard: Heard, relation: Relation) -> datetime | None:
    """ "In September I'm starting at …": when what is still ahead begins."""
    times = (heard.parse.times[a.time] for a in relation.arguments if a.time is not None)
    starts = (t.interval.start for t in times if t.interval is not None and t.kind != "duration")
    return next((start for start in starts if start is not None and start > heard.turn.at), None)


def _at(relation: Relation, *roles: str) -> Argument | None:
    return next((a for a in relation.arguments if a.role in roles and a.mention is not None), None)


def _clause(heard: Heard, draft: Draft) -> Relation:
    return heard.parse.relations[draft.relation]

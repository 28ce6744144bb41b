"""How slots that words fill are read from a turn: a place, a person, yes or no, plain text.

Knows one slot at a time; not the order of slots, nor their conditions. Must not know a playbook's words.
"""

import re
from collections.abc import Sequence

from agent.heard import Clause
from agent.playbook import SlotSpec
from agent.sense import acts_of
from agent.slot_person import find_person
from agent.slot_reading import Fill, Reader, is_alone, is_bid, is_pure_question
from agent.slot_text import bare_words, like_phrase, told_by_business, whole_answer
from agent.slot_yes_no import asked_yes_no, volunteered_yes_no
from agent.telling import is_report
from nlp.syntax import starting
from nlp.types import Mention, Span, Token

_DUMMIES = frozenset({"it", "that", "this", "there"})
_BEING_THERE = frozenset({"be", "live", "stay", "sit", "reside", "stand", "lie"})
_PLAINLY = 0.45  # cosine with an example from which words are of its kind beyond doubt
_MORE = re.compile(
    r"\b(?:also|too|as well|in addition|besides|another thing|while (?:you're|you are|they're) (?:here|there|at it))\b", re.IGNORECASE
)
_WORDED = frozenset({"text", "person", "place", "yes_no"})  # types of slots that a name may answer
_CORRECTS = re.compile(
    r"\b(?:it's|its|it is|should be|meant|said|correct (?:one|address) is|(?:my|our) address is|make (?:it|that)|now at)\s+(?:at )?$"
)
_DESCRIBED = re.compile(r"(?i:my|our|his|her|their|the|an?)\b|[a-z]")  # what is no name


def place(spec: SlotSpec, reader: Reader) -> Fill | None:
    asked, held = spec.name == reader.asked, spec.name in reader.slots
    for mention in reader.heard.parse.mentions:
        clause = reader.clause_of(mention.span)
        if mention.type not in ("place", "address") or mention.person != 3 or clause is None or not reader.free(mention.span):
            continue
        before = reader.heard.parse.text[clause.span.start : mention.span.start].lower()
        led = re.search(r"\b(?:in|near|around|at|to|close to|by|within|from)\s+(?:the\s+)?$", before) is not None
        if not _right_way(before, spec) or (held and not reader.correcting and not asked and not _puts_right(mention.type, before)):
            continue
        fragment = is_bid(clause, reader) and (led or (mention.type == "address" and not before.strip()))
        meant = _place_meant(mention, reader) if asked else None
        if meant:
            return Fill(meant, mention.text, mention.span)
        named = mention.kind == "name" or mention.type == "address"
        told = mention.type == "address" and _is_own(clause, reader)
        corrected = held and _puts_right(mention.type, before)
        if named and (asked or (led and (told or clause in reader.starting)) or fragment or corrected):
            return Fill(mention.text, mention.text, mention.span)
    answer = whole_answer(reader.heard, reader.clauses, reader.taken) if asked else None
    if answer is None or _tells(answer[1], reader):
        return None
    bare = re.sub(r"^(?:somewhere|anywhere)?\s*(?:in|near|around|at|by|close to|to)\s+", "", answer[0], flags=re.IGNORECASE)
    return Fill(bare, bare, answer[1])


def _place_meant(mention: Mention, reader: Reader) -> str | None:
    """The place that "there" stands for, by its name."""
    named = reader.heard.named.get(mention.index)
    return named.name if mention.kind == "pronoun" and named and named.name and named.name[:1].isupper() else None


def _puts_right(kind: str, before: str) -> bool:
    """Whether another address is said to be the one: "wait, it's 90 Liberty Avenue"."""
    return kind == "address" and _CORRECTS.search(before) is not None


def _is_own(clause: Clause, reader: Reader) -> bool:
    """Whether it tells of the speaker or of a thing: "we're at 418 Linden Street", "the house is at …"; not of where somebody else is."""
    people = {m.head for m in reader.heard.parse.mentions if m.type == "person" and m.person == 3}
    subject = next((t for t in _inside(clause.span, reader) if t.dep in ("nsubj", "nsubjpass")), None)
    return subject is not None and subject.i not in people and not is_pure_question(clause)


def _tells(span: Span, reader: Reader) -> bool:
    """Whether the words say what somebody does rather than where: "we rent" is no place, "I live by the old mill" is one."""
    inside = {t.i: t for t in _inside(span, reader)}
    verbs = (inside.get(t.head) for t in inside.values() if t.dep in ("nsubj", "nsubjpass") and t.text.lower() not in _DUMMIES)
    return any(v is not None and v.pos in ("VERB", "AUX") and v.lemma.lower() not in _BEING_THERE for v in verbs)


def _inside(span: Span, reader: Reader) -> Sequence[Token]:
    return starting(reader.heard.parse.tokens, span)


def _right_way(before: str, spec: SlotSpec) -> bool:
    """Whether "from" or "to" before a place fits a question that has one of them."""
    way = re.search(r"\b(from|to)\s+(?:the\s+)?$", before)
    asked = set(re.findall(r"\b(?:from|to)\b", spec.ask.lower().rstrip("?. ").split(",")[-1][-30:]))
    return way is None or len(asked) != 1 or way[1] in asked


def person(spec: SlotSpec, reader: Reader) -> Fill | None:
    asked, held = spec.name == reader.asked, reader.slots.get(spec.name)
    asked = asked or (held is None and _is_bare_name(reader))
    if held and not asked and not reader.correcting:
        return _by_name(reader) if _DESCRIBED.match(str(held.value)) else None
    if spec.condition and not asked and not _names_role(spec, reader):
        return None  # whoever else is named is not the one that only a certain answer makes known
    clauses = reader.starting if reader.starting and not asked else reader.clauses
    clauses = _correcting(clauses) if held and not asked else clauses
    clauses = tuple(dict.fromkeys((*clauses, *(c for c in reader.clauses if re.search(r"\bfor\b", c.text)))))
    instead_of = held.entity if held and reader.correcting else None
    person = find_person(
        reader.heard,
        clauses,
        asked=asked,
        starting=bool(reader.starting),
        correcting=reader.correcting,
        taken=reader.taken,
        instead_of=instead_of,
    )
    if person:
        return Fill(person.name, person.text, person.span, person.entity, beside=_said_of(person.entity, reader))
    answer = whole_answer(reader.heard, reader.clauses, reader.taken) if asked else None
    if answer is None or len(answer[0].split()) > 4 or "question" in reader.heard.parse.acts or _says_of(answer[1], reader):
        return None
    return Fill(answer[0], answer[0], answer[1])


def _says_of(span: Span, reader: Reader) -> bool:
    """Whether it says something of somebody rather than who: "she doesn't have any"."""
    inside = starting(reader.heard.parse.tokens, span)
    return any(t.dep == "nsubj" and t.pos == "PRON" for t in inside) and any(t.pos in ("VERB", "AUX") for t in inside)


def _said_of(entity: str | None, reader: Reader) -> tuple[Span, ...]:
    """Where else the turn says whom it means: "my mother, Geraldine Foss"."""
    parse, named = reader.heard.parse, reader.heard.named
    return tuple(m.span for m in parse.mentions if entity and m.index in named and named[m.index].entity == entity)


def _correcting(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Those of sentences that put something right."""
    sentences = {c.sentence for c in clauses if "correct" in acts_of(c)}
    return tuple(c for c in clauses if c.sentence in sentences)


def _is_bare_name(reader: Reader) -> bool:
    """Whether the turn is somebody's name and nothing else, where what has a form of its own was asked for: it answers another question."""
    asked = next((s for s in reader.goal.slots if s.name == reader.asked), None)
    names = [m for m in reader.heard.parse.mentions if m.kind == "name" and m.type == "person" and reader.free(m.span)]
    if asked is None or asked.type in _WORDED or len(names) != 1 or len(reader.heard.clauses) != 1:
        return False
    clause = reader.heard.clauses[0]
    return is_alone(Span(names[0].span.start - clause.span.start, names[0].span.end - clause.span.start), clause, reader)


def _names_role(spec: SlotSpec, reader: Reader) -> bool:
    """Whether the turn says by name what the slot's person is: "our landlord, Mr. Ruiz"."""
    role = {t.lower() for t in re.findall(r"\w+", f"{spec.name.replace('_', ' ')} {spec.ask}")} & {
        m.head_lemma.lower() for m in reader.heard.parse.mentions if m.kind == "nominal" and m.type == "person"
    }
    return bool(role)


def _by_name(reader: Reader) -> Fill | None:
    """The name, said alone, of somebody who was only described so far: "it's for my son" – "Kofi"."""
    for mention in reader.heard.parse.mentions:
        clause = reader.clause_of(mention.span)
        own = Span(mention.span.start - clause.span.start, mention.span.end - clause.span.start) if clause else None
        if clause and own and mention.kind == "name" and mention.type == "person" and is_alone(own, clause, reader):
            named = reader.heard.named.get(mention.index)
            return Fill(mention.text, mention.text, mention.span, named.entity if named else None)
    return None


def yes_no(spec: SlotSpec, reader: Reader) -> Fill | None:
    key = (reader.goal.name, spec.name)
    if spec.name == reader.asked:
        value = asked_yes_no(reader.sense, reader.clauses, key=key, acts=reader.heard.parse.acts)
        whole = Span(reader.clauses[0].span.start, reader.clauses[-1].span.end) if reader.clauses else Span(0, 0)
        return None if value is None else Fill(value, reader.heard.parse.text[whole.start : whole.end], whole)
    clauses = [c for c in reader.clauses if c not in reader.starting]
    found = volunteered_yes_no(reader.sense, reader.heard, clauses, key)
    return Fill(found[0], found[1].text, found[1].span) if found else None


def text(spec: SlotSpec, reader: Reader) -> Fill | None:
    key = (reader.goal.name, spec.name)
    rivals = [
        (reader.goal.name, s.name) for s in reader.goal.slots if s.type == "text" and s.name != spec.name and s.name not in reader.slots
    ]
    free = [c for c in reader.clauses if not any(t.start <= c.span.start and c.span.end <= t.end for t in reader.taken)]
    free = [c for c in free if not _answers_another(c, reader)]
    found = next(
        (
            phrase
            for among in (_of_the_same(free, reader), free)
            if (phrase := like_phrase(reader.sense, reader.heard, among, key=key, rivals=rivals, starting=reader.starting))
        ),
        None,
    )
    if (
        found
        and _is_free(found[1], reader)
        and not _is_held(found[1], reader)
        and spec.name != reader.asked
        and _may_replace(spec, found[1], reader)
        and _is_sure(spec, found[1], reader)
    ):
        words = _beside_held(spec, found[0], found[1], reader)
        return Fill(words, words, found[1])
    if spec.name != reader.asked:
        return None
    answer = whole_answer(reader.heard, _before_correction([c for c in free if not is_pure_question(c)], reader), reader.taken)
    return Fill(answer[0], answer[0], answer[1]) if answer else None


def _of_the_same(clauses: Sequence[Clause], reader: Reader) -> list[Clause]:
    """The clauses that fill another slot of words already: what is told of my car goes with my car, not with my husband's."""
    words = [s.name for s in reader.goal.slots if s.type == "text"]
    fresh = [slot.text for name in words if (slot := reader.slots.get(name)) and slot.turn == reader.heard.turn]
    return [c for c in clauses if any(text in c.text for text in fresh)]


def _beside_held(spec: SlotSpec, found: str, span: Span, reader: Reader) -> str:
    """ "Could you also look at the dryer?": more of the same, which does not take the place of what was said."""
    clause, held = reader.clause_of(span), reader.slots.get(spec.name)
    more = clause is not None and _MORE.search(clause.text) is not None
    return f"{held.value} and {found}" if held is not None and more and not reader.sense.kinds[reader.goal.name, spec.name].named else found


def _is_sure(spec: SlotSpec, span: Span, reader: Reader) -> bool:
    """What only a certain answer makes due is taken unasked where it is plainly of its kind: shots are no "thyroid pills". A name is
    where the business tells it too, or it is said of what is asked: "Wes has practice" names no insurer."""
    key = (reader.goal.name, spec.name)
    if not spec.condition:
        return True
    text = reader.heard.parse.text[span.start : span.end]
    if reader.sense.kinds[key].named:
        return told_by_business(reader.sense, text) or _is_about(spec, span, reader)
    return reader.sense.nearness(reader.sense.embed([text])[text], "like", key) >= _PLAINLY


def _is_about(spec: SlotSpec, span: Span, reader: Reader) -> bool:
    """Whether the clause speaks of what the slot's question, or one that leads to it, asks."""
    clause = reader.clause_of(span)
    if clause is None or is_pure_question(clause):
        return False
    keys = [(reader.goal.name, name) for name in (spec.name, *(other for other, _ in spec.condition))]
    examples = [e for key in keys for kind in ("ask", "like", "yes") for e in reader.sense.of(kind, key)]
    return any(not e.lemmas.isdisjoint(clause.lemmas) for e in examples) or any(other == reader.asked for other, _ in spec.condition)


def _before_correction(clauses: list[Clause], reader: Reader) -> list[Clause]:
    """The answer without what puts something else right behind it: "Aetna. Oh wait, it's not for Ines."."""
    turns = [c.span.start for c in reader.heard.clauses if acts_of(c) & {"wait", "correct"}]
    before = [c for c in clauses if not turns or c.span.start < turns[0]]
    return before or clauses


def _answers_another(clause: Clause, reader: Reader) -> bool:
    """Whether it says yes or no to what another slot will ask."""
    others = [s.name for s in reader.goal.slots if s.type == "yes_no" and s.name not in reader.slots and s.name != reader.asked]
    return any(volunteered_yes_no(reader.sense, reader.heard, [clause], (reader.goal.name, name)) for name in others)


def _is_held(span: Span, reader: Reader) -> bool:
    """Whether it names somebody who fills another slot."""
    people = {slot.entity for slot in reader.slots.values() if slot.entity}
    named = (reader.heard.named.get(m.index) for m in reader.heard.parse.mentions if span.start <= m.span.start and m.span.end <= span.end)
    return any(n is not None and n.type == "person" and n.entity in people for n in named)


def _is_free(span: Span, reader: Reader) -> bool:
    """Whether no other slot has it; a clause may have in it what fills another: "the heater in my Mazda blows cold"."""
    touched = [t for t in reader.taken if t.start < span.end and span.start < t.end]
    return not touched or (all(span.start <= t.start and t.end < span.end for t in touched) and is_report(reader.heard, span))


def _may_replace(spec: SlotSpec, span: Span, reader: Reader) -> bool:
    """Whether words may stand in for others, said before: where nothing else was asked for, or where their own clause corrects."""
    clause = reader.clause_of(span)
    if spec.name not in reader.slots:  # a bare phrase answers what was asked, nothing else
        alone = (
            reader.asked is not None
            and clause is not None
            and bare_words(clause.text) == bare_words(reader.heard.parse.text[span.start : span.end])
        )
        led_to = any(other == reader.asked for other, _ in spec.condition)  # "Yes, a beagle" to whether there are pets
        return not alone or not spec.like or led_to
    return reader.asked is None or (clause is not None and "correct" in acts_of(clause))

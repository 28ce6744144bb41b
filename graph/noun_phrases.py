"""What noun phrases say by themselves: whose something is, what somebody is called, which firm they speak for. Pure.

Knows the turn as it was heard; clauses are read in `graph.clauses`.
"""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from graph.drafts import Draft, Heard
from graph.fact_values import predicate_of
from graph.model import EntityId
from graph.persons import possessive
from graph.predicates import lexicon
from graph.validity import times_of, valid
from graph.wording import phrase
from nlp.syntax import within
from nlp.types import Mention, Span, Token

_LABEL = re.compile(r"([a-z]+)(?: (?:number|no\.?))? #?([A-Z]{0,3}-?\d[\w-]*)\b", re.IGNORECASE)
_GREETING = re.compile(r"(?:(?:hi|hello|hey|good \w+)\b[,!. ]*)?", re.IGNORECASE)
_SPEAKING = re.compile(r" (?:here|speaking|calling)\b", re.IGNORECASE)
_IDIOMS = frozenset(
    {"idea", "problem", "worry", "way", "thank", "thanks", "rush", "doubt", "matter", "wonder", "hurry", "clue", "need", "one"}
)


def noun_phrases(heard: Heard) -> list[Draft]:
    """What noun phrases say by themselves: whose something is, what somebody is called."""
    found: list[Draft] = []
    for mention in heard.parse.mentions:
        if heard.turn.speaker == "customer" and not _in_mere_talk(heard, mention):
            found += [*_possession(heard, mention), *_naming(heard, mention), *_own_name(heard, mention), *_contact(heard, mention)]
            found += [*_numbered(heard, mention), *_affiliation(heard, mention), *_worth(heard, mention), *_beside(heard, mention)]
    return found


def _in_mere_talk(heard: Heard, mention: Mention) -> bool:
    """Inside a joke, a hypothesis or what is denied ("we have no dog")."""
    near = heard.clauses.get(heard.sentence(mention.span), [])
    around = [r for r in near if r.span.start <= mention.span.start and mention.span.end <= r.span.end]
    inner = min(around, key=lambda r: r.span.end - r.span.start, default=None)
    return inner is not None and inner.modality in ("joke", "hypothesis")


def _plain(word: str) -> str:
    """Without accents: a fiancé is a fiance."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _is_asked(heard: Heard, mention: Mention) -> bool:
    """Inside a question, which takes much for granted that nobody told."""
    around = [r for r in heard.parse.relations if r.span.start <= mention.span.start and mention.span.end <= r.span.end]
    return any(r.modality == "question" for r in around)


def _possession(heard: Heard, mention: Mention) -> list[Draft]:
    owner = heard.referent(mention.possessor)
    owned = heard.referent(mention.index)
    if owner is None or owned is None or owner == owned or mention.value is not None or mention.members:
        return []
    if (group := heard.entity(owned)) is not None and group.members:
        return []
    noun = _plain(mention.head_lemma)
    if owner == heard.business or noun in ("name", "way") or (heard.entities.get(owned) and heard.entities[owned].members):
        return []
    relational = noun in lexicon().person_nouns
    if not relational and _is_asked(heard, mention):
        return []
    start = max((m.span.end for m in heard.parse.mentions if _is_owner(m, mention)), default=mention.span.start)
    possessed = phrase(heard.words, Span(start, mention.span.end), "third").removeprefix("'s ").removeprefix("' ").strip()
    draft = _bare(heard, mention, owner, noun if relational else "has", owned, possessed, (noun, *mention.modifiers))
    return [draft if relational else replace(draft, valid_to=_parted_with(heard, mention, owner))]


def _parted_with(heard: Heard, mention: Mention, owner: EntityId) -> datetime | None:
    """ "I sold my motorcycle in 2021", "please cancel my appointment": until when somebody had what they part with."""
    for relation in heard.parse.relations:
        subject, thing = relation.argument("subject"), relation.argument("object")
        if relation.modality == "request" and relation.predicate in lexicon().cancelling and thing is not None:
            if thing.mention == mention.index and not relation.negated:
                return heard.turn.at
            continue
        done = relation.predicate in lexicon().ending_verbs and relation.tense == "past" and relation.modality == "asserted"
        if not done or relation.negated or thing is None or subject is None or thing.mention != mention.index:
            continue
        if heard.referent(subject.mention) == owner:
            return valid(heard, relation, times_of(heard, relation)).start or heard.turn.at
    return None


def is_label(text: str) -> bool:
    """A number or code that something has, rather than a name: "unit 4B"."""
    return any(c.isdigit() for c in text) and " " not in text.strip()


def _is_owner(said: Mention, mention: Mention) -> bool:
    """Whether it says whose the thing is: "my uncle", and "Bertram", in "my uncle Bertram's service"."""
    named = said.same_as == mention.possessor and mention.span.start <= said.span.start and said.span.end <= mention.span.end
    return mention.possessor is not None and (said.index == mention.possessor or (named and said.index != mention.index))


def _naming(heard: Heard, mention: Mention) -> list[Draft]:
    if (
        mention.kind != "name"
        or is_label(mention.text)
        or mention.same_as is None
        or mention.members
        or mention.definiteness == "indefinite"
    ):
        return []
    named = heard.referent(mention.index)
    target = heard.parse.mentions[mention.same_as]
    if named is None or target.kind == "name":
        return []
    return [
        _bare(heard, mention, named, "name", None, mention.text, ("name", *mention.text.lower().split())),
        *_sort(heard, mention, target),
    ]


def _sort(heard: Heard, mention: Mention, target: Mention) -> list[Draft]:
    """ "A nurse named Joy Kimura": what somebody or something is."""
    named = heard.referent(mention.index)
    if named is None or target.definiteness != "indefinite" or target.kind != "nominal" or mention.type == "organisation":
        return []
    words = [t for t in within(heard.parse.tokens, target.span) if t.i <= target.head]
    said = heard.parse.text[words[0].span.start : words[-1].span.end] if words else ""
    draft = _bare(heard, target, named, "is", None, said, (target.head_lemma, *heard.words.name(named).lower().split()))
    text = f"{heard.words.name(named)} is {said[:1].lower()}{said[1:]}"
    return [replace(draft, role="attribute", text=text, told=text)] if said else []


def _numbered(heard: Heard, mention: Mention) -> list[Draft]:
    """ "Hi, Benedikt Avery, unit 317", "… claim 7712": the number of something of the customer's, beside the name that they give."""
    named = heard.parse.tokens[mention.head].head
    own = any(m.head == named and m.kind == "name" and heard.referent(m.index) == heard.customer for m in heard.parse.mentions)
    label = _LABEL.match(heard.parse.text[mention.span.start :])
    if not own or label is None or mention.role != "apposition" or mention.definiteness != "bare":
        return []
    noun, number = label[1].lower(), label[2]
    draft = _bare(heard, mention, heard.customer, noun, None, number, (*noun.split(), "number"))
    text = f"{possessive(heard.words.name(heard.customer))} {noun} is {number}"
    return [replace(draft, role="attribute", value_type="code", single=True, text=text, told=f"Your {noun} is {number}")]


def _own_name(heard: Heard, mention: Mention) -> list[Draft]:
    """ "Hi, Henrik Solberg, member 20418", "… – Cassius Boateng": the name that the customer gives."""
    own = mention.kind == "name" and mention.same_as is None and heard.referent(mention.index) == heard.customer
    if not own or mention.type not in ("person", "thing", "organisation") or not mention.text[:1].isupper():
        return []
    clause = next((r for r in heard.parse.relations for a in r.arguments if a.mention == mention.index and a.role != "attribute"), None)
    if clause is not None and not _is_header(heard, mention):
        return []
    return [_bare(heard, mention, heard.customer, "name", None, mention.text, ("name", *mention.text.lower().split()))]


def _is_header(heard: Heard, mention: Mention) -> bool:
    """ "Beatrix Olsen here, …", "Nadia Brook speaking.": a name that a turn begins with, whatever clause it was read into."""
    text = heard.parse.text
    return _GREETING.fullmatch(text[: mention.span.start]) is not None and _SPEAKING.match(text, mention.span.end) is not None


def _worth(heard: Heard, mention: Mention) -> list[Draft]:
    """ "A cello worth about $14,000": what a thing is worth."""
    if mention.type != "money" or mention.value is None:
        return []
    tokens = heard.parse.tokens
    near = [t for t in tokens[: mention.head + 1] if mention.span.start - t.span.end < 12]
    before = next((t for t in reversed(near) if t.text.lower() == "worth"), None)
    thing = next((m for m in heard.parse.mentions if before is not None and m.head == before.head), None)
    entity = heard.referent(thing.index) if thing is not None else None
    if thing is None or entity is None or before is None:
        return []
    draft = _bare(heard, mention, entity, "worth", None, mention.text, (thing.head_lemma, "worth", "value"))
    text = f"The {heard.words.name(entity)} is worth {mention.text}"
    return [replace(draft, value=mention.value, value_type="money", role="value", text=text, told=text)]


def _beside(heard: Heard, mention: Mention) -> list[Draft]:
    """ "… eats hay, no carrots", "no heat": a thing denied beside a clause, by its verb where that has an object."""
    words, tokens = within(heard.parse.tokens, mention.span), heard.parse.tokens
    denied = bool(words) and words[0].text.lower() == "no" and not mention.members
    if not denied or mention.head_lemma in _IDIOMS:
        return []
    said = mention.text[3:]
    if _is_unwanted(heard, words[0], mention):
        draft = _bare(heard, mention, heard.customer, "want", None, said, ("want", mention.head_lemma, *mention.modifiers))
        name = heard.words.name(heard.customer)
        return [replace(draft, role="object", polarity="negative", text=f"{name} wants no {said}", told=f"You want no {said}")]
    if tokens[mention.head].dep in ("dobj", "attr", "nsubj", "nsubjpass", "pobj"):
        return []
    around = [r for r in heard.parse.relations if r.span.start <= mention.span.start and mention.span.end <= r.span.end]
    told = (r for r in around if (thing := r.argument("object")) is not None and thing.span.start < mention.span.start)
    clause = min(told, key=lambda r: r.span.end - r.span.start, default=None)
    subject = clause.argument("subject") if clause is not None else None
    passive = clause is not None and subject is None  # "the trip is planned, no hotel yet"
    done = clause.argument("object") if clause is not None and passive else None
    about = heard.entity(heard.referent(done.mention)) if done is not None else None
    doer = heard.referent(subject.mention) if subject is not None else about.id if about is not None and about.type != "person" else None
    predicate = predicate_of(heard, clause, clause.argument("object")) if clause is not None and subject and doer is not None else "has"
    draft = _bare(heard, mention, doer or heard.customer, "has", None, said, (mention.head_lemma, *mention.modifiers))
    return [replace(draft, predicate=predicate, role="object", polarity="negative", text=f"No {said}", told=f"No {said}")]


def _is_unwanted(heard: Heard, no: Token, mention: Mention) -> bool:
    """ "No roses please", "my wife gets seasick, so no boats": asked for, rather than told, at the end of what is said."""
    tokens = heard.parse.tokens
    after = [t.text.lower() for t in tokens[mention.head + 1 : mention.head + 3]]
    before = tokens[no.i - 1] if no.i else None
    so = before is not None and before.text.lower() == "so"
    opens = before is None or so or before.pos in ("PUNCT", "CCONJ", "INTJ")
    polite = "please" in after[:1] or after == [",", "please"]
    ends = not after or not after[0].isalpha() or after[0] in ("then", "for")
    return opens and (polite or (so and ends))


def _affiliation(heard: Heard, mention: Mention) -> list[Draft]:
    """ "This is Dana from Larkspur Textiles": the name of a person with the place or firm that they speak for."""
    if mention.kind != "name" or mention.type != "person":
        return []
    tokens = heard.parse.tokens
    after = tokens[mention.head + 1 : mention.head + 3]
    for preposition in (t for t in after if t.dep == "prep" and t.lemma.lower() in ("from", "at", "with")):
        firm = next((m for m in heard.parse.mentions if tokens[m.head].head == preposition.i and m.kind == "name"), None)
        person, place = heard.referent(mention.index), heard.referent(firm.index) if firm else None
        if firm is not None and person is not None and place is not None and person != place:
            predicate = "works_at" if preposition.lemma.lower() != "from" or firm.type == "organisation" else "is_from"
            draft = _bare(heard, mention, person, "has", place, firm.text, ("with", "company", *firm.text.lower().split()))
            where = f"{preposition.text.lower()} {firm.text}"
            text = f"{heard.words.name(person)} is {where}"
            told = f"You're {where}" if person == heard.customer else text
            return [replace(draft, predicate=predicate, role=preposition.lemma.lower(), text=text, told=told)]
    return []


def _contact(heard: Heard, mention: Mention) -> list[Draft]:
    """A phone number or an email beside the noun that says whose it is, where no clause does: "her number's 512-555-0100"."""
    if mention.type not in ("phone", "email") or mention.value is None:
        return []
    nouns = [
        m for m in heard.parse.mentions if m.head_lemma in ("number", "phone", "cell", "email", "mail") and m.sentence == mention.sentence
    ]
    before = [m for m in nouns if m.span.end <= mention.span.start]
    owners = [o for m in before if (o := heard.referent(m.possessor)) is not None]
    gets = any(
        r.predicate in ("have", "get") and heard.referent(a.mention) == heard.customer for r in heard.parse.relations for a in r.arguments
    )
    owners = owners or ([heard.customer] if before and gets else [])
    if not owners:
        return []
    owner, you = heard.words.name(owners[-1]), owners[-1] == heard.customer
    noun = "phone number" if mention.type == "phone" else "email"
    draft = _bare(heard, mention, owners[-1], mention.type, None, mention.text, (noun.rsplit(maxsplit=1)[-1], mention.type))
    text = f"{owner}'s {noun} is {mention.text}"
    told = f"Your {noun} is {mention.text}" if you else text
    return [replace(draft, value=mention.value, value_type=mention.type, role="value", text=text, told=told)]


def _bare(
    heard: Heard, mention: Mention, subject: EntityId, predicate: str, owned: EntityId | None, said: str, lemmas: tuple[str, ...]
) -> Draft:
    owner = heard.words.name(subject) if predicate != "name" else _as_somebodys(heard, subject)
    thing = heard.words.name(owned) if owned else said
    you = subject == heard.customer
    third, second = _said_bare(predicate, owner, thing, said)
    return Draft(
        subject=subject,
        predicate=predicate,
        object=owned,
        value=None if owned else said,
        value_type=None if owned else "text",
        role="possession" if owned else "name",
        relation=-1 - mention.index,
        span=heard.evidence(mention.span),
        text=third,
        told=second if you else third,
        said=said,
        said_by=heard.speaker,
        lemmas=lemmas,
        single=predicate in lexicon().single,
    )


def _as_somebodys(heard: Heard, entity: EntityId) -> str:
    """ "Dana's wife" rather than her name, where her name is what is told."""
    found = heard.entities.get(entity)
    noun = next((h for h in found.heads if h in lexicon().person_nouns or h == h.lower()), None) if found and found.owner else None
    return f"{possessive(heard.words.name(found.owner))} {noun}" if found and noun else heard.words.name(entity)


def _said_bare(predicate: str, owner: str, thing: str, said: str) -> tuple[str, str]:
    """(in the third person, to the owner)."""
    if predicate == "name":
        return f"{owner}'s name is {said}", f"Your name is {said}"
    if predicate == "has":
        article = "" if thing[:1].isupper() or said.endswith("s") else "an " if said[:1] in "aeiou" else "a "
        return f"{owner} has {article}{said}", f"You have {article}{said}"
    named = thing if thing.lower() != predicate else "not named"
    if named == "not named":
        return f"{owner} has a {predicate}", f"You have a {predicate}"
    return f"{owner}'s {predicate} is {named}", f"Your {predicate} is {named}"

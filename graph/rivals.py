"""Which facts cannot be so at once, and whether the newer puts the older right or tells of a change. Pure.

Knows one stored fact, one draft and how the turn was said; not what is written about either.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from graph.drafts import Draft, Heard
from graph.model import Fact, TurnId
from graph.predicates import lexicon


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Read on first use: importing has no effect."""
    read = json.loads((resources.files("graph") / "data" / "corrections.json").read_text("utf-8"))
    strong, weak = (re.compile(rf"\b(?:{'|'.join(read[name])})", re.IGNORECASE) for name in ("strong", "weak"))
    return strong, weak


_TRADES = {"work_as": "as", "is": "attribute", "become": "attribute"}
_EACH = frozenset({"on", "in", "at", "the", "every", "each", "all"})
_PLACES = frozenset(f"is_{p}" for p in ("in", "at", "on", "under", "behind", "near", "by", "inside", "outside", "above"))
_INDEFINITE = re.compile(r"(?:an?|the) \w|[a-z]+(?:er|or|ist|ian|man|woman|wife|smith|ant)$", re.IGNORECASE)
_LIGHT = frozenset({"has", "is", "need", "want", "get", "buy", "like", "go", "do", "make", "say"})
_PRICED = frozenset({"cost", "is"})
_NONE_OF = re.compile(r"(?:an?|any|no) ([a-z-]+)(?: at all| yet)?|([a-z-]+s)")
_COUNTED = re.compile(
    r"(\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred) ([\w' -]+)"
)


@dataclass(frozen=True)
class Signals:
    """What the turn's words say of its news: strong, that something said was wrong; weak, that it may have been."""

    strong: bool
    weak: bool
    last: TurnId | None = None  # the turn before this one that said something

    def is_talk(self, words: str) -> bool:
        """Whether words are a signal and nothing more: "sorry", "scratch that", "on second thought"."""
        return any(pattern.fullmatch(words.strip() + mark) for pattern in _patterns() for mark in ("", ","))

    @classmethod
    def of(cls, text: str, last: TurnId | None = None) -> "Signals":
        """text: of the whole turn; a note that begins with an asterisk puts right what was typed before."""
        strong, weak = _patterns()
        return cls(bool(strong.search(text)) or text.lstrip().startswith("*"), bool(weak.search(text)), last)


def is_one_of_many(draft: Draft) -> bool:
    """Said to hold beside others."""
    return bool(draft.cues & {"also", "another"})


def are_rivals(heard: Heard, said: Signals, fact: Fact, draft: Draft) -> bool:
    """Whether both cannot be so at once."""
    if draft.modality != "asserted" or fact.turn == heard.turn.id or is_one_of_many(draft):
        return False
    if draft.predicate.startswith("asks_to_"):
        return _same_request(said, fact, draft)
    if fact.polarity != draft.polarity:
        return same_object(fact, draft) or _is_of_denied_kind(heard, fact, draft)
    if draft.polarity == "negative":
        return False
    if same_object(fact, draft):
        return (draft.valid_from is not None or draft.valid_to is not None) and _goes_on(said, draft)
    if draft.predicate in lexicon().single_of_kind and draft.tense == "present" and _is_like(heard, fact, draft):
        return True
    if draft.single or _single_noun(said, draft):
        return (fact.role == draft.role or draft.predicate in lexicon().single) and not is_within(heard, fact, draft)
    if _recounted(fact, draft):
        return True
    signalled = said.strong or said.weak or bool(draft.cues & {"now", "instead", "correction"})
    exact = (
        draft.predicate not in _LIGHT or fact.turn == said.last
    ) and draft.role != "when"  # says enough of what is told for any other thing to be in its place
    return signalled and fact.role == draft.role and (exact or _same_kind(heard, fact, draft) or (said.strong and draft.predicate == "is"))


def _is_of_denied_kind(heard: Heard, fact: Fact, draft: Draft) -> bool:
    """ "We have a hamster" after "we don't have any pets": one says that there is none of a kind, the other names one of it."""
    if fact.role != draft.role or fact.role != "object":
        return False
    none, one = (fact, draft) if fact.polarity == "negative" else (draft, fact)
    kind = _NONE_OF.fullmatch(none.said.lower())
    thing = heard.entity(one.object)
    if kind is None or thing is None or one.modality != "asserted":
        return False
    noun = (kind[1] or kind[2]).removesuffix("s")
    return noun in {h.removesuffix("s") for h in thing.heads} or (noun in ("pet", "animal") and thing.type == "animal")


def is_elsewhere(said: Signals, fact: Fact, draft: Draft) -> bool:
    """Whether both tell where the same thing is, by other prepositions, and the newer is said to put the older right."""
    other = fact.predicate in _PLACES and fact.predicate != draft.predicate and fact.polarity == "positive"
    return other and tells_place(said, draft)


def tells_place(said: Signals, draft: Draft) -> bool:
    """Whether the draft says where something is, in words that say that it was elsewhere."""
    signalled = said.strong or said.weak or bool(draft.cues & {"now", "instead", "correction"})
    return signalled and draft.predicate in _PLACES and draft.polarity == "positive" and draft.modality == "asserted"


def is_other_trade(said: Signals, fact: Fact, draft: Draft) -> bool:
    """ "She's a midwife" after "she works as a nurse", where the words say that it was a slip: what somebody is by trade."""
    if not tells_trade(said, draft) or fact.polarity != "positive" or fact.predicate == draft.predicate:
        return False
    return _TRADES.get(fact.predicate) == fact.role and _INDEFINITE.match(fact.said) is not None


def is_other_price(fact: Fact, draft: Draft) -> bool:
    """ "The tow was $250" after "the tow cost $220": what one thing costs, by either verb, not for somebody in particular."""
    both = {fact.predicate, draft.predicate} <= _PRICED and fact.value_type == draft.value_type == "money" and fact.tense == draft.tense
    sure = fact.polarity == draft.polarity == "positive" and fact.modality == draft.modality == "asserted" and not is_one_of_many(draft)
    return both and sure and fact.value != draft.value and not any(" for " in text for text in (fact.text, draft.text))


def tells_trade(said: Signals, draft: Draft) -> bool:
    """Whether the draft says what somebody is by trade, in words that say that another was a slip."""
    surely = (said.strong or said.weak) and draft.modality == "asserted" and draft.polarity == "positive"
    return surely and _TRADES.get(draft.predicate) == draft.role and _INDEFINITE.match(draft.said) is not None


def _recounted(fact: Fact, draft: Draft) -> bool:
    """The same things counted again: "four nephews" after "three nephews"."""
    one, other = (_COUNTED.match(said.lower()) for said in (fact.said, draft.said))
    return bool(one and other and one[2] == other[2] and one[1] != other[1]) and draft.tense == "present" and fact.role == draft.role


def _goes_on(said: Signals, draft: Draft) -> bool:
    """Whether the same said with another time is about one state or plan, and not about something that happened twice."""
    verb = draft.predicate.split("_", maxsplit=1)[0]
    return draft.single or draft.tense != "past" or said.strong or draft.predicate in lexicon().stative or verb in lexicon().stative


def is_within(heard: Heard, fact: Fact, draft: Draft | Fact) -> bool:
    """Whether two places may both be where somebody is: an address told after, or along with, the town that it is in."""
    one, other = _is_address(heard, fact), _is_address(heard, draft)
    return (other and not one) or (one and not other and fact.turn == heard.turn.id)


def _is_address(heard: Heard, said: Fact | Draft) -> bool:
    place = heard.entity(said.object)
    return said.value_type == "address" or (place is not None and place.type == "address") or said.said[:1].isdigit()


def _single_noun(said: Signals, draft: Draft) -> bool:
    return draft.predicate in lexicon().single_nouns and (
        bool(draft.cues & {"now", "instead"}) or said.strong or draft.valid_from is not None
    )


def _same_kind(heard: Heard, fact: Fact, draft: Draft) -> bool:
    """Whether the objects are of one kind: things of a type or a name, or values of a type."""
    one, other = heard.entity(fact.object), heard.entity(draft.object)
    if one is None or other is None:
        return one is other and fact.value_type == draft.value_type
    return one.type == other.type or bool(set(one.heads) & set(other.heads))


def _is_like(heard: Heard, fact: Fact, draft: Draft) -> bool:
    """Whether both are things called by one noun, or firms: another plan, another school; a bus is no plan."""
    one, other = heard.entity(fact.object), heard.entity(draft.object)
    if one is None or other is None:
        return bool(one or other) and fact.said.split()[-1:] == draft.said.split()[-1:]
    return bool(set(one.heads) & set(other.heads)) or (
        one.type == other.type != "thing" and one.name[:1].isupper() and other.name[:1].isupper()
    )


def _same_request(said: Signals, fact: Fact, draft: Draft) -> bool:
    """The same thing asked for with another number, time or object of the same kind."""
    if draft.polarity == "negative" or same_object(fact, draft) or fact.role != draft.role:
        return False
    shared = set(fact.lemmas) & set(draft.lemmas)
    return said.weak and len(shared) >= max(1, min(len(fact.lemmas), len(draft.lemmas)) // 2)


def corrects(said: Signals, draft: Draft) -> bool:
    """A correction says it was never so; a change, that it is no longer so."""
    if draft.instead_of is not None:
        return "now" not in draft.cues
    if draft.value_type == "money" and draft.predicate in _PRICED and draft.tense == "past":
        return True  # what something cost does not change
    if said.strong or (draft.polarity == "negative" and draft.tense == "past" and not draft.cues & {"perfect", "no_longer", "now"}):
        return True
    if "correction" in draft.cues and draft.predicate.startswith("asks_to_"):
        return True
    return said.weak and draft.valid_from is None and not draft.cues & {"now", "no_longer"} and not draft.predicate.startswith("asks_to_")


def same_object(fact: Fact, draft: Draft) -> bool:
    """Whether both are about one thing, or one value however it was written."""
    if fact.object is not None or draft.object is not None:
        return fact.object == draft.object
    if (fact.value or "").startswith("R/") and fact.value == draft.value:  # that it is every week does not tell of which day
        return _days(fact.said) == _days(draft.said)
    return (fact.value or "").casefold().removeprefix("the ") == (draft.value or "").casefold().removeprefix("the ")


def _days(said: str) -> frozenset[str]:
    """ "every Tuesday", "on Tuesdays": the words that tell which days, which times."""
    return frozenset(w.removesuffix("s") for w in re.findall(r"\w+", said.lower()) if w not in _EACH)

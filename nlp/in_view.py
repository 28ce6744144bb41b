"""A mention that asks for one of several, the lists in view that it may choose from, and its answers as resolutions.

Knows the discourse and its lists; not by what a choice is made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.callback_words import callback_words
from nlp.offers import STAND_INS, Option, OptionList, lists_of
from nlp.series import TAKEN_UP
from nlp.types import Ambiguous, Candidate, Discourse, Lexicon, Linked, Mention, MentionKind, Parse

WINDOW = 8  # turns back in which a list can still be referred to
_COMPARED = frozenset({"JJR", "JJS", "RBR", "RBS"})


@dataclass(frozen=True, slots=True)
class Asking:
    """A mention with its words, as far as they say which of several is meant."""

    mention: Mention
    words: tuple[str, ...]  # of the whole phrase, lower case
    parse: Parse
    discourse: Discourse
    lexicon: Lexicon

    @property
    def stands_in(self) -> bool:
        """Whether its noun names no kind of thing: "the one", "the second", "the cheapest"."""
        lists, head = callback_words(), self.mention.head_lemma
        bare = self.parse.tokens[self.mention.head].tag in _COMPARED and self.mention.definiteness == "definite"
        return head in STAND_INS or head in lists.ordinals or head in lists.numbered or head == "middle" or bare


def recent_lists(asking: Asking) -> Iterator[OptionList]:
    """Lists in view, the latest turn's first; within a turn those of its own noun first."""
    noun = asking.mention.head_lemma
    for turn in reversed(asking.discourse.turns[-WINDOW:]):
        yield from sorted(lists_of(turn), key=lambda each: -_of_noun(each, noun))


def fits(asking: Asking, each: OptionList) -> bool:
    """Whether the mention's noun can stand for what is listed."""
    return asking.stands_in or _of_noun(each, asking.mention.head_lemma) > 0


def _of_noun(each: OptionList, noun: str) -> int:
    if each.kind == "time":
        return int(noun in ("slot", "opening", "time", "appointment", "day", "date"))
    return int(noun not in ("one", "ones") and (noun in each.nouns or any(noun in option.words for option in each.options)))


def option_key(option: Option) -> str | None:
    """What tells it from the others of its list, and is the same in other turns."""
    return option.referent or option.value


def linked(asking: Asking, option: Option, kind: MentionKind, evidence: tuple[str, ...]) -> Linked:
    """The mention means that option."""
    known = asking.discourse.referents.get(option.referent) if option.referent else None
    text = option.text.lower()
    named = known is not None and (text in TAKEN_UP or any(word in text for word in known.name.lower().split()))
    name = known.name if known is not None and named else option.text
    mention = replace(asking.mention, kind=kind)
    candidates = (Candidate(option.referent, name, 0.9),) if option.referent else ()
    return Linked(mention, option.referent, name, option.antecedent, 0.9, candidates, option.value, evidence=evidence)


def ambiguous(asking: Asking, options: Sequence[Option]) -> Ambiguous:
    """The mention may mean any of these, each as likely."""
    share = 1.0 / len(options)
    candidates = tuple(Candidate(o.referent or o.value or "", o.text, share) for o in options)
    return Ambiguous(replace(asking.mention, kind="callback"), candidates, share)

"""Which of a list is left over: "the other one", "the other two", "the rest" against what was spoken of last.

Knows the discourse and its lists in view; what else may tell one of several is for `callbacks`.
"""

import re
from collections.abc import Iterator

from nlp.callback_words import callback_words
from nlp.groups import group_of
from nlp.in_view import WINDOW, Asking, ambiguous, fits, linked, option_key, recent_lists
from nlp.offers import STAND_INS, Option, OptionList
from nlp.types import Mention, PriorTurn, Resolution


def by_contrast(asking: Asking) -> Resolution | None:
    """ "the other one": against the set that is in focus."""
    if "other" not in asking.words or asking.mention.definiteness == "indefinite" or asking.mention.number == "plural":
        return None
    open_ones: list[Option] | None = None
    beside = _entities_in_focus(asking) if asking.mention.head_lemma in STAND_INS else ()
    for each in (*recent_lists(asking), *beside):
        if not fits(asking, each):
            continue
        spoken_of = latest(asking, each)
        rest = [o for o in each.options if spoken_of is None or option_key(o) != option_key(spoken_of)]
        if spoken_of is not None and len(rest) == 1:
            return linked(asking, rest[0], "callback", ("the one of the two that was not just spoken of",))
        open_ones = open_ones or rest
        if rest and (spoken_of is not None or each.turn.speaker != asking.discourse.speaker):
            break
    return ambiguous(asking, open_ones) if open_ones else None


def remaining(asking: Asking) -> Resolution | None:
    """ "The other two", "the others", "the rest of them": those of a list that was not just spoken of."""
    counted = next((callback_words().cardinals[w] + 1 for w in asking.words if w in callback_words().cardinals), None)
    plural = asking.words[1:2] in (("other",), ("others",), ("rest",)) and asking.words[0] in ("the", "those", "these")
    if not plural or not (counted or asking.words[1] != "other") or not (asking.stands_in or asking.words[2:3] in ((), ("of",)) or counted):
        return None
    for each in recent_lists(asking):
        spoken_of = _said_here(asking, each) or latest(asking, each)
        rest = [o for o in each.options if spoken_of is not None and option_key(o) != option_key(spoken_of)]
        if len(rest) > 1 and counted in (None, len(rest)):
            return group_of(asking, rest)
        if spoken_of is None and counted == len(each.options):
            return group_of(asking, each.options)
    return None


def _said_here(asking: Asking, each: OptionList) -> Option | None:
    """The one option of which this turn speaks before the mention."""
    before = [m for m in asking.parse.mentions if m.span.end <= asking.mention.span.start and m.kind in ("name", "nominal")]
    times = {t.value for t in asking.parse.times if t.span.end <= asking.mention.span.start}
    named = [o for o in each.options if o.value in times or any(_is_called(o, m) for m in before)]
    return named[0] if len(named) == 1 else None


def _is_called(option: Option, mention: Mention) -> bool:
    return re.search(rf"\b{re.escape(mention.head_lemma.lower())}\b", option.text.lower()) is not None


def latest(asking: Asking, each: OptionList) -> Option | None:
    """The option spoken of last after the list was given."""
    keys = {**told_with(each), **{option_key(o): o for o in each.options}}
    for turn in reversed(asking.discourse.turns):
        if turn.number <= each.turn.number:
            return _told_at_once(each)
        values = [t.value for t in turn.parse.times]
        said = [m.referent or m.value for m in turn.mentions] + [m.value for m in turn.mentions] + values
        found = next((keys[k] for k in reversed(said) if k in keys), None)
        if found is not None:
            return found
    return None


def _told_at_once(each: OptionList) -> Option | None:
    """The one of which the sentences after the list tell: "… the Crypt and the Vault. The Crypt is the scariest."."""
    last = max(o.span.end for o in each.options)
    sentence = next((s for s in each.turn.parse.sentences if s.start < last <= s.end), None)
    after = {m.referent for m in each.turn.mentions if sentence is not None and m.mention.span.start >= sentence.end}
    told = [o for o in each.options if o.referent is not None and o.referent in after]
    return told[0] if len(told) == 1 else None


def told_with(each: OptionList) -> dict[str | None, Option]:
    """Options by what was said of them alone: "Pine Hollow is too far" speaks of "the one in Pine Hollow"."""
    starts = [*(o.span.start for o in each.options[1:]), len(each.turn.parse.text)]
    beside = [
        (m.referent, option)
        for option, end in zip(each.options, starts, strict=True)
        for m in each.turn.mentions
        if m.referent is not None and m.mention.kind in ("name", "nominal") and option.span.start < m.mention.span.start < end
    ]
    beside += [(option.value[:10], option) for option in each.options if option.value]  # "Friday" of "Friday at 2"
    said = [key for key, _ in beside]
    return {key: option for key, option in beside if said.count(key) == 1}


def _entities_in_focus(asking: Asking) -> Iterator[OptionList]:
    """The last two things of one type, where they came up apart."""
    seen: dict[str, dict[str, Option]] = {}
    first: dict[str, PriorTurn] = {}
    for turn in asking.discourse.turns[-WINDOW:]:
        for prior in turn.mentions:
            mention = prior.mention
            if (
                mention.kind not in ("name", "nominal")
                or prior.referent is None
                or mention.members
                or mention.type in ("thing", "person", "money", "number")
            ):
                continue
            options = seen.setdefault(mention.type, {})
            first.setdefault(mention.type, turn)
            options.setdefault(
                prior.referent, Option(turn, mention.span, mention.text, frozenset(), "", prior.referent, None, None, mention.type)
            )
    for kind, options in reversed(list(seen.items())):
        if len(options) == 2:
            yield OptionList(first[kind], tuple(options.values()), kind)

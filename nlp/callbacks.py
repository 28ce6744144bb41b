"""Mentions that go back to what was offered or said: positions in lists, contrasts, descriptions, "the same as last time".

Knows the turn's parse, the discourse and the recall that it brings; no graph, no store.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.callback_words import callback_words
from nlp.noun_core import words_of
from nlp.offers import Option, OptionList, lists_of, single_time
from nlp.recollection import described, recollected, repeated
from nlp.syntax import Tree
from nlp.types import Ambiguous, Candidate, Discourse, Lexicon, Linked, Mention, MentionKind, Parse, PriorTurn, Resolution, Span

_WINDOW = 8  # turns back in which a list can still be referred to by position
_STAND_INS = frozenset({"one", "ones", "slot", "opening", "option", "choice", "time", "appointment"})


@dataclass(frozen=True, slots=True)
class _Asking:
    """A mention with its words, as far as they say which of several is meant."""

    mention: Mention
    words: tuple[str, ...]  # of the whole phrase, lower case
    parse: Parse
    discourse: Discourse
    lexicon: Lexicon


def resolve_callbacks(parse: Parse, discourse: Discourse, lexicon: Lexicon) -> dict[int, Resolution]:
    """By mention index; mentions that are no callbacks are left to coreference."""
    if not discourse.turns:
        return {}
    tree = Tree.of(parse.tokens)
    settled: dict[int, Resolution] = {}
    for mention in parse.mentions:
        if mention.kind == "speaker" or mention.members or mention.value is not None:
            continue
        whole = _whole(parse, tree, mention)
        asking = _Asking(whole, tuple(re.findall(r"[\w'#.-]*\w|#", whole.text.lower())), parse, discourse, lexicon)
        resolution = _resolve(asking)
        if resolution is not None:
            settled[mention.index] = resolution
    return settled


def _resolve(asking: _Asking) -> Resolution | None:
    return (
        _by_position(asking)
        or _by_contrast(asking)
        or _by_degree(asking)
        or _pointed_at(asking)
        or repeated(asking.mention, asking.parse, asking.discourse, asking.lexicon)
        or recollected(asking.mention, asking.parse, asking.discourse, asking.lexicon)
        or described(asking.mention, asking.parse, asking.discourse, asking.lexicon)
    )


def _whole(parse: Parse, tree: Tree, mention: Mention) -> Mention:
    """The mention with what follows "one" and belongs to it, also where the parser hangs that on the verb."""
    if mention.head_lemma == "please" and mention.head and parse.tokens[mention.head - 1].lemma == "one":
        head = parse.tokens[mention.head - 1]  # "the last one please", read as one noun phrase
        end = head.span.end
        return replace(
            mention, head=head.i, head_lemma="one", span=Span(mention.span.start, end), text=parse.text[mention.span.start : end]
        )
    if mention.head_lemma not in ("one", "ones") or mention.kind not in ("nominal", "ordinal", "pronoun"):
        return mention
    tokens, end, start = parse.tokens, mention.span.end, mention.span.start
    following = next((t for t in tokens if t.span.start >= end), None)
    if (
        following is not None
        and following.pos == "ADP"
        and following.lemma.lower() in ("with", "in", "on", "by", "from", "near", "of", "without")
    ):
        objects = [i for i in tree.subtree(following.i) if tokens[i].pos not in ("ADV", "PUNCT")]
        last = max([i for i in objects if tokens[i].pos in ("NOUN", "PROPN", "NUM", "PRON")], default=following.i)
        end = tokens[last].span.end if last > following.i and not _timely(parse, tokens[last].span) else end
    before = next((t for t in reversed(tokens) if t.span.end <= start), None)
    if (
        before is not None
        and before.text.lower() in ("that", "this", "the", "other", "each")
        and before.i == mention.head - 1
        and start == tokens[mention.head].span.start
    ):
        start = before.span.start
    return replace(mention, span=Span(start, end), text=parse.text[start:end])


def _timely(parse: Parse, span: Span) -> bool:
    return any(t.span.start <= span.start < t.span.end for t in parse.times)


def _recent_lists(asking: _Asking) -> Iterator[OptionList]:
    """Lists in view, the latest turn's first; within a turn those of its own noun first."""
    noun = asking.mention.head_lemma
    for turn in reversed(asking.discourse.turns[-_WINDOW:]):
        found = lists_of(turn)
        yield from sorted(found, key=lambda each: -_of_noun(each, noun))


def _of_noun(each: OptionList, noun: str) -> int:
    if each.kind == "time":
        return int(noun in ("slot", "opening", "time", "appointment", "day", "date"))
    return int(any(noun in option.words for option in each.options) and noun not in ("one", "ones"))


def _fits(asking: _Asking, each: OptionList) -> bool:
    """Whether the mention's noun can stand for what is listed."""
    noun = asking.mention.head_lemma
    stands_in = noun in _STAND_INS or noun in callback_words().ordinals or noun in callback_words().numbered
    return stands_in or _of_noun(each, noun) > 0


def _by_position(asking: _Asking) -> Resolution | None:
    """ "the second one", "the last of those", "number two"."""
    position = _position(asking)
    if position is None:
        return None
    pair = any(w in ("former", "latter") for w in asking.words)
    for each in _recent_lists(asking):
        size = len(each.options)
        if not _fits(asking, each) or not (-size <= position < size) or (pair and size != 2):
            continue
        return _linked(asking, each.options[position], "ordinal", ("position in a list that was heard",))
    return None


def _position(asking: _Asking) -> int | None:
    lists, words = callback_words(), asking.words
    if asking.mention.definiteness == "indefinite" and words[:1] in (("a",), ("an",)):
        return None
    stands_in = asking.mention.head_lemma in _STAND_INS | lists.ordinals.keys() | lists.numbered
    if not stands_in:
        return None
    for n, word in enumerate(words):
        if word in lists.numbered and n + 1 < len(words) and words[n + 1] in lists.cardinals:
            return lists.cardinals[words[n + 1]]
    if asking.mention.head_lemma in ("time", "appointment") or "time" in words[-1:]:
        return None  # "the last time", "my last appointment" are times of their own
    return next((lists.ordinals[w] for w in words if w in lists.ordinals), None)


def _by_contrast(asking: _Asking) -> Resolution | None:
    """ "the other one", "neither": against the set that is in focus."""
    words = asking.words
    if words in (("neither",), ("either",)) or words[:2] in (("neither", "one"), ("either", "one")):
        return _group(asking)
    if "other" not in words or asking.mention.head_lemma not in _STAND_INS or asking.mention.number == "plural":
        return None
    for each in (*_recent_lists(asking), *_entities_in_focus(asking)):
        if not _fits(asking, each):
            continue
        spoken_of = _latest(asking, each)
        rest = [o for o in each.options if spoken_of is None or _key(o) != _key(spoken_of)]
        if spoken_of is not None and len(rest) == 1:
            return _linked(asking, rest[0], "callback", ("the one of the two that was not just spoken of",))
        if rest:
            return _ambiguous(asking, rest)
    return None


def _key(option: Option) -> str | None:
    return option.referent or option.value


def _latest(asking: _Asking, each: OptionList) -> Option | None:
    """The option spoken of last after the list was given."""
    keys = {_key(o): o for o in each.options}
    for turn in reversed(asking.discourse.turns):
        if turn.number <= each.turn.number:
            return None
        values = [t.value for t in turn.parse.times]
        said = [m.referent or m.value for m in turn.mentions] + [m.value for m in turn.mentions] + values
        found = next((keys[k] for k in reversed(said) if k in keys), None)
        if found is not None:
            return found
    return None


def _entities_in_focus(asking: _Asking) -> Iterator[OptionList]:
    """The last two things of one type, where they came up apart."""
    seen: dict[str, dict[str, Option]] = {}
    first: dict[str, PriorTurn] = {}
    for turn in asking.discourse.turns[-_WINDOW:]:
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


def _group(asking: _Asking) -> Resolution | None:
    for each in _recent_lists(asking):
        if len(each.options) == 2:
            name = " and ".join(o.text for o in each.options)
            members = tuple(o.referent for o in each.options if o.referent)
            mention = replace(asking.mention, kind="callback")
            return Linked(mention, None, name, each.options[-1].antecedent, 0.8, members=members, evidence=("the two that were listed",))
    return None


def _by_degree(asking: _Asking) -> Resolution | None:
    """ "the cheaper one", "the earlier slot"."""
    lists = callback_words()
    tokens = words_of(asking.parse, asking.mention)
    marked = (t for t in tokens if t.tag in ("JJR", "JJS", "RBR", "RBS") or t.text.lower() in ("earlier", "later", "sooner"))
    compared = next((t for t in marked if t.lemma.lower() in lists.degrees), None)
    more = next((t for t in tokens if t.lemma.lower() in ("more", "most", "much")), None)
    less = any(t.lemma.lower() in ("less", "least") for t in tokens)
    if compared is None and (more is not None or less):
        compared = next((t for t in tokens if t.lemma.lower() in lists.degrees), None)
    if compared is None or asking.mention.definiteness == "indefinite":
        return None
    kind, end = lists.degrees[compared.lemma.lower()]
    for each in _recent_lists(asking):
        measured = [(m, o) for o in each.options if (m := o.measure(kind)) is not None]
        if len(measured) > 1 and len({m for m, _ in measured}) > 1 and _fits(asking, each):
            best = (max if (end > 0) != less else min)(measured, key=lambda pair: pair[0])
            return _linked(asking, best[1], "callback", (f"by {kind} among what was listed",))
    return None


def _pointed_at(asking: _Asking) -> Resolution | None:
    """ "that one" right after a list: the last that was heard of one that was cut off; "that works" of the only time offered."""
    last = asking.discourse.turns[-1]
    if last.speaker == asking.discourse.speaker:
        return None
    if asking.words in (("that", "one"), ("this", "one"), ("one",)):
        found = lists_of(last)
        if found and found[0].cut:
            return _linked(asking, found[0].options[-1], "callback", ("the last that was heard",))
        return _ambiguous(asking, found[0].options) if found and asking.words != ("one",) and found[0].kind == "time" else None
    governor = asking.parse.tokens[asking.parse.tokens[asking.mention.head].head]
    if asking.words == ("that",) and asking.mention.role == "subject" and governor.lemma.lower() in callback_words().fitting:
        option = single_time(last)
        offered = option is not None and bool(last.parse.acts & {"question", "offer"} or "?" in last.parse.text)
        return _linked(asking, option, "callback", ("the time that was offered",)) if option is not None and offered else None
    return None


def _linked(asking: _Asking, option: Option, kind: MentionKind, evidence: tuple[str, ...]) -> Linked:
    known = asking.discourse.referents.get(option.referent) if option.referent else None
    named = known is not None and any(word in option.text.lower() for word in known.name.lower().split())
    name = known.name if known is not None and named else option.text
    mention = replace(asking.mention, kind=kind)
    candidates = (Candidate(option.referent, name, 0.9),) if option.referent else ()
    return Linked(mention, option.referent, name, option.antecedent, 0.9, candidates, option.value, evidence=evidence)


def _ambiguous(asking: _Asking, options: Sequence[Option]) -> Ambiguous:
    share = 1.0 / len(options)
    candidates = tuple(Candidate(o.referent or o.value or "", o.text, share) for o in options)
    return Ambiguous(replace(asking.mention, kind="callback"), candidates, share)

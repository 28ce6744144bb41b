"""Mentions that go back to what was offered or said: positions in lists, contrasts, descriptions, "the same as last time".

Knows the turn's parse, the discourse and the recall that it brings; no graph, no store.
"""

import re
from dataclasses import replace

from nlp.callback_words import callback_words
from nlp.contrasts import by_contrast, latest, remaining, told_with
from nlp.degrees import by_degree
from nlp.groups import together, with_exception
from nlp.in_view import Asking, ambiguous, fits, linked, recent_lists
from nlp.offers import STAND_INS, Option, lists_of, single_time
from nlp.pronouns import only_closes
from nlp.recollection import content_words, described, recollected, repeated, up_to_going_on
from nlp.syntax import Tree, starting
from nlp.types import Discourse, Lexicon, Mention, Parse, Resolution, Span, Unresolved

_MIDDLE = "middle"
_BEFORE = re.compile(r"(?:not|maybe|perhaps|just)\s+(?=\w)", re.IGNORECASE)


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
        asking = Asking(whole, tuple(re.findall(r"[\w'#.-]*\w|#", whole.text.lower())), parse, discourse, lexicon)
        resolution = _resolve(asking)
        if resolution is not None:
            settled[mention.index] = resolution
    return settled


def _resolve(asking: Asking) -> Resolution | None:
    return (
        _by_position(asking)
        or together(asking)
        or remaining(asking)
        or by_contrast(asking)
        or by_degree(asking)
        or _pointed_at(asking)
        or repeated(asking.mention, asking.parse, asking.discourse, asking.lexicon)
        or recollected(asking.mention, asking.parse, asking.discourse, asking.lexicon)
        or described(asking.mention, asking.parse, asking.discourse, asking.lexicon)
        or _by_its_words(asking)
    )


def _whole(parse: Parse, tree: Tree, mention: Mention) -> Mention:
    """The mention with what follows "one" and belongs to it, also where the parser hangs that on the verb; without a "not" before it."""
    if (before := _BEFORE.match(mention.text)) is not None:
        start = mention.span.start + before.end()
        mention = replace(mention, span=Span(start, mention.span.end), text=mention.text[before.end() :])
    if mention.head_lemma == "please" and mention.head and parse.tokens[mention.head - 1].lemma == "one":
        head = parse.tokens[mention.head - 1]  # "the last one please", read as one noun phrase
        end = head.span.end
        return replace(
            mention, head=head.i, head_lemma="one", span=Span(mention.span.start, end), text=parse.text[mention.span.start : end]
        )
    if (chosen := _chosen_of(parse, mention)) is not None:
        return chosen
    if mention.head_lemma in ("everyone", "everybody", "all"):
        return with_exception(parse, mention)
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


def _chosen_of(parse: Parse, mention: Mention) -> Mention | None:
    """ "the later of the two", of which only "the two" is read as a noun phrase."""
    first = next((t.i for t in starting(parse.tokens, mention.span)), 0)
    before = parse.tokens[max(0, first - 3) : first]
    if len(before) < 3 or before[1].tag not in ("JJR", "JJS", "RBR", "RBS") or (before[0].text.lower(), before[2].lemma) != ("the", "of"):
        return None
    span = Span(before[0].span.start, mention.span.end)
    return replace(mention, head=before[1].i, head_lemma="one", span=span, text=parse.text[span.start : span.end])


def _timely(parse: Parse, span: Span) -> bool:
    return any(t.span.start <= span.start < t.span.end for t in parse.times)


def _by_position(asking: Asking) -> Resolution | None:
    """ "the second one", "the last of those", "number two", "the middle one"."""
    position = _position(asking)
    if position is None:
        return None
    pair = any(w in ("former", "latter") for w in asking.words)
    for each in recent_lists(asking):
        place = _place(position, len(each.options))
        if place is not None and fits(asking, each) and (not pair or len(each.options) == 2):
            return linked(asking, each.options[place], "ordinal", ("position in a list that was heard",))
    counted = position not in (-1, _MIDDLE) and asking.mention.head_lemma == "one" and asking.mention.definiteness == "definite"
    return Unresolved(asking.mention, "no candidate") if counted and not _several(asking) else None


def _place(position: int | str, size: int) -> int | None:
    """The index in a list of that size; None where it has no such place."""
    if isinstance(position, str):
        return size // 2 if size > 2 and size % 2 else None
    return position if -size <= position < size else None


def _several(asking: Asking) -> bool:
    """Whether things in the plural were spoken of, one of which can be meant without a list."""
    prior = any(m.mention.number == "plural" and m.mention.person == 3 for t in asking.discourse.turns for m in t.mentions)
    return prior or any(m.number == "plural" and m.person == 3 for m in asking.parse.mentions if m.index < asking.mention.index)


def _position(asking: Asking) -> int | str | None:
    """Counted from the start, or from the end below 0; `middle`."""
    lists, words = callback_words(), asking.words
    if asking.mention.definiteness == "indefinite" and words[:1] in (("a",), ("an",)):
        return None
    for n, word in enumerate(words):
        if word in lists.numbered and n + 1 < len(words) and words[n + 1] in lists.cardinals:
            return lists.cardinals[words[n + 1]]
    if asking.mention.head_lemma in ("time", "appointment") or "time" in words[-1:] or asking.mention.definiteness == "possessive":
        return None  # "the last time", "my last appointment" are times of their own
    if words[:3] in (("the", "middle", "one"), ("the", "middle"), ("the", "one", "in")) and "middle" in words:
        return _MIDDLE
    return next((lists.ordinals[w] for w in words if w in lists.ordinals), None)


def _by_its_words(asking: Asking) -> Resolution | None:
    """ "The Thursday one", "the one that sleeps eight": the only option of a list of which all of that was said."""
    if asking.mention.head_lemma not in STAND_INS or asking.mention.definiteness == "indefinite":
        return None
    mention = up_to_going_on(asking.parse, asking.mention, asking.mention.head)
    words = {*content_words(asking.parse, mention)}
    asking = replace(asking, mention=mention)
    for each in recent_lists(asking) if words else ():
        chosen = [o for o in each.options if words <= o.words]
        if len(chosen) == 1:
            return linked(asking, chosen[0], "callback", ("the one of the list of which that was said",))
    return None


def _pointed_at(asking: Asking) -> Resolution | None:
    """ "that one" right after a list: the last that was heard of one that was cut off; "that works" of the only time offered."""
    last = asking.discourse.turns[-1]
    if asking.words in (("that", "one"), ("this", "one")) and (named := _just_named(asking)) is not None:
        return linked(asking, named, "callback", ("the one of the list that was just named",))
    if last.speaker == asking.discourse.speaker:
        return None
    if asking.words in (("that", "one"), ("this", "one"), ("one",)):
        found = lists_of(last)
        if found and found[0].cut:
            return linked(asking, found[0].options[-1], "callback", ("the last that was heard",))
        return ambiguous(asking, found[0].options) if found and asking.words != ("one",) and found[0].kind == "time" else None
    governor = asking.parse.tokens[asking.parse.tokens[asking.mention.head].head]
    fits = governor.lemma.lower() in callback_words().fitting and not only_closes(Tree.of(asking.parse.tokens), governor.i)
    if asking.words == ("that",) and asking.mention.role == "subject" and fits:
        option = single_time(last)
        offered = option is not None and bool(last.parse.acts & {"question", "offer"} or "?" in last.parse.text)
        return linked(asking, option, "callback", ("the time that was offered",)) if option is not None and offered else None
    return None


def _just_named(asking: Asking) -> Option | None:
    """The one option of a list that was spoken of after it, in this turn before the mention or in an earlier one."""
    start = asking.mention.span.start
    for each in recent_lists(asking):
        keys = {**told_with(each), **{o.value: o for o in each.options if o.value}}
        said = [t for t in asking.parse.times if t.span.end <= start and t.value in keys]
        here = [keys[t.value] for t in said if " but " not in asking.parse.text[t.span.end : start].lower()]
        if said and not here:
            return None  # "Tuesday is late, but that one …" is of another
        if here or (named := latest(asking, each)) is None:
            return here[-1] if len({o.value for o in here}) == 1 else None
        return named
    return None

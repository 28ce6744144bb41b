"""Things known by what was said of them: "the one with the view", "the leak I texted you about", "the same as last time".

Knows earlier turns in view and those that recall brings; matches words, kinds, channels and times.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from nlp.callback_words import callback_words
from nlp.kinds import kinds
from nlp.noun_core import words_of
from nlp.offers import heard
from nlp.syntax import Tree, starting
from nlp.types import (
    Ambiguous,
    Antecedent,
    Candidate,
    Channel,
    Discourse,
    Lexicon,
    Linked,
    Mention,
    Parse,
    PriorMention,
    PriorTurn,
    Resolution,
    Span,
    Token,
)

_CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "VERB"})
_POOL = 300  # things in view that a description may mean, the latest
_CLOSE = 0.62  # cosine from which two words say nearly the same
_GOING_ON = frozenset({"still", "already", "yet", "also", "now", "again"})
_SAME = re.compile(r"\bsame\b.*\b(as|like)\b.*\b(last|before|usual|always|previous|earlier|prior)\b|\busual\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    turn: PriorTurn
    mention: PriorMention
    score: float


def described(mention: Mention, parse: Parse, discourse: Discourse, lexicon: Lexicon) -> Resolution | None:
    """ "the one with the view", "the blue one": the thing in view whose words fit best."""
    mention = up_to_going_on(parse, mention, mention.head)
    after = {t.lemma.lower() for t in words_of(parse, mention) if t.i > mention.head}
    person = mention.head_lemma in callback_words().persons and mention.definiteness == "definite" and bool(after)
    if mention.definiteness == "indefinite" or (mention.head_lemma not in ("one", "ones") and not person):
        return None
    words = content_words(parse, mention)
    if not words:
        return None
    things = [
        (t, m)
        for t, m in _things(discourse.turns, discourse)
        if m.mention.head_lemma not in after and (not person or m.mention.type == "person")
    ]  # "the view" is no "one with the view"
    trees = {t.turn_id: Tree.of(t.parse.tokens) for t, _ in things}
    pool = [_Found(t, m, _fit(words, trees[t.turn_id], m, discourse, lexicon) - 0.15 * _nested(t, m)) for t, m in things]
    best = _best_of_each(pool)
    if not best or best[0].score < 0.75:
        return None
    tied = [f for f in best if f.score > best[0].score - 0.1]
    return _linked(mention, best[0], discourse, ("fits the words said of it",)) if len(tied) == 1 else _ambiguous(mention, tied, discourse)


def _fit(words: Sequence[str], tree: Tree, mention: PriorMention, discourse: Discourse, lexicon: Lexicon) -> float:
    """How many of the words are said of the thing, as a share; its own words count full, those of its clause a little less."""
    known = discourse.referents.get(mention.referent or "")
    own = {*mention.mention.modifiers, mention.mention.head_lemma, *(known.attributes | known.heads if known else ())}
    around = _clause_words(tree, mention)
    return sum(max(_match(w, own, lexicon), 0.9 * _match(w, around, lexicon)) for w in words) / len(words)


def _clause_words(tree: Tree, mention: PriorMention) -> frozenset[str]:
    """Content words of the clause that a mention stands in, without other clauses and other things coordinated with it."""
    tokens = tree.tokens
    top = mention.mention.head
    while tokens[top].head != top and tokens[top].pos not in ("VERB", "AUX"):
        top = tokens[top].head
    stop = frozenset(
        c for c in tree.children[top] if tokens[c].dep in ("conj", "ccomp", "parataxis", "advcl") and tokens[c].pos in ("VERB", "AUX")
    )
    first = mention.mention.head
    while tokens[first].dep == "conj" and tokens[tokens[first].head].pos in ("NOUN", "PROPN"):
        first = tokens[first].head
    beside = frozenset(c for c in tree.children[top] if tokens[c].dep == tokens[first].dep)  # "a room …, a room …, or a suite"
    own = tree.subtree(mention.mention.head, frozenset(tree.all(mention.mention.head, "conj")))
    inside = (tokens[i] for i in (*tree.subtree(top, stop | beside | {first}), *own))  # what its neighbours in a list are is not said of it
    return frozenset(w for t in inside if t.pos in _CONTENT for w in (t.lemma.lower(), t.text.lower()))


def _nested(turn: PriorTurn, mention: PriorMention) -> bool:
    """Whether it was only said as part of a wider phrase: "Pearl" in "the condo on Pearl"."""
    span = mention.mention.span
    wider = (m.mention for m in turn.mentions if not m.mention.members and m.mention.span != span)
    return any(w.span.start <= span.start and span.end <= w.span.end for w in wider)


def _match(word: str, among: set[str] | frozenset[str], lexicon: Lexicon) -> float:
    if word in among:
        return 1.0
    best = max((lexicon.similarity(word, other) for other in sorted(among)), default=0.0)
    return 0.7 if best >= _CLOSE else 0.0


def _best_of_each(pool: Sequence[_Found]) -> list[_Found]:
    """The best place of each thing, best thing first, later ones first among equals."""
    best: dict[str | None, _Found] = {}
    for found in pool:
        if found.mention.referent not in best or found.score >= best[found.mention.referent].score:
            best[found.mention.referent] = found
    return sorted(best.values(), key=lambda f: (-f.score, -f.turn.number))


def _things(turns: Sequence[PriorTurn], discourse: Discourse) -> Iterator[tuple[PriorTurn, PriorMention]]:
    for turn in turns:
        for mention in turn.mentions:
            plain = mention.mention.kind in ("name", "nominal") and not mention.mention.members and mention.value is None
            known = mention.referent is not None and mention.referent not in (discourse.customer, discourse.business)
            if plain and known and heard(turn, mention.mention.span):
                yield turn, mention


def content_words(parse: Parse, mention: Mention) -> list[str]:
    """The content words of a phrase besides its head and the verbs of telling."""
    lists = callback_words()
    inside = [t for t in words_of(parse, mention) if t.i != mention.head]
    words = [
        t.lemma.lower() for t in inside if t.pos in _CONTENT and t.lemma.lower() not in lists.telling | lists.vague and t.tag not in ("MD",)
    ]
    return [w for w in words if w not in ("other", "same", "have", "be", "get", "go", "do", "want")]


def recollected(mention: Mention, parse: Parse, discourse: Discourse, lexicon: Lexicon) -> Resolution | None:
    """ "the leak I texted you about", "the thing about the warranty": by its words in the turns of that channel, speaker and time."""
    telling = _telling(parse, mention)
    mention = up_to_going_on(parse, mention, telling.i) if telling is not None else mention
    about = _about(parse, mention)
    if telling is None and about is None:
        return None
    lists = callback_words()
    words = _untimed(parse, mention)
    if mention.head_lemma not in lists.vague:
        words = [mention.head_lemma, *words]
    if not words:
        return None
    channel = cast(Channel | None, lists.channels.get(telling.lemma.lower())) if telling is not None else None
    pool = [t for t in _pool(discourse, " ".join(words), channel) if _within(t, parse, mention)]
    found = _best_of_each([f for t in pool for f in _said_in(t, words, discourse, lexicon)])
    return _linked(mention, found[0], discourse, ("spoken of before in these words",)) if found and found[0].score >= 0.5 else None


def up_to_going_on(parse: Parse, mention: Mention, told: int) -> Mention:
    """ "The teacher you told me about" of "is the teacher you told me about still with you?". told: the token before it."""
    after = (t for t in words_of(parse, mention) if t.i > told and t.lemma.lower() in _GOING_ON)
    stop = next((t.span.start for t in after), None)
    if stop is None:
        return mention
    text = parse.text[mention.span.start : stop].rstrip()
    return replace(mention, span=Span(mention.span.start, mention.span.start + len(text)), text=text)


def _untimed(parse: Parse, mention: Mention) -> list[str]:
    """The content words of a phrase that tell what it is, not when it was told."""
    timed = {t.lemma.lower() for time in parse.times for t in starting(parse.tokens, time.span)}
    return [w for w in content_words(parse, mention) if w not in timed]


def _telling(parse: Parse, mention: Mention) -> Token | None:
    """The verb of telling in a relative clause of the mention."""
    told = (t for t in words_of(parse, mention) if t.pos in ("VERB", "NOUN", "ADJ") and t.i > mention.head)
    verbs = [t for t in told if t.lemma.lower() in callback_words().telling]
    if not verbs:
        return None
    tree = Tree.of(parse.tokens)
    return next((v for v in verbs if any(parse.tokens[c].text.lower() in ("i", "we", "you") for c in tree.subtree(v.i))), None)


def _about(parse: Parse, mention: Mention) -> Token | None:
    following = parse.tokens[mention.head + 1] if mention.head + 1 < len(parse.tokens) else None
    vague = mention.head_lemma in ("thing", "stuff", "issue", "problem", "question", "matter") and mention.definiteness != "indefinite"
    return following if vague and following is not None and following.lemma.lower() in ("about", "with") else None


def _pool(discourse: Discourse, query: str, channel: Channel | None) -> list[PriorTurn]:
    """Turns in view and recalled ones, of that channel if one was said; in order of time, each once."""
    turns = {t.turn_id: t for t in (*discourse.turns, *discourse.recall(query, channel)) if channel is None or t.channel == channel}
    return sorted(turns.values(), key=lambda t: t.number)


def _within(turn: PriorTurn, parse: Parse, mention: Mention) -> bool:
    """Whether the turn lies in the time that the mention names, if it names one."""
    times = [t for t in parse.times if mention.span.start <= t.span.start and t.span.end <= mention.span.end and t.interval is not None]
    for time in times:
        interval = time.interval
        if interval is not None and ((interval.start and turn.at < interval.start) or (interval.end and turn.at >= interval.end)):
            return False
    return True


def _said_in(turn: PriorTurn, words: Sequence[str], discourse: Discourse, lexicon: Lexicon) -> Iterator[_Found]:
    """The turn's things that are called so, and what is said to do so ("is leaking" for "the leak")."""
    by_head = {m.mention.head: m for _, m in _things([turn], discourse)}
    tree = Tree.of(turn.parse.tokens)
    for mention in by_head.values():
        own = {mention.mention.head_lemma, *mention.mention.modifiers}
        score = _match(words[0], {mention.mention.head_lemma}, lexicon) if len(words) == 1 else 0.0
        score = max(score, sum(_match(w, own, lexicon) for w in words) / len(words), 0.6 * _fit(words, tree, mention, discourse, lexicon))
        yield _Found(turn, mention, score)
    said = {words[0], *kinds(words[0]).acts}  # "the teacher" is who teaches
    for token in turn.parse.tokens:
        if token.pos in ("VERB", "ADJ") and token.lemma.lower() in said:
            subject = tree.child(token.i, "nsubj", "nsubjpass")
            if subject is not None and subject in by_head:
                yield _Found(turn, by_head[subject], 0.95)


def repeated(mention: Mention, parse: Parse, discourse: Discourse, lexicon: Lexicon) -> Resolution | None:
    """ "the same as last time": what was done or asked for in an earlier session, for whom the sentence names."""
    if not _SAME.search(mention.text):
        return None
    sentence = [t for t in parse.tokens if t.sentence == parse.tokens[mention.head].sentence]
    outside = [t for t in sentence if not mention.span.start <= t.span.start < mention.span.end]
    names = [t.text.lower() for t in outside if t.pos == "PROPN"]
    query = " ".join([*names, *(t.lemma.lower() for t in outside if t.pos in ("NOUN", "VERB"))])
    earlier = [t for t in _pool(discourse, query, None) if t.session_id != discourse.session_id and t.speaker == "customer"]
    found = [(sum(n in t.parse.text.lower() for n in names), t.number, t, m) for t in earlier if (m := _done(t, discourse)) is not None]
    del lexicon
    if not found:
        return None
    _, _, turn, done = max(found, key=lambda f: (f[0], f[1]))
    return _linked(mention, _Found(turn, done, 0.8), discourse, ("what was done or asked for the last time",))


def _done(turn: PriorTurn, discourse: Discourse) -> PriorMention | None:
    """What a turn says was done or wanted: the widest phrase that is the object of a verb."""
    objects = [m for m in turn.mentions if m.mention.role == "object" and m.referent not in (None, discourse.customer, discourse.business)]
    objects = [m for m in objects if m.mention.type != "person" and m.mention.kind in ("nominal", "name")]
    return max(objects, key=lambda m: (bool(m.mention.members), m.mention.span.end - m.mention.span.start), default=None)


def _antecedent(found: _Found) -> Antecedent:
    source = found.turn.parse.source
    return Antecedent(found.turn.turn_id, found.mention.span, source[found.mention.span.start : found.mention.span.end])


def _name(found: _Found, discourse: Discourse) -> str:
    known = discourse.referents.get(found.mention.referent or "")
    return known.name if known is not None else found.mention.mention.text


def _linked(mention: Mention, found: _Found, discourse: Discourse, evidence: tuple[str, ...]) -> Linked:
    name = _name(found, discourse)
    confidence = min(0.95, max(0.5, found.score))
    referent = found.mention.referent
    candidates = (Candidate(referent, name, confidence),) if referent else ()
    return Linked(replace(mention, kind="callback"), referent, name, _antecedent(found), confidence, candidates, evidence=evidence)


def _ambiguous(mention: Mention, tied: Sequence[_Found], discourse: Discourse) -> Ambiguous:
    share = 1.0 / len(tied)
    candidates = tuple(Candidate(f.mention.referent or "", _name(f, discourse), share) for f in tied)
    return Ambiguous(replace(mention, kind="callback"), candidates, share)

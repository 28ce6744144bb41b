"""How a dialogue moves on tells what a pronoun goes on about: who asks again, who answers, who turns to somebody about something.

Knows the pronoun, an entity's mentions and their turns. Chooses nothing. The corpora that the ranker's weights are learnt from hold few
such moves, so that these weights are set by hand: each about as much as two of the learnt figures of place together, so that it decides
where agreement does not speak against it.
"""

from nlp.known import Seen, Stage
from nlp.pronoun_features import Asked
from nlp.pronouns import governing_verb, opens_with_topic
from nlp.syntax import starting
from nlp.types import Span

_LIGHT = frozenset({"be", "have", "do", "say", "want", "need", "know", "think"})  # what these go with says little of what is meant
_NEAR = 4  # turns back in which a verb is still remembered
_SAME_VERB = 1.5
_SAME_TOPIC = 2.5
_TURNING_TO = frozenset({"call", "write", "text", "email", "message", "ring", "phone", "ask", "inquire", "enquire", "contact"})
_TAKING = frozenset({"take", "choose", "pick", "have", "book", "order", "reserve", "buy"})
_CLOSE = 5  # words between a name and the clause that tells of it
_SAYING = frozenset({"say", "claim", "tell", "insist", "promise", "write", "think", "swear", "admit", "believe"})


def moves(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """What speaks for an entity with these earlier mentions, oldest first; 0 where no such move was made."""
    return sum(speaks(stage, given, places) for speaks in _MOVES)


def _repeated(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "If I get the post, …" – "I got it!": what the same verb had in the same place is meant again."""
    if given.form != "it" or given.verb is None or given.verb[0] in _LIGHT or given.mention.role not in ("object", "subject"):
        return 0.0
    near = (s for s in places if s.back <= _NEAR and s.mention.head != given.mention.head)
    alike = any(governing_verb(stage.tree(s), s.mention) == given.verb for s in near if s.mention.role == given.mention.role)
    return _SAME_VERB if alike else 0.0


def _asked_on(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "Is the dryer under warranty?" – "No, it ran out." – "Is it gas or electric?": who asks on, asks about the same thing, unless the
    answer brought up another."""
    if given.form != "it" or given.mention.role != "subject" or "question" not in stage.parse.acts:
        return 0.0
    if any(s.back == 1 and s.mention.kind in ("name", "nominal") for known in stage.recent() for s in known.seen):
        return 0.0
    before = (s for s in places if s.back == 2 and s.speaker == stage.discourse.speaker and "question" in s.parse.acts)
    return _SAME_TOPIC if any(s.mention.role in ("subject", "attribute") for s in before) else 0.0


def _answered_so(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "Who has the map?" – "My father, and he keeps it": what the answer names is what it goes on about."""
    last, text = places[-1], stage.parse.text
    if last.back or last.is_pronoun or last.mention.sentence != given.mention.sentence or given.mention.role != "subject":
        return 0.0
    sentence = stage.parse.sentences[last.mention.sentence].start if last.mention.sentence < len(stage.parse.sentences) else 0
    before = [t for t in starting(stage.parse.tokens, Span(sentence, last.mention.span.start)) if t.pos not in ("PUNCT", "DET", "PRON")]
    leads = all(t.pos not in ("VERB", "AUX") for t in before) and len(before) <= 1
    between = text[last.mention.span.end : given.mention.span.start].strip().lower()
    return _SAME_TOPIC if leads and between in (",", ", and", ", but", ", so", ", because", "- ", ", although") else 0.0


def _reports(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "The airline says they lost it": who says it speaks of itself."""
    tokens, last = stage.parse.tokens, places[-1]
    if given.form != "they" or last.back or given.mention.role != "subject" or tokens[last.mention.head].dep != "nsubj":
        return 0.0
    verb, own = tokens[tokens[last.mention.head].head], tokens[tokens[given.mention.head].head]
    return _SAME_TOPIC if verb.lemma in _SAYING and own.head == verb.i and own.dep == "ccomp" else 0.0


def _brought_up(_stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "I'm calling about the leak." – "It's worse now."; "About the van, when is it ready?" """
    last = places[-1]
    if last.back == 0 and last.mention.sentence == given.mention.sentence and opens_with_topic(given.tree, last.mention.head):
        return _SAME_TOPIC
    about = (s for s in places if s.back == 1 and s.mention.role == "oblique" and given.form == "it" and given.mention.role == "subject")
    return _SAME_VERB if any(_is_about(s) for s in about) else 0.0


def _is_about(seen: Seen) -> bool:
    tokens = seen.parse.tokens
    preposition = tokens[tokens[seen.mention.head].head]
    return preposition.lemma == "about" and tokens[preposition.head].lemma in _TURNING_TO


def _named_for_it(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "Ask for Tobias, he does all the antiques": whoever is first named right before a clause is who it tells of."""
    last, tokens = places[-1], stage.parse.tokens
    first = last.back == 0 and len(places) == 1 and last.mention.kind == "name" and not last.mention.members
    if not first or given.mention.role != "subject" or given.form not in ("he", "she") or given.mention.sentence != last.mention.sentence:
        return 0.0
    opens = given.mention.head > 0 and tokens[given.mention.head - 1].text == ","
    between = starting(tokens, Span(last.mention.span.end, given.mention.span.start))
    return _SAME_VERB if opens and len(between) <= _CLOSE else 0.0


def _answers(_stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "Is the one by the lake free?" – "It is, until Friday.": who answers says it of what was asked about."""
    opens = given.mention.role == "subject" and given.mention.sentence == 0 and given.mention.number == "singular"
    before = (s for s in places if s.back == 1 and s.mention.role in ("subject", "attribute") and given.form == "it" and opens)
    return _SAME_VERB if any(_is_asked_about(s) for s in before) else 0.0


def _is_asked_about(seen: Seen) -> bool:
    """The subject of the turn's last sentence, a yes-or-no question; one read as an attribute stands right after the verb."""
    tokens = seen.parse.tokens
    verb = tokens[seen.mention.head].head
    first = next((t.i for t in starting(tokens, seen.mention.span)), 0)
    last = not seen.parse.sentences or seen.mention.sentence == len(seen.parse.sentences) - 1
    return last and "yes_no_question" in seen.parse.acts and first == verb + 1 and tokens[verb].pos == "AUX"


def _put_forward(_stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "Then maybe the second?" – "Does it have a roof rack?": all that the turn before consists of is what is spoken of."""
    before = (s for s in places if s.back == 1 and not s.parse.relations and given.form in ("it", "they") and not s.mention.members)
    return _SAME_TOPIC if any(len([m for m in s.parse.mentions if m.kind != "speaker"]) == 1 for s in before) else 0.0


def _taken(stage: Stage, given: Asked, places: list[Seen]) -> float:
    """ "The blue ones have spring hinges." – "I'll take those.": who is told of a thing and takes it takes what was told of."""
    if given.verb is None or given.verb[0] not in _TAKING or given.mention.role != "object" or given.form not in (None, "it", "they"):
        return 0.0
    before = (s for s in places if s.back == 1 and s.speaker != stage.discourse.speaker and s.mention.role == "subject")
    told = (s for s in before if not s.parse.sentences or s.mention.sentence == len(s.parse.sentences) - 1)
    return _SAME_TOPIC if any(True for _ in told) else 0.0


_MOVES = (_repeated, _asked_on, _answered_so, _reports, _brought_up, _named_for_it, _answers, _put_forward, _taken)

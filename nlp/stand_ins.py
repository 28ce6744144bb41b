"""Words that stand for a thing by its owner, its place or its kind: "mine", "there", "one".

Knows entities in view and the present parse. Chooses nothing: `coref` does, on these scores.
"""

import math
from dataclasses import replace

from nlp.agreement import Form, profile
from nlp.function_words import INDEPENDENT
from nlp.known import Known, Seen, Stage, bare_text, nearest
from nlp.mention_features import fields
from nlp.names import given_gender
from nlp.number_words import number_of
from nlp.pronoun_choice import Scored, score_candidates
from nlp.syntax import Tree
from nlp.types import Antecedent, Discourse, Lexicon, Mention, Token

_HAVING = frozenset({"have", "own", "get", "buy", "rent", "lease", "order", "book", "keep", "bring"})
_ROOMS = frozenset(
    ["room", "hallway", "hall", "kitchen", "bathroom", "bedroom", "basement", "attic", "garage", "closet", "porch", "yard", "lobby",
     "stairwell", "ceiling", "wall", "floor", "driveway", "corner", "cellar", "roof"]
)  # fmt: skip
_ALIKE = 0.45  # cosine from which two modifiers tell things of one kind apart: carrot and chocolate
_PLACED = 2.5
_UNNAMED = 6  # turns back in which somebody without a name is still wondered about
_ASKING_THINGS = frozenset({"which", "where", "when", "what", "how"})
_FOCUS = 2  # turns back in which something owned makes "mine" of its kind


def owned(stage: Stage, lexicon: Lexicon, word: str) -> list[Scored]:
    """ "mine", "hers": the things of that owner, those of the kind that is spoken of first."""
    owners = _owners(stage, lexicon, word)
    scored: list[Scored] = []
    for known in stage.recent():
        of = next((owners[o] for o in known.owners() if o in owners), None)
        if of is None or known.type == "person" or known.last is None:
            continue
        scored.append(Scored(known, of - 0.5 * known.last.back + _kind_in_focus(stage, known), (f"the one that is {word}",)))
    return sorted(scored, key=lambda s: -s.score)


def stands_alone(mention: Mention) -> bool:
    """ "mine", "hers"; "his" where no noun follows that is his."""
    return mention.head_lemma in INDEPENDENT or (
        mention.head_lemma == "his" and mention.role in ("subject", "object", "oblique", "attribute")
    )


def owned_kind(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> tuple[str, Seen] | None:
    """ "The Kims' chimney is clean. Ours is not." A thing of that owner that was not spoken of yet, of the kind of the other's: its name,
    with the owner's where that is neither of the speakers, and where the kind was named. None where nothing owned is in focus."""
    owners = _owners(stage, lexicon, mention.head_lemma)
    others = (k for k in reversed(stage.recent()) if k.type not in ("person", "money", "number") and _has_noun(k))
    others = (k for k in others if k.owners().isdisjoint(owners))
    found = next((k for k in others if k.last is not None and k.last.back <= _FOCUS and _belongs(stage, k)), None)
    place = nearest([s for s in found.seen if not s.is_pronoun], mention.span) if found else None
    if place is None or _of_a_noun(tree, mention):
        return None
    verb = tree.tokens[tree.tokens[mention.head].head]
    said = bare_text(place.parse, place.mention)
    head = place.parse.tokens[place.mention.head]
    single = verb.text.lower() in ("is", "was", "has", "does", "'s") or verb.tag == "VBZ"
    noun = said.replace(head.text, head.lemma) if single else said
    owner = max(owners, key=lambda id: owners[id], default=None)
    return (noun if owner is None or _speaks(stage, owner) else f"{stage.name(owner)}'s {noun}"), place


def _belongs(stage: Stage, known: Known) -> bool:
    """Whether it was said to be somebody's: "his chimney", "we have lockers". What is the firm's own, "your gym", is but a place."""
    if known.owners():
        return stage.discourse.business not in known.owners()
    return any(s.mention.role == "object" and not s.is_pronoun and _is_had(s) for s in known.seen)


def _is_had(seen: Seen) -> bool:
    """By somebody: the rails of "does it have rails?" are the car's."""
    verb = _governor(seen)
    by_a_thing = any(t.head == verb.i and t.dep == "nsubj" and t.text.lower() == "it" for t in seen.parse.tokens)
    return verb.lemma.lower() in _HAVING and not by_a_thing


def _governor(seen: Seen) -> Token:
    return seen.parse.tokens[seen.parse.tokens[seen.mention.head].head]


def _speaks(stage: Stage, id: str) -> bool:
    return id in (stage.discourse.customer, stage.discourse.business)


def _of_a_noun(tree: Tree, mention: Mention) -> bool:
    """ "A friend of mine" is no thing of mine that was spoken of."""
    above = tree.tokens[tree.tokens[mention.head].head]
    return above.lemma.lower() == "of" and tree.tokens[above.head].pos in ("NOUN", "PROPN")


def _owners(stage: Stage, lexicon: Lexicon, word: str) -> dict[str, float]:
    """Who may be meant, by id, with the log-probability that it is so."""
    speaks, listens = stage.discourse.customer, stage.discourse.business
    if stage.discourse.speaker == "agent":
        speaks, listens = listens, speaks
    if word in ("mine", "ours"):
        return {speaks: 0.0}
    if word == "yours":
        return {listens: 0.0}
    forms: dict[str, Form] = {"hers": "she", "his": "he"}
    form = forms.get(word, "they")
    people = [k for k in stage.recent() if k.id not in (speaks, listens)]
    shares = {k.id: profile(k, lexicon)[form] for k in people}
    return {id: math.log(share) for id, share in shares.items() if share > 0.05}


def _kind_in_focus(stage: Stage, known: Known) -> float:
    """More for what is of the kind that the last definite things were of."""
    others = [k for k in stage.recent() if k.id != known.id and k.type == known.type and k.owners() and k.type != "person"]
    return 1.0 if others and known.type != "thing" else 0.0


def places(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> list[Scored]:
    """ "there": where somebody may be or go; of "the tenant there" the place that has such."""
    found = [s for s in score_candidates(stage, tree, lexicon, mention) if s.said is None and _is_somewhere(s.known)]
    found = [s for s in found if not _is_said_to_be_there(tree, mention, s.known)]
    fitting = sorted((replace(s, score=s.score + _PLACED * _holds_the_topic(stage, s.known)) for s in found), key=lambda s: -s.score)
    before = tree.tokens[max(0, mention.head - 1)]
    head = before if before.pos == "NOUN" else tree.tokens[tree.tokens[mention.head].head]  # also where "there is" was read
    if head.pos != "NOUN":
        return fitting
    if fields().types.get(head.lemma.lower()) == "person":
        fitting = [s for s in fitting if not s.known.heads & _ROOMS] or fitting  # nobody is the tenant of a hallway
    near = [(s, max(lexicon.similarity(head.lemma, h) for h in sorted(s.known.heads))) for s in fitting if s.known.heads]
    return sorted((replace(s, score=s.score + 3.0 * alike) for s, alike in near), key=lambda s: -s.score)


def _is_said_to_be_there(tree: Tree, mention: Mention, known: Known) -> bool:
    """ "There's free parking there": what is there is not where it is."""
    clause = tree.tokens[mention.head].head
    if tree.child(clause, "expl") is None:
        return False
    return any(s.back == 0 and tree.tokens[s.mention.head].head == clause for s in known.seen)


def _holds_the_topic(stage: Stage, known: Known) -> bool:
    """ "The heater in my rental leaks. – I'm calling about that leak. – The tenant there …": where the thing is that is spoken of."""
    spoken_of = (k for k in stage.recent() if k.id != known.id and k.last is not None and k.last.back == 1)
    wider = ((s.turn_id, s.mention.span) for k in spoken_of for s in k.seen if not s.is_pronoun and not s.mention.members)
    inside = {(s.turn_id, s.mention.span) for s in known.seen if s.mention.role == "oblique"}
    return any(turn == t and outer.start < own.start and own.end <= outer.end for turn, outer in wider for t, own in inside)


def _is_somewhere(known: Known) -> bool:
    """A place, a meeting, or where something was said to be or to go."""
    if known.type in ("place", "event", "organisation"):
        return True
    within = [s for s in known.seen if s.mention.role == "oblique" and not s.is_pronoun]
    governors = (s.parse.tokens[s.parse.tokens[s.mention.head].head] for s in within)
    return known.type not in ("person", "animal") and any(g.lemma.lower() in ("at", "in", "to", "into") for g in governors)


def kinds(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> list[Scored]:
    """What "one" can stand for the noun of: it was called by a common noun; first of all the several that its sentence announced."""
    found = [s for s in score_candidates(stage, tree, lexicon, mention) if s.said is None and _has_noun(s.known)]
    found = [s for s in found if s.known.heads.isdisjoint(mention.modifiers)]  # "the one with the poster" is no poster
    return sorted(found, key=lambda s: (not _announced(s.known, mention), _is_but_a_place(s.known), -_is_like(lexicon, s.known, mention)))


def _is_but_a_place(known: Known) -> bool:
    """ "We have two heaters, one in the garage": where things are, nothing that there are several of."""
    return known.type == "place" and all(s.mention.role == "oblique" for s in known.seen)


def same_as_subject(stage: Stage, tree: Tree, mention: Mention) -> Known | None:
    """ "Is the tutor the same one?", "my bike is the red one": what is said to be one is of its own kind."""
    if mention.role != "attribute":
        return None
    subject = tree.child(tree.tokens[mention.head].head, "nsubj")
    said = (k for k in reversed(stage.recent()) if any(s.back == 0 and s.mention.head == subject and not s.is_pronoun for s in k.seen))
    return next((k for k in said if _has_noun(k)), None)


def asked_kind(stage: Stage, mention: Mention) -> tuple[str, Antecedent] | None:
    """ "Which tray does it jam in?" – "The lower one.": the noun that the question before asks which of, and where it stands."""
    before = stage.discourse.turns[-1] if stage.discourse.turns else None
    if before is None or before.speaker == stage.discourse.speaker or mention.sentence > 0:
        return None
    tokens = before.parse.tokens
    which = (t for t in reversed(tokens) if t.lemma.lower() in ("which", "what") and t.dep == "det" and tokens[t.head].pos == "NOUN")
    noun = next((tokens[t.head] for t in which), None)
    if noun is None or before.parse.sentences[-1].start > noun.span.start:
        return None
    span = before.parse.source_span(noun.span)
    return noun.lemma, Antecedent(before.turn_id, span, before.parse.source[span.start : span.end])


def somebody(stage: Stage, tree: Tree, mention: Mention) -> Known | None:
    """ "Somebody new did it." – "That must have been Fenella.": the last person spoken of whose name is not known, and may be this one;
    None where the question before asks for something else."""
    before = stage.discourse.turns[-1] if stage.discourse.turns else None
    asked = (
        {t.lemma.lower() for t in before.parse.tokens} if before is not None and before.speaker != stage.discourse.speaker else set[str]()
    )
    if asked & _ASKING_THINGS and not asked & {"who", "name"}:
        return None
    name = tree.tokens[tree.child(tree.tokens[mention.head].head, "attr") or mention.head].text
    said = (k for k in reversed(stage.recent()) if k.last is not None and k.last.back <= _UNNAMED and not k.proper and not k.members)
    return next(
        (k for k in said if k.type == "person" and k.number == "singular" and not _speaks(stage, k.id) and _may_be(stage, k, name)), None
    )


def _may_be(stage: Stage, known: Known, name: str) -> bool:
    """Whether the person is nobody's but the firm's, and the name does not tell another sex than theirs."""
    sex = given_gender(name)
    return known.owners() <= {stage.discourse.business} and (sex is None or known.gender in (None, sex))


def asked_who(discourse: Discourse) -> bool:
    """ "What's her name?": whoever is named in answer is not the one who answers."""
    before = discourse.turns[-1] if discourse.turns else None
    if before is None or before.speaker == discourse.speaker or "?" not in before.parse.text:
        return False
    asked = [m for m in before.parse.mentions if m.head_lemma == "name" and m.possessor is not None]
    return any(before.parse.mentions[m.possessor or 0].person == 3 for m in asked)


def _is_like(lexicon: Lexicon, known: Known, mention: Mention) -> bool:
    """ "A carrot one" of a chocolate cake: what was told apart by such a word before."""
    own = [m for m in mention.modifiers if m not in known.heads]
    return any(lexicon.similarity(a, b) > _ALIKE for a in own for b in sorted(known.attributes))


def _announced(known: Known, mention: Mention) -> bool:
    """ "Two cabins" of "we saw two cabins: the one on the lake …, the one in the woods …"."""
    several = (s for s in known.seen if s.back == 0 and s.mention.sentence == mention.sentence and s.mention.kind == "nominal")
    return mention.number == "singular" and any(s.mention.number == "plural" and not s.mention.members for s in several)


def _has_noun(known: Known) -> bool:
    return any(_is_noun(s.mention) for s in known.seen)


def _is_noun(mention: Mention) -> bool:
    """No "one" itself, no "two" of "two of my colleagues", no owner of what is spoken of ("the beginners' class")."""
    counts = mention.head_lemma in ("one", "ones") or number_of(mention.head_lemma) is not None
    return mention.kind == "nominal" and not mention.members and not counts and mention.role != "possessor"

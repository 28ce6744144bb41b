"""Whether a pronoun's two best candidates fit so equally well that a careful listener would ask which of them is meant.

Knows scored candidates and where they were said; settles nothing.
"""

from collections.abc import Sequence

from nlp.known import Known, Seen
from nlp.names import given_gender
from nlp.pronoun_choice import Scored
from nlp.pronoun_features import is_paired, role_of
from nlp.syntax import Tree
from nlp.types import Mention

MARGIN = 0.12  # two names nearer than this in score are a question to ask
PEERS = 1.0  # what the place in a sentence weighs at most: it decides nothing between two persons brought up together
_LATEST = 2  # turns back in which they were


def is_tie(scored: Sequence[Scored], tree: Tree, mention: Mention, beside: Sequence[Mention]) -> bool:
    """beside: the mentions of the pronoun's sentence and of those next to it."""
    if len(scored) < 2 or mention.gender not in ("m", "f"):
        return False
    first, second = scored[0], scored[1]
    one, other, gap = first.known, second.known, first.score - second.score
    if {*one.members, *other.members} & {one.id, other.id}:
        return False
    named = one.proper and other.proper and one.gender == other.gender
    known = all(mention.gender in (k.gender, given_gender(k.name)) for k in (one, other))
    return (named and gap <= MARGIN) or (known and gap <= PEERS and _peers(first, second) and not is_paired(tree, mention, beside))


def _peers(first: Scored, second: Scored) -> bool:
    """Two persons, brought up in one sentence that came before, of whom nothing was said apart from the other since; where not both have
    names, the subject is the one that goes on being spoken of."""
    level = len({role_of(s) for each in (first, second) for s in each.known.seen[:1]}) == 1
    if not level and not (first.known.proper and second.known.proper):
        return False
    places = {(s.turn_id, s.mention.sentence) for each in (first, second) for s in each.known.seen}
    last = first.known.last
    return len(places) == 1 and last is not None and 0 < last.back <= _LATEST and all(_in_clause(s.known) for s in (first, second))


def _in_clause(known: Known) -> bool:
    """Whether the clause says something of the person, not of somebody's something."""
    return any(role_of(s) in ("subject", "object", "indirect", "apposition") or _with_verb(s) for s in known.seen if not s.is_pronoun)


def _with_verb(seen: Seen) -> bool:
    """ "talked to my neighbor" is of a verb, "the letter from my neighbor" of a noun."""
    tokens = seen.parse.tokens
    token = tokens[seen.mention.head]
    while token.dep in ("conj", "appos", "compound") and token.head != token.i:
        token = tokens[token.head]
    return token.dep == "pobj" and tokens[tokens[token.head].head].pos in ("VERB", "AUX")

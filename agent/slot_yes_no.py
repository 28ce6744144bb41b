"""Whether a turn says yes or no to a question: by the word, by likeness to examples, or by talking of what was asked.

Knows polarity and shared words; not what the question is about.
"""

import re
from collections.abc import Sequence

from agent.heard import Clause, Heard
from agent.sense import Sense, acts_of, content, stem
from nlp.types import Token

_LIKE = 0.6  # cosine with an example of what means yes or no, unprompted
_LIKE_ASKED = 0.45
_SHARED = 0.06  # for each content word or notion in common with an example, two at most
_ABOUT = 0.5  # cosine of a statement with the question, where they share words
_PLEASE = re.compile(r"\W*please\W*$", re.IGNORECASE)
_NOTHING = re.compile(r"\b(?:nothing|none|no|neither|nobody|never|still (?:dead|broken|the same|not|doesn't|won't)|same as before)\b")
_ECHO = re.compile(
    r"^\W*(?:(?:and|but|well|i think|i guess|i'm afraid|actually|unfortunately|sadly)\W+)*(?:i|we|he|she|they|it|that|there)(?:'ve| |'s )"
    r"(?:\w+ )?(?:do|does|did|have|has|had|is|are|was|were|am|can|could|will|would|should|got)(?:n't|not)?"
    r"(?: not| never)?(?: have| got| had| do| be)?(?: (?:any|one|some|it|that|none|so|though|indeed|actually))*\W*$"
)
_BESIDES = re.compile(r"(?<=\w)\s+(?:when|while|if|after|before|since|because|once|until)\s")  # what follows is not what is asked


def asked_yes_no(sense: Sense, clauses: Sequence[Clause], *, key: tuple[str, str], acts: frozenset[str]) -> bool | None:
    """The answer to the open question, None where the turn gives none."""
    by_act = _by_act(clauses, acts)
    by_example = _by_example(sense, clauses, key, _LIKE_ASKED)
    if by_act is not None or by_example is not None:
        return by_act if by_act is not None else by_example
    by_content = _by_content(sense, clauses, key)
    return _by_echo(clauses) if by_content is None else by_content


def volunteered_yes_no(sense: Sense, heard: Heard, clauses: Sequence[Clause], key: tuple[str, str]) -> tuple[bool, Clause] | None:
    """What the turn says to a question that was not asked yet; only where it is as near as an answer would be."""
    for clause in clauses:
        example = _by_example(sense, [clause], key, _LIKE)
        if example is not None:
            return example, clause
        if "question" in acts_of(clause) and "request" not in acts_of(clause):
            continue
        if _speaks_of(sense, clause, key, heard.parse.tokens):
            return not clause.negated, clause
    return None


def _by_act(clauses: Sequence[Clause], acts: frozenset[str]) -> bool | None:
    """The last clause that agrees or denies decides: "Okay, I tried. No, still dead." is a no."""
    for clause in reversed(clauses):
        found = acts_of(clause)
        if len(clauses) > 1 and _PLEASE.match(clause.text):
            continue
        if "deny" in found:
            return False
        if "affirm" in found and ("ack" not in found or "affirm" in acts):
            return True
    return "affirm" in acts if ("affirm" in acts) != ("deny" in acts) else None


def _by_example(sense: Sense, clauses: Sequence[Clause], key: tuple[str, str], threshold: float) -> bool | None:
    best: tuple[float, bool] | None = None
    for clause in clauses:
        for match in sense.likeness(clause.vector, "yes", "no"):
            if match.example.key != key:
                continue
            means = match.example.kind == "yes"
            means = means if match.example.negated == clause.negated else not means
            score = match.cosine + _SHARED * min(2, len(match.example.lemmas & clause.lemmas))
            if score >= threshold and (best is None or score > best[0]):
                best = (score, means)
    return best[1] if best else None


def _by_content(sense: Sense, clauses: Sequence[Clause], key: tuple[str, str]) -> bool | None:
    """A statement about what the question asks: "it just clicks" to "Do you hear clicking?"."""
    asked = _asked_lemmas(sense, key)
    for clause in clauses:
        if "question" in acts_of(clause):
            continue
        if clause.lemmas & asked:
            return not clause.negated
        if _NOTHING.search(clause.text.lower()):
            return False
    return None


def _by_echo(clauses: Sequence[Clause]) -> bool | None:
    """An answer that says nothing but that it is so, or not: "she doesn't have any", "we do", "I haven't got one"."""
    echo = next(
        (c for c in clauses if not c.lemmas and "question" not in acts_of(c) and _ECHO.search(c.text.lower().replace("’", "'"))), None
    )
    return None if echo is None else not echo.negated


def _asked_lemmas(sense: Sense, key: tuple[str, str]) -> frozenset[str]:
    """Content words of the question proper: the main clause of the last sentence of what is asked."""
    lemmas = frozenset[str]()
    for example in sense.of("ask", key):
        question = _BESIDES.split(re.split(r"(?<=[.!?])\s+", example.text.strip())[-1].lower())[0]
        stems = {stem(w) for w in re.findall(r"[a-z']+", question)}
        lemmas |= {lemma for lemma in example.lemmas if lemma in stems or any(s.startswith(lemma[:4]) for s in stems)}
    return lemmas


def _speaks_of(sense: Sense, clause: Clause, key: tuple[str, str], tokens: Sequence[Token]) -> bool:
    """Whether the speaker says of themselves what the question asks: near in meaning, and in the question's own words."""
    inside = [t for t in tokens if clause.span.start <= t.span.start < clause.span.end]
    own = any(t.text.lower() in ("i", "we", "i'm", "we're", "my", "our") for t in inside)
    own = own or not any(t.pos in ("VERB", "AUX") for t in inside)  # "no insurance"
    shared = content(inside) & _asked_lemmas(sense, key)
    near = sense.nearness(clause.vector, "ask", key)
    return own and bool(shared) and (near >= _ABOUT or len(shared) >= 2 or (near >= 0.4 and clause.negated))

"""Apostrophes that were left out where the bare letters spell another word: its, ill, shell, wifes, names.

Knows classes of neighbouring words; no parse. Contractions that are no words ("dont") stand in data/spelling.txt.
"""

from collections.abc import Sequence

from nlp.pieces import Piece, spread
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups


def with_apostrophes(pieces: Sequence[Piece], *, careful: bool) -> list[Piece]:
    """`careful`, as fits tidy writing: only "its" before what can follow nothing but "it's".

    "her name's Ximena" becomes "her name is Ximena": parsers take the short form for a possessive.
    """
    written = _plainly_it_is if careful else _written
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        new = piece.reading(written(pieces, i)) if piece.lower.isalpha() else piece
        is_full = new.lower == "name's" and _word(pieces, i - 1) in groups("function_words.txt")["possessive"]
        found.extend(spread(new, (new.text[:-2], "is")) if is_full and _word(pieces, i + 1).isalpha() else [new])
    return found


def _plainly_it_is(pieces: Sequence[Piece], i: int) -> str:
    plain = pieces[i].lower == "its" and _word(pieces, i + 1) in {"a", "an", "the", "not", "been", "my", "your", "because", "gonna"}
    return _split(pieces[i].text, 1) if plain else pieces[i].text


def _word(pieces: Sequence[Piece], i: int) -> str:
    return pieces[i].lower if 0 <= i < len(pieces) else ""


def _written(pieces: Sequence[Piece], i: int) -> str:
    piece, lists = pieces[i], groups("contractions.txt")
    word = piece.lower
    if word in lists["will"] and _before_verb(pieces, i) and _opens(pieces, i):
        return _split(piece.text, 2)
    if word in lists["would"] and _before_verb(pieces, i, "like", "rather", "better", "be", "love") and _opens(pieces, i):
        return _split(piece.text, 1)
    if word == "were" and _starts(pieces, i) and (_word(pieces, i + 1).endswith("ing") or _word(pieces, i + 1) in lists["after_were"]):
        return _split(piece.text, 2)
    if word == "its" and _is_it_is(pieces, i):
        return _split(piece.text, 1)
    if word == "lets" and _word(pieces, i + 1) in groups("casual.txt")["verb"] and _opens(pieces, i):
        return _split(piece.text, 1)
    return _split(piece.text, 1) if _is_owner(pieces, i) else piece.text


def _split(text: str, tail: int) -> str:
    head = "I" if text[:-tail] == "i" else text[:-tail]
    return f"{head}'{text[-tail:]}"


def _opens(pieces: Sequence[Piece], i: int) -> bool:
    """Whether a clause can begin here: nothing before it calls for a noun or an adjective."""
    before = _word(pieces, i - 1)
    lists = groups("function_words.txt")
    if not before or not before.isalpha():
        return True
    calls = lists["possessive"] | lists["determiner"] | lists["auxiliary"] | lists["preposition"] | lists["subject"]
    return (before not in calls or before in {"so", "that", "all", "this"}) and not vocabulary().classes.get(before, "").startswith("a")


def _starts(pieces: Sequence[Piece], i: int) -> bool:
    """Whether a clause plainly begins here: nothing stands before it, or a mark, a greeting, "and"."""
    before = _word(pieces, i - 1)
    lists = groups("function_words.txt")
    return not before[-1:].isalnum() or before in lists["greeting"] | lists["interjection"] | {"and", "but", "so", "because"}


def _before_verb(pieces: Sequence[Piece], i: int, *more: str) -> bool:
    after = _word(pieces, i + 1)
    if after in {"not", "just", "also", "probably", "definitely", "never", "always", "still"}:
        after = _word(pieces, i + 2)
    return after in groups("contractions.txt")["verb"] or after in groups("casual.txt")["verb"] or after in more


def _is_it_is(pieces: Sequence[Piece], i: int) -> bool:
    """ "its leaking again", "its a bosch", "its dwayne": what follows is no noun that it could own."""
    after, later = _word(pieces, i + 1), _word(pieces, i + 2)
    words, lists = vocabulary(), groups("function_words.txt")
    if not _opens(pieces, i) and _word(pieces, i - 1) not in {"that", "and", "but", "because", "think", "when", "if", "since"}:
        return False
    closed = (
        lists["determiner"]
        | lists["possessive"]
        | lists["preposition"]
        | lists["adverb"]
        | lists["number"]
        | lists["wh"]
        | lists["weekday"]
    )
    if _is_full_name(pieces, i + 1):
        return True
    if after in closed or after in groups("contractions.txt")["after_its"]:
        return after != "own"
    if words.proper(after) or after[:1].isdigit():
        return words.proper(later) or not words.only_noun(later)
    if not after or words.only_noun(after):
        return False
    describes = words.is_a("a", after) or after.endswith(("ing", "ed")) or words.is_a("r", after)
    ends = not later or not later.isalpha() or later in words.function_words or words.is_a("r", later)
    return describes and ends


def _is_full_name(pieces: Sequence[Piece], i: int) -> bool:
    """ "its Tamsin Roe!": two words in capitals with nothing after them that they could belong to."""
    name = [p.text for p in pieces[i : i + 2] if p.is_word and p.text[0].isupper() and not p.text.isupper()]
    return len(name) == 2 and not _word(pieces, i + 2).isalpha()


def _is_owner(pieces: Sequence[Piece], i: int) -> bool:
    """ "my wifes home", "her names keisha", "danas car": a noun with a bare s that owns or is what follows."""
    word, before, after = _word(pieces, i), _word(pieces, i - 1), _word(pieces, i + 1)
    lists = groups("function_words.txt")
    if not word.endswith("s") or not after.isalpha() or not pieces[i].text.islower():
        return False
    stem, words = word[:-1], vocabulary()
    noun_follows = words.is_a("n", after) and after not in words.function_words
    if stem in {"name", "number"} and before in lists["possessive"]:
        return after not in lists["auxiliary"] | lists["preposition"] | lists["conjunction"] and words.classes.get(after, "p") in {
            "p",
            "np",
            "n",
        }
    if stem in groups("contractions.txt")["kin"] and before in lists["possessive"] | {"the", "a"}:
        return after not in lists["auxiliary"] | lists["conjunction"] and (
            noun_follows or (before in lists["possessive"] and (after.endswith("ing") or after in {"not", "in", "at", "a", "the"}))
        )
    named = stem in words.names and word not in words.names and word not in words.rank
    return named and (noun_follows or after.endswith("ing"))

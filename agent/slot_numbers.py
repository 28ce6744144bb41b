"""Numbers and amounts as people write and say them: "two", "2.5", "550k", "half a million", "a couple".

Knows English numerals; not what they count.
"""

import re
from dataclasses import dataclass

from nlp.types import Span

_BELOW_TWENTY = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen"""
_UNITS = {word: value for value, word in enumerate(_BELOW_TWENTY.split())}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "k": 1_000,
    "grand": 1_000,
    "million": 1_000_000,
    "mil": 1_000_000,
    "m": 1_000_000,
    "mm": 1_000_000,
}
_OTHERS = {"none": 0, "nobody": 0, "couple": 2, "pair": 2, "dozen": 12, "half": 0.5}
_TOKEN = re.compile(
    r"(?P<sign>[$€£])?\s?(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<suffix>k|m|mm|mil)?(?![\w/:-]|\.\d)|(?P<word>[a-z]+)", re.IGNORECASE
)
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_CURRENCIES = {
    "dollars": "USD",
    "dollar": "USD",
    "bucks": "USD",
    "usd": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "eur": "EUR",
    "pounds": "GBP",
    "gbp": "GBP",
}


@dataclass(frozen=True, slots=True)
class Number:
    """scaled: said with k, thousand or million. currency: ISO 4217 where a sign or word for it stands with the number."""

    span: Span
    value: float
    scaled: bool = False
    currency: str | None = None


def find_numbers(text: str) -> tuple[Number, ...]:
    """In order; a run of number words is one number ("five hundred fifty thousand")."""
    found: list[Number] = []
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        if _is_part(token, run, text):
            run.append(token)
            continue
        if number := _read(run, token):
            found.append(number)
        run = [token] if _is_part(token, [], text) else []
    if number := _read(run, None):
        found.append(number)
    return tuple(found)


def _is_part(token: re.Match[str], run: list[re.Match[str]], text: str) -> bool:
    if run and text[run[-1].end() : token.start()].strip(" -"):
        return False
    if token["digits"]:
        return not run
    word = token["word"].lower()
    if word in ("and", "a"):
        return bool(run) and run[-1][0].lower() in ("hundred", "thousand", "half")
    known = word in _UNITS or word in _TENS or word in _OTHERS
    return known or (word in _SCALES and bool(run))


def _read(run: list[re.Match[str]], after: re.Match[str] | None) -> Number | None:
    while run and run[-1][0].lower() in ("and", "a"):
        run = run[:-1]
    if not run:
        return None
    total, current, scaled = 0.0, 0.0, False
    for token in run:
        word = (token["word"] or "").lower()
        if token["digits"]:
            current = float(token["digits"].replace(",", ""))
            if token["suffix"]:
                current, scaled = current * _SCALES[token["suffix"].lower()], True
        elif word == "hundred":
            current *= 100
        elif word in _SCALES:
            total, current, scaled = total + (current or 1) * _SCALES[word], 0.0, True
        else:
            current += _UNITS.get(word, _TENS.get(word, _OTHERS.get(word, 0)))
    span = Span(run[0].start() + (len(run[0][0]) - len(run[0][0].lstrip())), run[-1].end())
    sign = run[0]["sign"] if run[0]["digits"] else None
    if sign or not after or not after["word"] or after["word"].lower() not in _CURRENCIES:
        return Number(span, total + current, scaled, _SIGNS.get(sign) if sign else None)
    return Number(Span(span.start, after.end()), total + current, scaled, _CURRENCIES[after["word"].lower()])


def plain_number(value: float) -> int | float:
    """Whole numbers as int."""
    return int(value) if value == int(value) else value

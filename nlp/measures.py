"""What some words measure: a price, a year, a number. Knows a stretch of text; nothing of whose it is."""

import re

from nlp.number_words import PATTERN, number_of

MONEY = re.compile(r"(?:[$€£]\s?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)\s?(?:dollars|bucks|euros|pounds|usd|eur|gbp))", re.IGNORECASE)
_YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
_DIGITS = re.compile(r"(?<![\w-])\d+(?:\.\d+)?")
_WORDS = re.compile(rf"\b{PATTERN}\b", re.IGNORECASE)


def measured(text: str, kind: str) -> float | None:
    """The first price or year in it, else the first number besides prices; None where it has none. kind: money, year, size, age."""
    if kind == "money":
        found = MONEY.search(text)
        return float((found[1] or found[2]).replace(",", "")) if found else None
    if kind == "year":
        found = _YEAR.search(text)
        return float(found[0]) if found else None
    return _first_number(MONEY.sub(" ", text))


def _first_number(text: str) -> float | None:
    """In digits, else in words; "one" stands for a thing as often as for a number."""
    if digits := _DIGITS.search(text):
        return float(digits[0])
    numbers = (number_of(said) for said in _WORDS.findall(text) if said.lower() != "one")
    return next((float(n) for n in numbers if n is not None), None)

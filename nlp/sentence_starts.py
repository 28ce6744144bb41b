"""Where a sentence must start although no full stop comes before: after words that only announce a correction, after what is denied,
and after the name that the speaker gives first.

Knows text alone; the parser is held to these starts, which it would else read as appositions and compounds.
"""

import re

from nlp.introductions import header_end

_START = r"(?:^|(?<=[.!?]\s))"
_ANNOUNCED = re.compile(
    rf"{_START}(?:(?:oops|sorry|no|wait|ok|okay|hi|hey)[,.]? )?"
    r"(?:corrections?|scratch that|strike that|on second thoughts?|my (?:bad|mistake)|typo)"
    r"\s*[:,;–—-]\s*(?=\w)",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"^(?:hi|hello|hey+|hiya|hallo|good (?:day|morning|afternoon|evening)|morning)(?: there| all)?!\s+(?=\w)", re.IGNORECASE
)
_ADDRESSED = re.compile(r"^(?:(?i:dear|hello|hi)) (?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?(?:[A-Z][\w'-]+ ?){1,3},\s+(?=\w)", re.MULTILINE)
_EXCLAIMED = re.compile(r"(?<=\w)!\s+(?=[a-z])")
_DENIED = re.compile(
    rf"{_START}(?:(?:sorry|no|oops)[,.]? )?"
    r"not (?!only|just|really|sure|yet)(?:[\w'-]+ ){0,3}[\w'-]+[,;]\s+(?=\w)",
    re.IGNORECASE,
)


def sentence_starts(text: str) -> frozenset[int]:
    """Offsets of characters in `text` that begin a sentence."""
    patterns = (_ANNOUNCED, _DENIED, _GREETED, _ADDRESSED, _EXCLAIMED)
    named = header_end(text)
    return frozenset(found.end() for pattern in patterns for found in pattern.finditer(text)) | frozenset(
        [named] if named is not None else ()
    )

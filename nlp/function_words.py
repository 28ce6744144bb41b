"""Closed classes of English words that mentions and reference turn on. Knows words, nothing else."""

SOMEBODY = frozenset({"someone", "somebody"})
ANYBODY = SOMEBODY | {"anyone", "anybody", "everyone", "everybody", "nobody", "no-one"}  # persons, whoever they are
POSSESSIVE = frozenset({"my", "your", "his", "her", "its", "our", "their"})
INDEPENDENT = frozenset({"mine", "yours", "hers", "ours", "theirs"})
NOMINATIVE = frozenset({"i", "he", "she", "we", "they"})  # forms that are nothing but subjects
PERSONAL = frozenset(
    {
        "y'",
        "y’",
        "ya'",
        "ya’",
        "i",
        "me",
        "you",
        "he",
        "him",
        "she",
        "her",
        "it",
        "we",
        "us",
        "they",
        "them",
        "myself",
        "yourself",
        "yourselves",
        "himself",
        "herself",
        "itself",
        "ourselves",
        "themselves",
        "themself",
        "y'all",
    }
)
REFLEXIVE = frozenset({"myself", "yourself", "yourselves", "himself", "herself", "itself", "ourselves", "themselves", "themself"})
DEMONSTRATIVE = frozenset({"this", "that", "these", "those"})
STAND_IN = frozenset({"both", "neither", "either", "one", "ones"})
QUESTION = frozenset({"what", "which", "who", "whom", "whose", "whatever", "whichever", "whoever", "where", "when", "why", "how"})
FIRST = frozenset({"'s", "’s", "i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"})
YALL = frozenset({"y'", "y’", "ya'", "ya’"})  # before "all", as spaCy cuts it
SECOND = frozenset({"y'", "y’", "ya'", "ya’", "you", "your", "yours", "yourself", "yourselves", "y'all"})
PLURAL = frozenset(
    {
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "these",
        "those",
        "both",
        "ones",
        "yourselves",
        "y'all",
    }
)
TITLES = frozenset(
    {
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "miss",
        "dr",
        "dr.",
        "sir",
        "madam",
        "uncle",
        "aunt",
        "auntie",
        "grandma",
        "grandpa",
        "mom",
        "mum",
        "dad",
        "officer",
        "judge",
        "prof",
        "prof.",
    }
)
ORDINALS = frozenset(
    {"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last", "next", "former", "latter"}
)
INDEFINITE = frozenset({"a", "an", "some", "any", "another", "each", "every", "no", "several", "many", "few", "enough", "much", "one"})

"""Understanding: functions from text and candidates to mentions, relations, times and referents."""

"""What a word's base form may be where no dictionary knows it: Norwegian and English endings taken off."""

_ENDINGS = ("ene", "ane", "ens", "ets", "er", "ar", "en", "et", "es", "a", "e", "s", "t")
_PLURALS = ("er", "ar", "ene", "ane")
_ENDINGS_AFTER_L = ("ler", "lene", "lar", "lane")
_VOWELS = "aeiouyæøå"
_SHORTEST_STEM = 4


def guessed_bases(word: str) -> frozenset[str]:
    """
    The forms that `word` could be an inflection of, itself among them. Two unknown words are one
    if their guesses meet.

    >>> sorted(guessed_bases("uridomer"))
    ['uridom', 'uridome', 'uridomer']
    >>> guessed_bases("teststrimler") & guessed_bases("teststrimmel")
    frozenset({'teststrimmel'})
    """
    found = {word}
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            stem = word[: -len(ending)]
            found |= {stem, stem + "e"}
    return frozenset(found | _that_lost_an_e(word))


def _that_lost_an_e(word: str) -> set[str]:
    """What "strimler" may be of: strimmel, strimel."""
    if not word.endswith(_ENDINGS_AFTER_L):
        return set()
    found = set()
    for ending in _ENDINGS_AFTER_L:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM and stem[-1] not in _VOWELS:
            found |= {stem + "el", stem + stem[-1] + "el"}
    return found


def plural_stems(word: str) -> frozenset[str]:
    """
    What a word is one of, if it is a plural: where a dictionary takes it for a form of another word.

    >>> sorted(plural_stems("kladder"))
    ['kladd', 'kladde']
    """
    if not word.endswith(_PLURALS):
        return frozenset()
    found = {word[: -len(ending)] for ending in _PLURALS if word.endswith(ending)}
    stems = {stem for stem in found if len(stem) >= _SHORTEST_STEM}
    return frozenset(stems | {stem + "e" for stem in stems})


def er_forms(word: str) -> tuple[str, ...]:
    """
    The forms of a noun in -er that lose their e (kateter, katetre, katetrene); none for other words.

    >>> er_forms("filter")[:2]
    ('filtre', 'filtrene')
    """
    if len(word) < 5 or not word.endswith("er") or word[-3] in _VOWELS:
        return ()
    stem = word[:-2]
    return (
        *(stem + end for end in ("re", "rene", "ra", "rer")),
        *(word + end for end in ("et", "ets", "s", "a")),
    )

"""Company names made comparable: one alphabet, no punctuation, no legal form."""
# ruff: noqa: RUF001, RUF002 - the foreign letters are the subject here

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe", "ł": "l",
    "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
}  # fmt: skip
# ISO 9 without diacritics for Russian, with the Ukrainian letters added.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
# ISO 843, simplified to single letters.
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_LETTERS = str.maketrans(_LATIN | _CYRILLIC | _GREEK)
_JOINERS = frozenset("and und et e y en og och i".split())

# Legal forms as they remain after punctuation became a space; longer ones are tried first.
LEGAL_FORMS = tuple(
    sorted(
        (
            tuple(form.split())
            for form in (
                "gmbh co kg|gmbh co kgaa|gmbh co ohg|ag co kg|ug haftungsbeschraenkt co kg|gmbh|g m b h|mbh|"
                "gesmbh|ges m b h|ug haftungsbeschraenkt|ug|ag|kg|kgaa|ohg|gbr|e k|ek|e kfm|ev|e v|eg|"
                "se|sce|sa|s a|sas|s a s|sasu|sarl|s a r l|eurl|snc|sci|scop|gie|"
                "societe anonyme|societe par actions simplifiee|ltd|limited|plc|llp|lp|cic|"
                "public limited company|inc|incorporated|corp|corporation|co|company|llc|l l c|"
                "bv|b v|nv|n v|vof|cv|bvba|srl|s r l|spa|s p a|sapa|sas di|snc di|sl|s l|slu|s l u|sau|"
                "lda|unipessoal lda|ab|aktiebolag|hb|as|asa|aps|a s|oy|oyj|osakeyhtioe|ky|"
                "sp z o o|spolka z o o|spzoo|spolka z ograniczona odpowiedzialnoscia|spolka akcyjna|sp k|"
                "s r o|sro|spol s r o|kft|zrt|nyrt|bt|d o o|doo|d d|dd|eood|ood|ead|ad|sia|uab|oue|ou|"
                "ooo|oao|zao|pao|tov|epe|ae|ike|pty ltd|pte ltd|pvt ltd|private limited|sagl|a g"
            ).split("|")
        ),
        key=len,
        reverse=True,
    )
)
_LONGEST = len(LEGAL_FORMS[0])
_BESIDE_WORDS = re.compile("[^a-z0-9]+")
_KEPT = 32_768
"""Names whose comparable form is kept: the runs over a long file ask for those of its customers again and again."""
_FORMS = frozenset(LEGAL_FORMS)
_PREFIXES = frozenset({("ooo",), ("oao",), ("zao",), ("pao",), ("tov",), ("sarl",), ("sas",), ("sci",), ("firma",)})


def transliterate(text: str) -> str:
    """Return `text` in small ASCII letters where a rule exists: "Müller" → "mueller", "Завод" → "zavod"."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    return plain.casefold().translate(_LETTERS)  # a letter of mathematics comes apart into a capital one


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`, transliterated and without punctuation."""
    if text.isascii():
        return tuple(_BESIDE_WORDS.sub(" ", text.lower().replace("'", "")).split())
    return tuple(
        "".join(letter if letter.isalnum() else " " for letter in transliterate(text).replace("'", "")).split()
    )


def _without_front(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tokens[1:] if len(tokens) > 1 and tokens[:1] in _PREFIXES else tokens


def _without_ending(tokens: tuple[str, ...]) -> tuple[str, ...]:
    for length in range(min(_LONGEST, len(tokens) - 1), 0, -1):
        if tokens[-length:] in _FORMS:
            return tokens[:-length]
    return tokens


def _without_joiners(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token not in _JOINERS) or tokens


@lru_cache(maxsize=_KEPT)
def normal_name(name: str) -> str:
    """Return the comparable form of a name: "Müller & Söhne GmbH & Co. KG" → "mueller soehne".

    Legal forms are taken off the end again and again, and off the front where that is usual (ООО, SARL);
    a name that consists of nothing else stays as it is.
    """
    tokens: tuple[str, ...] = ()
    shorter = words(name)
    while shorter != tokens:
        tokens = shorter
        shorter = _without_joiners(_without_ending(_without_front(tokens)))
    return " ".join(tokens)


def fingerprint(name: str) -> str:
    """Return the normal name with its words sorted and unique, so that word order does not matter."""
    return " ".join(sorted(set(normal_name(name).split())))


@lru_cache(maxsize=_KEPT)
def _pairs(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[index : index + 2] for index in range(len(padded) - 1))


def similarity(left: str, right: str) -> int:
    """Return how alike two normal names are, 0-100: Dice coefficient over pairs of letters, rounded down."""
    if not left or not right:
        return 0
    one, two = _pairs(left), _pairs(right)
    return 200 * len(one & two) // (len(one) + len(two))

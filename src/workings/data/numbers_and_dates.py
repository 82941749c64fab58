"""Numbers and dates in English and German, made by num2words and Babel, with links known by construction."""

from __future__ import annotations

import datetime
import re

import numpy as np
from babel.dates import format_date
from num2words import num2words

from workings.byhand.arguments import whole
from workings.data.pairs import Pair

UNITS = ("ein", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
TEENS = (
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
)
TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
PARTS = sorted((*UNITS, *TEENS, *TENS, "hundert", "tausend", "und"), key=len, reverse=True)


def german_parts(word: str) -> tuple[str, ...]:
    """Cut a German number word into its parts.

    Examples
    --------
    >>> from workings.data.numbers_and_dates import german_parts
    >>> print(german_parts("zweihundertfünfundzwanzig"))
    ('zwei', 'hundert', 'fünf', 'und', 'zwanzig')
    """
    parts = tuple(re.findall("|".join(PARTS), word))
    if "".join(parts) != word:
        raise ValueError(f"word must be a German number below a million, got {word!r}")
    return parts


def _roles(
    tokens: tuple[str, ...], thousand: str, hundred: str, tens: tuple[str, ...], nothing: set[str]
) -> list[str]:
    """Say what each token of a number stands for: its group and its place in it; empty for joints."""
    cut = tokens.index(thousand) if thousand in tokens else -1
    roles = []
    for place, token in enumerate(tokens):
        group = "thousands" if place < cut else "units"
        if token in nothing:
            roles.append("")
        elif token == thousand:
            roles.append("thousand")
        elif token == hundred:
            roles.append(f"{group}: hundred")
        elif place + 1 < len(tokens) and tokens[place + 1] == hundred:
            roles.append(f"{group}: how many hundred")
        else:
            roles.append(f"{group}: {'tens' if token in tens else 'rest'}")
    return roles


def _linked(source: list[str], target: list[str]) -> frozenset[tuple[int, int]]:
    return frozenset(
        (t, s) for t, role in enumerate(target) for s, other in enumerate(source) if role and role == other
    )


def number_pair(number: int) -> Pair:
    """Return a number below a million in English words and in German parts.

    Examples
    --------
    >>> from workings.data.numbers_and_dates import number_pair
    >>> pair = number_pair(125)
    >>> print(" ".join(pair.source), "->", " ".join(pair.target))
    one hundred and twenty five -> ein hundert fünf und zwanzig
    >>> print([(pair.target[t], pair.source[s]) for t, s in sorted(pair.links)][2:])
    [('fünf', 'five'), ('zwanzig', 'twenty')]
    """
    if whole(number, "number") >= 10**6:
        raise ValueError(f"number must be below a million, got {number}")
    source = tuple(re.findall(r"[a-z]+|,", num2words(number, lang="en")))
    target = german_parts(num2words(number, lang="de"))
    english_tens = tuple(num2words(ten, lang="en") for ten in range(20, 100, 10))
    links = _linked(
        _roles(source, "thousand", "hundred", english_tens, {"and", ","}),
        _roles(target, "tausend", "hundert", TENS, {"und"}),
    )
    return Pair(source, target, links, f"number {number}")


def date_pair(day: datetime.date, style: str = "full") -> Pair:
    """Return a date as Babel writes it in English and German; years are cut into century and rest.

    ``style``: ``"full"`` (with the day of the week) or ``"long"``.

    Examples
    --------
    >>> import datetime
    >>> from workings.data.numbers_and_dates import date_pair
    >>> pair = date_pair(datetime.date(2026, 11, 20), "long")
    >>> print(" ".join(pair.source), "->", " ".join(pair.target), sorted(pair.links))
    November 20 , 20 26 -> 20 . November 20 26 [(0, 1), (2, 0), (3, 3), (4, 4)]
    """
    if style not in ("full", "long"):
        raise ValueError(f"style must be 'full' or 'long', got {style!r}")
    sides = []
    for locale in ("en", "de"):
        tokens = tuple(
            re.findall(r"[^\W\d]+|\d{2}(?=\d{2}$)|\d+|[.,]", format_date(day, style, locale=locale))
        )
        month, weekday = (format_date(day, form, locale=locale) for form in ("MMMM", "EEEE"))
        roles = [{month: "month", weekday: "weekday"}.get(token, "") for token in tokens]
        roles[-2:] = ["century", "year"]
        roles[next(place for place, token in enumerate(tokens) if token == str(day.day))] = "day"
        if style == "full":
            roles[1] = "comma after the weekday"
        sides.append((tokens, roles))
    (source, source_roles), (target, target_roles) = sides
    return Pair(source, target, _linked(source_roles, target_roles), f"date {day.isoformat()}")


def generated_pairs(count: int, seed: int = 0, largest: int = 9999) -> list[Pair]:
    """Draw pairs, three numbers to two dates; no number comes twice, and each day comes in both styles.

    Examples
    --------
    >>> from workings.data.numbers_and_dates import generated_pairs
    >>> pairs = generated_pairs(50)
    >>> print(len(set(pairs)), len({pair.group for pair in pairs}))
    50 40
    """
    rng = np.random.default_rng(seed)
    n_days = whole(count, "count", least=5) // 5
    numbers = rng.choice(whole(largest, "largest"), size=count - 2 * n_days, replace=False) + 1
    first = datetime.date(1950, 1, 1)
    days = [first + datetime.timedelta(days=int(one)) for one in rng.choice(36_500, n_days, replace=False)]
    pairs = [number_pair(int(number)) for number in numbers]
    pairs += [date_pair(day, style) for day in days for style in ("full", "long")]
    return [pairs[place] for place in rng.permutation(len(pairs))]

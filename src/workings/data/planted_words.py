"""A generated text whose pointwise mutual information is known exactly.

Two hidden states walk along: a *place* (one of six) and a *gender* (one of two). At each token each of them
stays as it is, or is drawn anew. Then a word is drawn that says the place, the gender, both or neither:
`king` says court and he, `crown` says court, `his` says he, `the` says nothing.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import whole

PAIRS = {
    "court": ("king", "queen"),
    "home": ("father", "mother"),
    "stage": ("actor", "actress"),
    "inn": ("waiter", "waitress"),
    "abbey": ("monk", "nun"),
    "farm": ("bull", "cow"),
}
PLACED = {
    "court": ("crown", "throne", "palace"),
    "home": ("cradle", "garden", "door"),
    "stage": ("curtain", "mask", "role"),
    "inn": ("soup", "plate", "bill"),
    "abbey": ("bell", "prayer", "candle"),
    "farm": ("barn", "hay", "plough"),
}
GENDERED = (("he", "his", "him"), ("she", "her", "hers"))
NEUTRAL = ("the", "and", "of", "a", "to", "in")
PLACES = tuple(PAIRS)

PLACE_SHARE = np.array([6, 5, 4, 4, 3, 2]) / 24  # how often each place is drawn
PLACE_STAYS, GENDER_STAYS = 0.85, 0.75  # else drawn anew, perhaps the same again
KIND_SHARE = {"pair": 0.25, "placed": 0.25, "gendered": 0.2, "neutral": 0.3}
RANK_SHARE = {3: np.array([3, 2, 1]) / 6, 6: np.array([6, 5, 4, 3, 2, 1]) / 21}  # the first word most often


def _vocabulary() -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Return the words, their place (or -1), their gender (or -1), and their share given what they say."""
    rows: list[tuple[str, int, int, float]] = []
    for place, name in enumerate(PLACES):
        rows += [(word, place, gender, KIND_SHARE["pair"]) for gender, word in enumerate(PAIRS[name])]
        shares = KIND_SHARE["placed"] * RANK_SHARE[3]
        rows += [(word, place, -1, float(one)) for word, one in zip(PLACED[name], shares, strict=True)]
    for gender, words in enumerate(GENDERED):
        shares = KIND_SHARE["gendered"] * RANK_SHARE[3]
        rows += [(word, -1, gender, float(one)) for word, one in zip(words, shares, strict=True)]
    shares = KIND_SHARE["neutral"] * RANK_SHARE[6]
    rows += [(word, -1, -1, float(one)) for word, one in zip(NEUTRAL, shares, strict=True)]
    words, places, genders, emitted = zip(*rows, strict=True)
    return words, np.array(places), np.array(genders), np.array(emitted)


WORDS, PLACE_OF, GENDER_OF, EMITTED = _vocabulary()  # (n,) each


def word_shares() -> np.ndarray:
    """Return the probability of each word at any token, shape (n,).

    Examples
    --------
    >>> from workings.data.planted_words import WORDS, word_shares
    >>> print(len(WORDS), round(word_shares().sum(), 12), round(word_shares()[WORDS.index("king")], 5))
    42 1.0 0.03125
    """
    in_place = np.where(PLACE_OF >= 0, PLACE_SHARE[PLACE_OF], 1.0)
    in_gender = np.where(GENDER_OF >= 0, 0.5, 1.0)
    shares: np.ndarray = EMITTED * in_place * in_gender
    return shares


def true_joint(m: int) -> np.ndarray:
    """Return the exact probability of each (centre, context) pair within ``m`` tokens, shape (n, n).

    Two words that both say a place meet, at distance j, as often as chance has it times
    (stays^j [same place] + (1 - stays^j) share) / share; the same for the gender; the two are independent.

    Examples
    --------
    >>> from workings.data.planted_words import WORDS, true_joint
    >>> joint = true_joint(2)
    >>> crown, throne, soup = (WORDS.index(word) for word in ("crown", "throne", "soup"))
    >>> print(round(joint.sum(), 12), joint[crown, throne] > joint[crown, soup])
    1.0 True
    """
    shares = word_shares()
    joint = np.zeros((len(shares), len(shares)))
    for distance in range(1, whole(m, "m") + 1):
        place = _ratio(PLACE_OF, PLACE_SHARE, PLACE_STAYS**distance)
        gender = _ratio(GENDER_OF, np.array([0.5, 0.5]), GENDER_STAYS**distance)
        joint += np.outer(shares, shares) * place * gender / m
    return joint


def _ratio(said: np.ndarray, share: np.ndarray, kept: float) -> np.ndarray:
    """Return how much more often than by chance two words meet, from one hidden state alone, (n, n)."""
    both = (said[:, None] >= 0) & (said[None, :] >= 0)
    same = said[:, None] == said[None, :]
    ratio = kept * same / share[said][:, None] + (1 - kept)
    return np.where(both, ratio, 1.0)


def planted_text(length: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a text of ``length`` word ids, shape (length,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.data.planted_words import WORDS, planted_text
    >>> text = planted_text(11, np.random.default_rng(4))
    >>> print(" ".join(WORDS[one] for one in text))
    actress to waitress a she of plate the curtain actor and
    """
    whole(length, "length")
    places = _walk(length, PLACE_SHARE, PLACE_STAYS, rng)  # (T,)
    genders = _walk(length, np.array([0.5, 0.5]), GENDER_STAYS, rng)  # (T,)
    text = np.empty(length, dtype=np.int64)
    for place in range(len(PLACES)):
        for gender in range(2):
            here = np.flatnonzero((places == place) & (genders == gender))
            can = np.isin(PLACE_OF, (-1, place)) & np.isin(GENDER_OF, (-1, gender))
            text[here] = rng.choice(len(WORDS), size=len(here), p=EMITTED * can)
    return text


def _walk(length: int, share: np.ndarray, stays: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a hidden state for each token: kept from the token before, or drawn anew."""
    fresh = rng.random(length) >= stays
    fresh[0] = True
    drawn = rng.choice(len(share), size=length, p=share)
    latest = np.maximum.accumulate(np.where(fresh, np.arange(length), 0))
    return drawn[latest]

"""What is measured of translations of real sentences: BLEU by sacrebleu, parts of a test, samples, maps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from workings.data.pairs import START, Pair
from workings.data.translation_pairs import References, words_of
from workings.models.sentence_translator import SentenceTranslator
from workings.models.translating import Languages
from workings.models.translation import batch_of


def text_of(pieces: Iterable[str]) -> str:
    """Join pieces to the text that they were cut from.

    Examples
    --------
    >>> from workings.experiments.translation_measures import text_of
    >>> print(text_of(("Il", " va", " bien", ".")))
    Il va bien.
    """
    return "".join(pieces).strip()


def bleu_of(found: Sequence[str], references: References) -> dict[str, Any]:
    """Score texts by sacrebleu, against all references and against the first of each, with its signatures.

    Examples
    --------
    >>> from workings.experiments.translation_measures import bleu_of
    >>> asked = [("I go now.", ["Je pars.", "Je m'en vais tout de suite."])]
    >>> scores = bleu_of(["Je m'en vais tout de suite."], asked)
    >>> print(round(scores["all"]), scores["one"] < 20, scores["signature"]["one"][:22])
    100 True nrefs:1|case:mixed|eff
    """
    most = max(len(several) for _, several in references)
    every = [[several[at] if at < len(several) else None for _, several in references] for at in range(most)]
    scores: dict[str, Any] = {"signature": {}}
    for name, lists in (("all", every), ("one", every[:1])):
        metric = BLEU()
        result = metric.corpus_score(found, lists)  # type: ignore[arg-type]  # it takes None
        scores[name] = round(float(result.score), 2)
        scores["signature"][name] = str(metric.get_signature())
        if name == "all":
            scores["precisions"] = [round(float(one), 1) for one in result.precisions]
            scores["brevity_penalty"] = round(float(result.bp), 4)
    return scores


def parts_of_test(
    references: References, seen_english: set[str], seen_french: set[str], bounds: Sequence[int]
) -> dict[str, list[int]]:
    """Return the places of the test sentences of each kind.

    By number of English words (up to each bound); with a word that training never had; with all their French
    sides new, or one of them known from another English sentence.

    Examples
    --------
    >>> from workings.experiments.translation_measures import parts_of_test
    >>> texts = [("Go.", ["Va !"]), ("Go on now.", ["Continue."])]
    >>> print(parts_of_test(texts, {"go", "now"}, {"Continue."}, (2, 9)))
    {'1-2': [0], '3-9': [1], 'new_word': [1], 'known_words': [0], 'new_french': [0], 'known_french': [1]}
    """
    found: dict[str, list[int]] = {}
    least = 1
    for bound in bounds:
        found[f"{least}-{bound}"] = _where(
            references,
            lambda e, _, a=least, b=bound: a <= len(words_of(e)) <= b,  # type: ignore[misc]
        )
        least = bound + 1
    found["new_word"] = _where(references, lambda e, _: not set(words_of(e)) <= seen_english)
    found["known_words"] = _where(references, lambda e, _: set(words_of(e)) <= seen_english)
    found["new_french"] = _where(references, lambda _, several: not set(several) & seen_french)
    found["known_french"] = _where(references, lambda _, several: bool(set(several) & seen_french))
    return found


def _where(references: References, wanted: Callable[[str, list[str]], bool]) -> list[int]:
    return [place for place, (english, several) in enumerate(references) if wanted(english, several)]


def bleu_of_parts(
    found: Sequence[str], references: References, parts: Mapping[str, Sequence[int]]
) -> dict[str, dict[str, float]]:
    """Return sentences and BLEU of each part that has any."""
    scores = {}
    for name, places in parts.items():
        if places:
            some = bleu_of([found[one] for one in places], [references[one] for one in places])
            scores[name] = {"sentences": len(places), "bleu": some["all"], "bleu_one": some["one"]}
    return scores


def drawn_samples(
    found: Mapping[str, Sequence[str]], references: References, count: int, seed: int
) -> list[dict[str, Any]]:
    """Draw test sentences at random, with what each system wrote and at most three references."""
    places = np.random.default_rng(seed).permutation(len(references))[:count]
    return [_sample(found, references, int(place)) for place in places]


def worst_samples(
    found: Mapping[str, Sequence[str]], references: References, system: str, count: int
) -> list[dict[str, Any]]:
    """Give the sentences that share least with their references (chrF), of those with four words or more."""
    metric = CHRF()
    scored = sorted(
        (metric.sentence_score(found[system][place], several).score, place)
        for place, (english, several) in enumerate(references)
        if len(words_of(english)) > 3
    )
    return [{**_sample(found, references, place), "chrf": round(score, 1)} for score, place in scored[:count]]


def _sample(found: Mapping[str, Sequence[str]], references: References, place: int) -> dict[str, Any]:
    english, several = references[place]
    return {"english": english, "references": several[:3], **{name: of[place] for name, of in found.items()}}


def real_attention_map(
    model: SentenceTranslator, words: Languages, source: tuple[str, ...], written: tuple[str, ...]
) -> dict[str, Any]:
    """Return pieces and the weights by which the last layer's heads, averaged, read the source for each.

    Row ``t`` is the step that *predicts* piece ``t``; the last row predicts the end.
    """
    read = batch_of([[START, *words.target.encode(written)]])
    weights = model.attention_map(batch_of([words.source.encode(source)]), read)[0]  # (n_head, T_t + 1, T_s)
    rows = weights.mean(dim=0).double().cpu().numpy().round(3).tolist()
    return {"source": list(source), "written": [*written, "end"], "weights": rows}


def addressed(text: str) -> str:
    """Say whom a French sentence addresses: ``tu``, ``vous``, both or nobody.

    Examples
    --------
    >>> from workings.experiments.translation_measures import addressed
    >>> print(addressed("Tes amis t'attendent."), addressed("Il pleut."), addressed("Où êtes-vous ?"))
    tu nobody vous
    """
    words = set(words_of(text))
    familiar = bool(words & {"tu", "te", "t", "toi", "ton", "ta", "tes"})
    polite = bool(words & {"vous", "votre", "vos"})
    return {(True, True): "both", (True, False): "tu", (False, True): "vous"}.get(
        (familiar, polite), "nobody"
    )


def pairs_with(pairs: Sequence[Pair], cut: tuple[Callable[[str], Any], Callable[[str], Any]]) -> list[Pair]:
    """Cut both texts of each pair into pieces."""
    english, french = cut
    return [
        Pair(english(pair.source[0]), french(pair.target[0]), meaning=pair.meaning or pair.group)
        for pair in pairs
    ]

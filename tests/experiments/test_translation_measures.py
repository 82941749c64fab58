"""Scores, parts and samples of translations of real sentences."""

from __future__ import annotations

import sacrebleu
import torch

from workings.data.pairs import Pair
from workings.experiments.translation_measures import (
    addressed,
    bleu_of,
    bleu_of_parts,
    drawn_samples,
    pairs_with,
    parts_of_test,
    real_attention_map,
    worst_samples,
)
from workings.models.sentence_translator import SentenceTranslator, TranslatorSizes
from workings.models.translating import Languages

ASKED = [
    ("Where are you now, Tom?", ["Où es-tu, Tom ?", "Où êtes-vous, Tom ?"]),
    ("He is at home today.", ["Il est à la maison."]),
    ("Go.", ["Va !", "Pars !", "Allez !"]),
]
FOUND = ["Où êtes-vous, Tom ?", "Il est à la gare.", "Va !"]


def test_bleu_is_sacrebleus() -> None:
    scores = bleu_of(FOUND, ASKED)
    one = sacrebleu.corpus_bleu(FOUND, [[several[0] for _, several in ASKED]])
    filled = [[several[min(at, len(several) - 1)] for _, several in ASKED] for at in range(3)]
    assert scores["one"] == round(one.score, 2)
    assert scores["all"] == round(sacrebleu.corpus_bleu(FOUND, filled).score, 2)
    assert "tok:13a" in scores["signature"]["all"]
    assert "case:mixed" in scores["signature"]["one"]


def test_parts() -> None:
    parts = parts_of_test(ASKED, {"go", "he", "is", "at", "home", "today"}, {"Va !"}, (1, 5))
    assert parts["1-1"] == [2]
    assert parts["2-5"] == [0, 1]
    assert parts["new_word"] == [0]
    assert parts["known_french"] == [2]
    scores = bleu_of_parts(FOUND, ASKED, {"none": [], **parts})
    assert "none" not in scores
    assert scores["known_words"]["sentences"] == 2


def test_samples() -> None:
    found = {"beam": FOUND}
    drawn = drawn_samples(found, ASKED, 2, seed=1)
    assert drawn == drawn_samples(found, ASKED, 2, seed=1)
    assert len(drawn) == 2
    worst = worst_samples(found, ASKED, "beam", 1)
    assert worst[0]["english"] == "He is at home today."
    assert worst[0]["references"] == ["Il est à la maison."]


def test_whom_a_sentence_addresses() -> None:
    assert [addressed(one) for one in ("Tu viens ?", "Votre ami t'aime.", "Il est tard.")] == [
        "tu",
        "both",
        "nobody",
    ]


def test_a_map_has_a_row_for_each_piece_and_the_end() -> None:
    words = Languages.of([Pair(("a", "b"), ("x", "y", "z"))])
    model = SentenceTranslator(TranslatorSizes(len(words.source), len(words.target), 8, 2, 1, 16)).eval()
    found = real_attention_map(model, words, ("a", "b"), ("x", "z"))
    assert found["written"] == ["x", "z", "end"]
    weights = torch.tensor(found["weights"])
    assert weights.shape == (3, 2)
    assert torch.allclose(weights.sum(dim=1), torch.ones(3), atol=2e-3)


def test_pairs_are_cut() -> None:
    cut = pairs_with([Pair(("a b",), ("c",), meaning="m")], (lambda text: tuple(text.split()), tuple))
    assert cut == [Pair(("a", "b"), ("c",), meaning="m")]

"""The module against the by-hand form on every device, training that repeats, and what is measured of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.deep_averaging import deep_score, linear_score
from workings.data.reviews import split_reviews
from workings.models.deep_averaging import DeepAveragingNetwork, bags, fit_reviews, scores_of
from workings.models.review_measures import deletions_to_turn, mixedness, negates, shuffled_spread

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
TEXTS = [[0, 1, 1], [4], [3, 2, 0, 4, 4, 4]]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("hidden", [0, 3])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_equals_the_by_hand_form(device: str, hidden: int, dtype: torch.dtype, tolerance: float) -> None:
    model = DeepAveragingNetwork(5, 4, hidden, torch.Generator().manual_seed(0)).to(device, dtype)
    table, *rest = (one.detach().double().cpu().numpy() for one in model.parameters())
    bias = float(rest[-1][0])
    if hidden:
        expected = [deep_score(table, text, rest[0].T, rest[1], rest[2][0], bias) for text in TEXTS]
    else:
        expected = [linear_score(table, text, rest[0][0], bias) for text in TEXTS]
    assert np.abs(scores_of(model, TEXTS) - expected).max() < tolerance


def linear() -> DeepAveragingNetwork:
    """Return a model whose words 0 to 2 score 1, -1 and 3 alone."""
    model = DeepAveragingNetwork(3, 1, 0)
    with torch.no_grad():
        model.words.weight.copy_(torch.tensor([[1.0], [-1.0], [3.0]]))
        model.output.weight.fill_(1.0)
    return model


def test_measures() -> None:
    assert deletions_to_turn(linear(), [2, 1, 1]) == 1
    assert deletions_to_turn(linear(), [2, 2, 0, 1, 1, 1]) == 2
    assert deletions_to_turn(linear(), [0, 0, 0]) == 6
    assert mixedness(linear(), [0, 1]) == 1
    assert mixedness(linear(), [0, 2]) == 0
    assert mixedness(linear(), [2, 1]) == pytest.approx(0.5)
    assert shuffled_spread(linear(), [0, 1, 2, 2], 20) < 1e-6
    assert negates(["isn't"])
    assert not negates(["nothings"])


def test_training_repeats_and_learns() -> None:
    texts, labels = [[0, 2], [1, 2], [0], [1]] * 8, [True, False, True, False] * 8
    runs = []
    for _ in range(2):
        model = DeepAveragingNetwork(3, 4, 2, torch.Generator().manual_seed(0))
        runs.append(fit_reviews(model, texts, labels, 30, 8, 0.05))
    assert runs[0] == runs[1]
    assert ((scores_of(model, texts) > 0) == labels).all()


def test_a_split_does_not_leak() -> None:
    reviews = [((f"w{n % 30}",), n % 2 == 0) for n in range(90)]
    train, test = split_reviews(reviews, 0.2, seed=3)
    assert len(train) + len(test) == 90
    assert not {words for words, _ in train} & {words for words, _ in test}


def test_refuses() -> None:
    with pytest.raises(ValueError) as caught:
        bags([[1], []])
    assert str(caught.value) == "every text needs a word, got one without, or no text"
    with pytest.raises(ValueError) as caught:
        DeepAveragingNetwork(3, 0, 1)
    assert str(caught.value) == "d must be a whole number of 1 or more, got 0"

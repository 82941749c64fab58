"""The module against the by-hand form on every device, training that repeats, and what is measured of it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from workings.byhand.deep_averaging import deep_score, linear_score
from workings.byhand.pmi import pmi
from workings.data import corpora
from workings.data.reviews import WHOLE, held_parts, split_reviews, whole_reviews
from workings.models.counted_vectors import pair_counts, pmi_vectors
from workings.models.deep_averaging import (
    DeepAveragingNetwork,
    Reviews,
    bags,
    fit_reviews,
    review_loss,
    scores_of,
)
from workings.models.review_measures import deletions_to_turn, mixedness, negates, shuffled_spread
from workings.models.review_starts import scale_mean, start_as_bayes

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


def test_a_step_draws_by_its_number_alone() -> None:
    texts, labels = [[n, n + 1, n + 2] for n in range(10)], [True, False] * 5
    reviews = Reviews.of(texts, labels)
    model = DeepAveragingNetwork(12, 4, 2, torch.Generator().manual_seed(0))
    first = [review_loss(model, reviews, step, 4).item() for step in range(6)]
    torch.manual_seed(5)
    np.random.default_rng(5).random()
    again = [review_loss(model, reviews, step, 4).item() for step in reversed(range(6))]
    assert first == again[::-1]
    assert len(set(first)) == 6
    assert reviews.steps(4) == 3
    read = [review_loss(model, reviews, step, 1, 0.0, 2).item() for step in range(10)]
    each = [
        review_loss(model, Reviews.of([text], [label]), 0, dropped=0.0).item()
        for text, label in zip(texts, labels, strict=True)
    ]
    assert sorted(read) == pytest.approx(sorted(each), abs=1e-6)  # an epoch reads each once


def test_shares_of_a_batch_make_up_the_whole() -> None:
    reviews = Reviews.of([[n, n + 1, n + 2, n + 3] for n in range(8)], [True, False] * 4)
    model = DeepAveragingNetwork(12, 4, 2, torch.Generator().manual_seed(0))
    whole = review_loss(model, reviews, 1, 4, 0.5, 3).item()
    shares = [
        review_loss(model, reviews, 1, 4, 0.5, 3, lambda rows, one=one: rows[one::2]).item()  # type: ignore[misc]
        for one in range(2)
    ]
    assert np.mean(shares) == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("hidden", [0, 3])
def test_what_reads_the_mean_can_start_larger(hidden: int) -> None:
    model = DeepAveragingNetwork(5, 4, hidden, torch.Generator().manual_seed(0))
    before = scores_of(model, TEXTS)
    scale_mean(model, 10.0)
    assert np.abs(scores_of(model, TEXTS) - 10 * before).max() < 1e-5  # all biases start at 0


def test_sparse_gradients_are_the_same() -> None:
    rows = []
    for sparse in (False, True):
        model = DeepAveragingNetwork(5, 4, 3, torch.Generator().manual_seed(0), sparse=sparse)
        model(*bags(TEXTS)).sum().backward()
        gradient = model.words.weight.grad
        assert gradient is not None
        assert gradient.is_sparse == sparse
        rows.append(gradient.to_dense())
    assert torch.allclose(*rows)


def test_a_network_can_start_as_naive_bayes() -> None:
    weights = np.array([1.0, -2.0, 0.5, 0.0, 0.25])
    model = DeepAveragingNetwork(5, 3, 4, torch.Generator().manual_seed(0))
    start_as_bayes(model, weights)
    with torch.no_grad():
        model.words.weight[:, 1:] = 0
    expected = [10 * weights[text].mean() for text in TEXTS]
    assert np.abs(scores_of(model, TEXTS) - expected).max() < 1e-5
    with pytest.raises(ValueError, match="needs a hidden layer of 2 units or more"):
        start_as_bayes(DeepAveragingNetwork(5, 3, 0), weights)


def test_counted_vectors_come_from_mutual_information() -> None:
    rng = np.random.default_rng(0)
    texts = [rng.integers(0, 6, size=9) for _ in range(40)]
    slow = np.zeros((5, 5))
    for text in texts:
        for one in range(9):
            for other in range(max(0, one - 2), min(9, one + 3)):
                if one != other and max(text[one], text[other]) < 5:
                    slow[text[one], text[other]] += 1
    counts = pair_counts(texts, 5, window=2).to_dense().numpy()
    assert (counts == slow).all()
    noise = slow.sum(axis=0) ** 0.75
    smooth = pmi(slow) + np.log(slow.sum(axis=0) / slow.sum()) - np.log(noise / noise.sum())
    left, sizes, _ = np.linalg.svd(np.maximum(smooth, 0))
    found = pmi_vectors(texts, 5, d=3, window=2)
    assert np.abs(np.abs(found) - np.abs(left[:, :3] * np.sqrt(sizes[:3]))).max() < 1e-6


def test_parts_to_test_on_are_apart() -> None:
    reviews = [((f"w{n % 30}",), n % 2 == 0) for n in range(90)]
    held = split_reviews(reviews, 0.5)[1]
    parts = held_parts(reviews, held, 3, seed=1)
    assert sum(len(test) for _, test in parts) == len(held)
    for train, test in parts:
        assert len(train) + len(test) == 90
        assert not {words for words, _ in train} & {words for words, _ in test}
        assert {words for words, _ in test} <= {words for words, _ in held}


def test_whole_reviews_are_read_from_their_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / WHOLE
    file.parent.mkdir()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("movie_reviews/README", "not a review")
        archive.writestr("movie_reviews/pos/b.txt", "a joy . \nsee it ! \n")
        archive.writestr("movie_reviews/neg/a.txt", "dull . \n\n")
    source = replace(corpora.sources()[WHOLE], sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    monkeypatch.setattr(corpora, "sources", lambda: {WHOLE: source})
    monkeypatch.setenv("WORKINGS_DATA", str(tmp_path))
    expected = [([("dull", ".")], False), ([("a", "joy", "."), ("see", "it", "!")], True)]
    assert whole_reviews() == expected
    assert sorted(one.name for one in tmp_path.rglob("*") if one.is_file()) == ["movie_reviews.zip"]

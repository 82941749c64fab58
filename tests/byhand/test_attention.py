"""Averaging, extraction, log-odds, the law of a weight and the attentive network, and every refusal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.attention import (
    averaging_query,
    averaging_weight,
    extractor,
    lam_needed,
    log_odds,
    query_for_scores,
)
from workings.byhand.attentive_rnn import attentive_rnn
from workings.byhand.random_keys import (
    draw_keys,
    normal_cdf,
    weight_cdf,
    weight_density,
    weight_law,
    weight_moments,
)
from workings.byhand.scaled_attention import attention_weights
from workings.byhand.softmax import softmax

SIDE = st.integers(1, 4)
SEED = st.integers(0, 999)


@given(SEED, st.integers(2, 9), st.floats(0.1, 300))
def test_log_odds_are_torchs_logits_of_the_weights(seed: int, n: int, size: float) -> None:
    scores = size * np.random.default_rng(seed).normal(size=n)
    rest = torch.from_numpy(scores).repeat(n, 1)[~torch.eye(n, dtype=torch.bool)].reshape(n, n - 1)
    expected = torch.from_numpy(scores) - torch.logsumexp(rest, 1)
    assert np.allclose(log_odds(scores), expected, rtol=1e-12, atol=1e-12)


@given(SEED, st.integers(2, 9), st.floats(0.01, 50))
def test_the_query_gives_both_keys_the_weight_of_the_formula(seed: int, n: int, lam: float) -> None:
    K = np.linalg.qr(np.random.default_rng(seed).normal(size=(12, n)))[0].T
    weights = attention_weights(averaging_query(K[0], K[1], lam)[None], K, scale=1)[0]
    assert np.allclose(weights[:2], averaging_weight(lam, n), atol=1e-12)


@given(st.floats(1e-6, 0.5), st.integers(3, 10**6))
def test_the_scale_leaves_the_share(share: float, n: int) -> None:
    lam = lam_needed(share, n)
    assert lam <= 0 or 1 - 2 * averaging_weight(lam, n) == pytest.approx(share, rel=1e-6)


@given(SEED, SIDE)
def test_any_scores_can_be_asked_for(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    K, scores = rng.normal(size=(n, 6)), rng.normal(size=n)
    assert np.allclose(K @ query_for_scores(K, scores), scores, atol=1e-8)


@given(SEED, SIDE, SIDE)
def test_extraction(seed: int, m: int, p: int) -> None:
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(9, m)), rng.normal(size=(9, p))
    a, b = A @ rng.normal(size=m), B @ rng.normal(size=p)
    assert np.allclose(extractor(A, B) @ (a + b), a, atol=1e-6)
    orthogonal = b - A @ np.linalg.pinv(A) @ b
    assert np.allclose(extractor(A) @ (a + orthogonal), a, atol=1e-8)
    assert np.allclose(extractor(A) @ extractor(A), extractor(A), atol=1e-10)


def test_keys_have_the_covariance_asked_for() -> None:
    mu = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    keys = draw_keys(mu, 0.1, 0.5, 100_000, seed=1)
    assert keys.shape == (100_000, 3, 3)
    assert np.allclose(np.cov(keys[:, 0].T), 0.1 * np.eye(3) + 0.5 * np.outer(mu[0], mu[0]), atol=0.02)
    assert np.allclose(np.cov(keys[:, 1].T), 0.1 * np.eye(3), atol=0.01)
    assert np.allclose(keys.mean(axis=0), mu, atol=0.02)


@pytest.mark.parametrize("lam", [0.1, 2.0, 10.0, 1000.0])
@pytest.mark.parametrize("m", [-3.0, 0.0, 2.0])
def test_moments_are_the_integrals_of_the_density(lam: float, m: float) -> None:
    mean, variance = weight_moments(m, lam)
    z = torch.linspace(-12, 12, 1_000_001, dtype=torch.float64)
    mass = torch.softmax(-z * z / 2, 0)
    weight = torch.sigmoid(m + lam * z)
    assert mean == pytest.approx(float(mass @ weight), abs=1e-9)
    assert variance == pytest.approx(float(mass @ (weight - mean) ** 2), abs=1e-9)


@given(st.floats(0.05, 0.95), st.floats(-2, 2), st.floats(0.5, 5))
def test_the_density_is_the_slope_of_the_cdf(t: float, m: float, s: float) -> None:
    slope = (weight_cdf(t + 1e-6, m, s) - weight_cdf(t - 1e-6, m, s)) / 2e-6
    assert float(weight_density([t], m, s)[0]) == pytest.approx(slope, rel=1e-4, abs=1e-8)


def test_normal_cdf_equals_torch() -> None:
    for x in (-30.0, -1.4, 0.0, 3.0):
        assert normal_cdf(x) == pytest.approx(
            float(torch.special.ndtr(torch.tensor(x, dtype=torch.float64))), rel=1e-12
        )


def test_the_law_centres_where_the_weight_is_that_of_the_mean_key() -> None:
    m, s = weight_law(4.0, [4.0, 0.0, 0.0], along=0.25)
    assert s == 2.0
    assert 1 / (1 + np.exp(-m)) == pytest.approx(float(softmax([4.0, 4.0, 0.0, 0.0])[0]))


def test_a_first_step_alone_is_the_plain_network() -> None:
    H, weights = attentive_rnn([[0.5, -1.0]], np.ones((2, 3)), np.ones((3, 3)), [0.1, 0.2, 0.3])
    assert np.allclose(H, np.tanh([[-0.4, -0.3, -0.2]]))
    assert weights.tolist() == [[0.0]]


EYE = np.eye(2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: log_odds([1.0]), ValueError, "scores must have two entries or more, got shape (1,)"),
        (
            lambda: averaging_query([1, 0], [1, 0, 0], 1),
            ValueError,
            "key_b must have shape (2,) to match key_a, got (3,)",
        ),
        (lambda: averaging_query([1], [1], 0), ValueError, "lam must be a finite number above 0, got 0"),
        (
            lambda: averaging_weight(1, 1),
            ValueError,
            "n_key must be a whole number of 2 or more, got 1",
        ),
        (lambda: lam_needed(1, 9), ValueError, "shortfall must be below 1, a share of the weight, got 1"),
        (lambda: lam_needed(0.1, 2), ValueError, "n_key must be a whole number of 3 or more, got 2"),
        (
            lambda: query_for_scores(EYE, [1.0]),
            ValueError,
            "scores must have shape (2,), one for each key, got (1,)",
        ),
        (
            lambda: query_for_scores([[1, 1], [2, 2]], [1, 2]),
            ValueError,
            "keys must be linearly independent, got rank 1 for 2 keys",
        ),
        (
            lambda: extractor(EYE, np.ones((3, 1))),
            ValueError,
            "drop must have shape (2, p) to match keep, got (3, 1)",
        ),
        (
            lambda: extractor(EYE, [[1], [1]]),
            ValueError,
            "columns must be linearly independent, got rank 2 for 3 columns",
        ),
        (
            lambda: draw_keys(EYE, -1, 0, 3, 0),
            ValueError,
            "alpha must be a variance of 0 or more, got -1",
        ),
        (
            lambda: draw_keys(EYE, 0, 0, 0, 0),
            ValueError,
            "count must be a whole number of 1 or more, got 0",
        ),
        (lambda: weight_cdf(1.0, 0, 1), ValueError, "t must lie between 0 and 1, got 1.0"),
        (lambda: weight_cdf(0.5, 0, 0), ValueError, "s must be a finite number above 0, got 0"),
        (
            lambda: weight_density([0.0, 0.5], 0, 1),
            ValueError,
            "t must lie between 0 and 1, got 0.0 to 0.5",
        ),
        (
            lambda: attentive_rnn([[1.0]], [[1.0]], np.ones((2, 2))),
            ValueError,
            "W_xh must have shape (1, 2), that is (d_x, d_h), got (1, 1)",
        ),
        (
            lambda: attentive_rnn([1.0], [[1.0]], [[1.0]]),
            ValueError,
            "X must have 2 axes (T, d_x), got shape (1,)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message

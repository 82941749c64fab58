"""The one-layer decoder by hand against Torch, its limits, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workings.byhand.sort_and_deduplicate import (
    argmax_weights,
    decoder_logits,
    decoder_weights,
    token_losses,
    write_greedily,
)
from workings.byhand.sorting_weights import sorting_weights
from workings.models.one_layer_decoder import OneLayerDecoder

WHOLE = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.integers(-3, 3))


@given(WHOLE)
def test_argmax_weights_are_the_limit_of_softmax(scores: np.ndarray) -> None:
    cold = torch.softmax(torch.from_numpy(scores) / 1e-3, dim=-1).numpy()
    assert np.allclose(argmax_weights(scores), cold, rtol=0, atol=1e-15)


@given(WHOLE, st.floats(0.1, 10))
def test_argmax_weights_ignore_a_positive_factor_and_a_shift(scores: np.ndarray, factor: float) -> None:
    assert (argmax_weights(factor * scores + 1) == argmax_weights(scores)).all()


def test_masked_scores_get_nothing() -> None:
    assert argmax_weights([[-np.inf, -5.0, -5.0]]).tolist() == [[0.0, 0.5, 0.5]]


def draw(seed: int, n_head: int) -> tuple[np.ndarray, list[tuple[np.ndarray, ...]], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    heads = [tuple(rng.normal(size=(4, 3)) for _ in range(3)) for _ in range(n_head)]
    return rng.normal(size=(6, 4)), heads, rng.normal(size=(3 * n_head, 4)), rng.integers(6, size=7)


@given(st.integers(0, 99), st.integers(1, 3), st.sampled_from([None, 0.3, 2.0]))
def test_logits_equal_torch(seed: int, n_head: int, temperature: float | None) -> None:
    E, heads, W_O, tokens = draw(seed, n_head)
    stacked = (np.stack(matrices) for matrices in zip(*heads, strict=True))
    decoder = OneLayerDecoder(E, *stacked, W_O, temperature)
    expected = decoder(torch.from_numpy(tokens)[None])[0].detach().numpy()
    assert np.allclose(decoder_logits(tokens, E, heads, W_O, temperature), expected, rtol=0, atol=1e-10)


def test_weights_are_causal_and_sum_to_one() -> None:
    E, heads, _, tokens = draw(0, 1)
    for temperature in (0, None, 5.0):
        weights = decoder_weights(tokens, E, heads[0][0], heads[0][1], temperature)
        assert (np.triu(weights, 1) == 0).all()
        assert np.allclose(weights.sum(axis=1), 1)


def test_token_losses_equal_torch_and_bear_extremes() -> None:
    rng = np.random.default_rng(0)
    logits, targets = 50 * rng.normal(size=(8, 5)), rng.integers(5, size=8)
    expected = torch.nn.functional.cross_entropy(
        torch.from_numpy(logits), torch.from_numpy(targets), reduction="none"
    )
    assert np.allclose(token_losses(logits, targets), expected.numpy(), rtol=1e-12)
    assert token_losses([[1e4, 0.0]], [1]).tolist() == [1e4]


def test_a_writer_that_never_stops_is_cut() -> None:
    E, heads, W_O = sorting_weights(3)
    W_O = np.zeros_like(W_O)
    W_O[1, 0] = 1  # always A
    assert write_greedily([1], E, heads, W_O, temperature=0) == [0] * 5


EYE = [[1.0, 0.0], [0.0, 1.0]]
HEAD = (EYE, EYE, EYE)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: argmax_weights([0.0, np.nan]),
            ValueError,
            "scores must be finite, or -inf where masked, got nan or +inf",
        ),
        (
            lambda: argmax_weights([[0.0], [-np.inf]]),
            ValueError,
            "scores must hold a finite entry in every row, got one that is wholly -inf (masked)",
        ),
        (
            lambda: decoder_weights([0, 2], EYE, EYE, EYE),
            ValueError,
            "tokens must lie between 0 and 1, got [0, 2]",
        ),
        (
            lambda: decoder_weights([0.0], EYE, EYE, EYE),
            TypeError,
            "tokens must be a row of whole numbers, got [0.0]",
        ),
        (
            lambda: decoder_weights([0], EYE, [[1.0]], EYE),
            ValueError,
            "W_Q must have shape (2, width) to match E, got (1, 1)",
        ),
        (
            lambda: decoder_weights([0], EYE, EYE, [[1.0], [2.0]]),
            ValueError,
            "keys must have shape (T_k, 2) to match queries, got (1, 1)",
        ),
        (
            lambda: decoder_weights([0], EYE, EYE, EYE, temperature=-1),
            ValueError,
            "temperature must be a finite number above 0, got -1",
        ),
        (
            lambda: decoder_logits([0], EYE, [], EYE),
            ValueError,
            "heads must name one (W_Q, W_K, W_V) or more, got none",
        ),
        (
            lambda: decoder_logits([0], EYE, [HEAD, HEAD], EYE),
            ValueError,
            "W_O must have shape (4, 2), all heads by d_model, got (2, 2)",
        ),
        (
            lambda: token_losses(EYE, [0]),
            ValueError,
            "targets must have shape (2,) to match logits, got (1,)",
        ),
        (lambda: token_losses(EYE, [0, 5]), ValueError, "targets must lie between 0 and 1, got [0, 5]"),
    ],
)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message

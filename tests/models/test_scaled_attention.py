"""The module against the by-hand form and against ``nn.MultiheadAttention``, on every device there is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from workings.byhand.scaled_attention import attention_weights, causal_mask, self_attention
from workings.models.scaled_attention import SelfAttention

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def by_hand(head: SelfAttention, X: torch.Tensor, mask: np.ndarray | None) -> np.ndarray:
    matrices = [
        layer.weight.detach().double().cpu().numpy().T for layer in (head.query, head.key, head.value)
    ]
    return self_attention(X.double().cpu().numpy(), *matrices, mask)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-6)])
def test_agrees_with_the_by_hand_form(
    device: str, causal: bool, dtype: torch.dtype, tolerance: float
) -> None:
    torch.manual_seed(0)
    head = SelfAttention(16, 8, 4, causal=causal, device=device, dtype=dtype)
    X = torch.randn(3, 7, 16, device=device, dtype=dtype)
    expected = [by_hand(head, tokens, causal_mask(7) if causal else None) for tokens in X]
    outputs = head(X).detach().double().cpu().numpy()
    assert np.abs(outputs - np.stack(expected)).max() < tolerance


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_runs_in_every_dtype(device: str, dtype: torch.dtype) -> None:
    head = SelfAttention(8, 4).to(device, dtype)
    outputs = head(torch.ones(2, 3, 8, device=device, dtype=dtype))
    assert outputs.dtype == dtype
    assert outputs.shape == (2, 3, 4)


def test_equals_multihead_attention_with_one_head() -> None:
    torch.manual_seed(1)
    other = torch.nn.MultiheadAttention(6, 1, bias=False, batch_first=True, dtype=torch.float64)
    head = SelfAttention(6, 6, dtype=torch.float64)
    with torch.no_grad():
        for layer, weight in zip(
            (head.query, head.key, head.value), other.in_proj_weight.chunk(3), strict=True
        ):
            layer.weight.copy_(weight)
        other.out_proj.weight.copy_(torch.eye(6))
    X = torch.randn(2, 5, 6, dtype=torch.float64)
    expected, weights = other(X, X, X)
    assert torch.allclose(head(X), expected, atol=1e-14)
    assert torch.allclose(head.weights(X), weights, atol=1e-14)


def test_masks_broadcast_over_the_batch_and_join_the_causal_one() -> None:
    torch.manual_seed(2)
    head = SelfAttention(4, 4, causal=True, dtype=torch.float64)
    X = torch.randn(2, 3, 4, dtype=torch.float64)
    mask = torch.tensor([[[True, True, True]], [[True, False, True]]]).expand(2, 3, 3)
    weights = head.weights(X, mask).detach()
    for tokens, allowed, row in zip(X, mask, weights, strict=True):
        Q, K = head.query(tokens), head.key(tokens)
        both = allowed.numpy() & causal_mask(3)
        assert np.allclose(row, attention_weights(Q.detach().numpy(), K.detach().numpy(), both), atol=1e-14)


def test_gradients_flow_and_a_leading_axis_is_not_needed() -> None:
    head = SelfAttention(4, 2, 3, bias=True, scale=0.1)
    head(torch.randn(5, 4)).sum().backward()
    assert head.query.weight.grad is not None
    assert head.weights(torch.randn(5, 4)).shape == (5, 5)


def test_a_row_wholly_masked_gives_zeros() -> None:
    head = SelfAttention(4, 2)
    assert head(torch.randn(3, 4), torch.zeros(3, 3, dtype=torch.bool)).abs().max() == 0


HEAD = SelfAttention(4, 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: HEAD(torch.ones(3, 5)), ValueError, "X must have shape (B, T, 4), got (3, 5)"),
        (lambda: HEAD(torch.ones(4)), ValueError, "X must have shape (B, T, 4), got (4,)"),
        (lambda: HEAD(torch.ones(2, 0, 4)), ValueError, "X must have shape (B, T, 4), got (2, 0, 4)"),
        (
            lambda: HEAD(torch.ones(3, 4, dtype=torch.float64)),
            TypeError,
            "X must have the module's dtype torch.float32, got torch.float64",
        ),
        (
            lambda: HEAD(torch.ones(3, 4), torch.ones(3, 3)),
            TypeError,
            "mask must hold booleans, True where a token may attend, got torch.float32",
        ),
        (
            lambda: HEAD.weights(torch.ones(3, 4), torch.ones(3, 2, dtype=torch.bool)),
            ValueError,
            "mask must have shape (B, 3, 3), got (3, 2)",
        ),
        (lambda: SelfAttention(0, 2), ValueError, "d_model must be a whole number of 1 or more, got 0"),
        (lambda: SelfAttention(4, -1), ValueError, "d_k must be a whole number of 1 or more, got -1"),
        (lambda: SelfAttention(4, 2, 0), ValueError, "d_v must be a whole number of 1 or more, got 0"),
        (
            lambda: SelfAttention(4, 2, scale=0.0),
            ValueError,
            "scale must be a finite number above 0, got 0.0",
        ),
    ],
)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(("causal", "shape"), [(True, (2, 5, 8)), (False, (2, 5, 8)), (True, (2, 3, 5, 8))])
def test_a_mask_of_trues_changes_nothing(causal: bool, shape: tuple[int, ...]) -> None:
    torch.manual_seed(3)
    head = SelfAttention(8, 8, causal=causal, dtype=torch.float64)
    X = torch.randn(shape, dtype=torch.float64)
    everywhere = torch.ones(5, 5, dtype=torch.bool)
    assert torch.allclose(head(X), head(X, everywhere), rtol=0, atol=1e-14)
    assert torch.allclose(head.weights(X), head.weights(X, everywhere), rtol=0, atol=1e-14)


@pytest.mark.parametrize("device", DEVICES)
def test_takes_the_fused_kernel(device: str) -> None:
    head = SelfAttention(8, 8, causal=True, device=device)
    if device == "cuda":
        head.half()
    X = torch.randn(2, 64, 8, device=device, dtype=head.query.weight.dtype)
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):  # an error where it cannot be taken
        assert head(X).shape == (2, 64, 8)


def test_a_mask_may_be_the_same_for_all_queries() -> None:
    head = SelfAttention(4, 4, dtype=torch.float64)
    X = torch.randn(3, 5, 4, dtype=torch.float64)
    present = torch.arange(5) < torch.tensor([2, 4, 5])[:, None]  # (B, T)
    expected = head(X, present[:, None, :].expand(3, 5, 5))
    assert torch.allclose(head(X, present[:, None, :]), expected, rtol=0, atol=1e-14)

"""Multi-head attention in Torch against Torch's own, in every form: fused, naive, causal, cached."""

from __future__ import annotations

import pytest
import torch

from workings.models.heads import Cache, MultiHeadAttention, load_multihead

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 2e-6)])
def test_equals_multihead_attention(
    device: str, bias: bool, fused: bool, dtype: torch.dtype, tolerance: float
) -> None:
    torch.manual_seed(0)
    theirs = torch.nn.MultiheadAttention(12, 3, bias=bias, batch_first=True, device=device, dtype=dtype)
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.normal_(0, 0.3)
    ours = load_multihead(
        MultiHeadAttention(12, 3, bias=bias, fused=fused, device=device, dtype=dtype), theirs
    )
    X, memory = (torch.randn(2, n, 12, device=device, dtype=dtype) for n in (5, 7))
    assert (ours(X) - theirs(X, X, X)[0]).abs().max() < tolerance
    expected, weights = theirs(X, memory, memory, average_attn_weights=False)
    assert (ours(X, memory) - expected).abs().max() < tolerance
    assert (ours.weights(X, memory) - weights).abs().max() < tolerance


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 2e-6)])
def test_steps_equal_the_parallel_pass(dtype: torch.dtype, tolerance: float) -> None:
    torch.manual_seed(1)
    layer = MultiHeadAttention(8, 2, causal=True, dtype=dtype)
    X = torch.randn(3, 9, 8, dtype=dtype)
    cache: Cache | None = None
    for t in range(9):
        output, cache = layer.step(X[:, t : t + 1], cache)
        assert (output - layer(X)[:, t : t + 1]).abs().max() < tolerance


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"n_head must divide d_model = 8, got 3"):
        MultiHeadAttention(8, 3)
    with pytest.raises(ValueError, match=r"tokens must have shape \(B, T, 8\), got \(5, 8\)"):
        MultiHeadAttention(8, 2)(torch.ones(5, 8))

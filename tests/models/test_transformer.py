"""The block against Torch's own encoder and decoder layers, its padding, its refusals."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from workings.models.heads import load_multihead
from workings.models.transformer import PaddedAttention, TransformerBlock

B, T, T_M, D, HEADS, D_FF = 3, 5, 7, 8, 2, 12


def draw(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)), dtype=dtype)


def load(block: TransformerBlock, theirs: nn.Module, cross: bool) -> None:
    """Copy Torch's layer into ours."""
    load_multihead(block.attention, theirs.self_attn)
    pairs = [(block.norm, theirs.norm1)]
    if cross:
        load_multihead(block.cross, theirs.multihead_attn)
        pairs.append((block.cross_norm, theirs.norm2))
    pairs.append((block.network[0], theirs.norm3 if cross else theirs.norm2))
    pairs += [(block.network[1], theirs.linear1), (block.network[3], theirs.linear2)]
    for ours, other in pairs:
        ours.load_state_dict(other.state_dict())


OPTIONS = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}


def spread(module: nn.Module) -> None:
    """Give every parameter, biases and norms too, a value of its own."""
    with torch.no_grad():
        for number, parameter in enumerate(module.parameters()):
            parameter.add_(0.3 * draw(*parameter.shape, dtype=parameter.dtype) + 0.01 * number)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_equals_torchs_encoder_layer(causal: bool, padded: bool) -> None:
    theirs = nn.TransformerEncoderLayer(D, HEADS, D_FF, dtype=torch.float64, **OPTIONS)
    spread(theirs)
    block = TransformerBlock(D, HEADS, D_FF, causal=causal, bias=True, dtype=torch.float64)
    load(block, theirs, cross=False)
    X = draw(B, T, D)
    present = torch.arange(T) < torch.tensor([5, 3, 1])[:, None] if padded else None
    future = torch.ones(T, T, dtype=torch.bool).triu(1) if causal else None
    expected = theirs(X, src_mask=future, src_key_padding_mask=~present if padded else None)
    assert torch.allclose(block(X, present), expected, rtol=0, atol=1e-12)


def test_equals_torchs_decoder_layer() -> None:
    theirs = nn.TransformerDecoderLayer(D, HEADS, D_FF, dtype=torch.float64, **OPTIONS)
    spread(theirs)
    block = TransformerBlock(D, HEADS, D_FF, causal=True, cross=True, bias=True, dtype=torch.float64)
    load(block, theirs, cross=True)
    X, memory = draw(B, T, D), draw(B, T_M, D)
    present = torch.arange(T_M) < torch.tensor([7, 2, 4])[:, None]
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    expected = theirs(X, memory, tgt_mask=future, memory_key_padding_mask=~present)
    assert torch.allclose(block(X, None, memory, present), expected, rtol=0, atol=1e-12)


def test_gradients_reach_every_parameter_and_the_stream_passes() -> None:
    block = TransformerBlock(D, HEADS, causal=True, cross=True)
    X = draw(B, T, D, dtype=torch.float32).requires_grad_()
    block(X, memory=draw(B, T_M, D, dtype=torch.float32)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in block.parameters())
    for parameter in block.parameters():
        nn.init.zeros_(parameter)
    assert torch.equal(block(X, memory=draw(B, T_M, D, dtype=torch.float32)), X)


def test_without_a_network() -> None:
    block = TransformerBlock(D, HEADS, d_ff=0)
    assert block.network is None
    assert tuple(block(draw(B, T, D, dtype=torch.float32)).shape) == (B, T, D)


def test_refusals() -> None:
    X = draw(B, T, D, dtype=torch.float32)
    with pytest.raises(ValueError, match=r"^a block with cross=False takes no memory$"):
        TransformerBlock(D, HEADS)(X, memory=X)
    with pytest.raises(ValueError, match=r"^a block with cross=True needs memory$"):
        TransformerBlock(D, HEADS, cross=True)(X)
    with pytest.raises(ValueError, match=r"^d_ff must be a whole number of 0 or more, got -1$"):
        TransformerBlock(D, HEADS, -1)
    with pytest.raises(ValueError, match=r"^n_head must divide d_model = 8, got 3$"):
        TransformerBlock(D, 3)
    with pytest.raises(
        ValueError, match=r"present must hold booleans of shape .3, 5., got torch.bool .3, 4."
    ):
        PaddedAttention(D, HEADS)(X, present=torch.ones(B, 4, dtype=torch.bool))

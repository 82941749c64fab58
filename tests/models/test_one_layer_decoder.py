"""The exam's decoder in Torch: temperature zero as a limit, gradients, batches, devices and dtypes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from workings.data.sort_and_deduplicate import TOKENS, W_O, E, W
from workings.models.device import device
from workings.models.one_layer_decoder import OneLayerDecoder, next_token_loss


def logits(temperature: float | None, dtype: torch.dtype = torch.float64) -> Tensor:
    decoder = OneLayerDecoder(E, W, W, W, W_O, temperature, device=device()).to(dtype)
    return decoder(torch.tensor([TOKENS, TOKENS[::-1]], device=device()))


def test_zero_is_the_limit_of_small_temperatures() -> None:
    assert torch.allclose(logits(0), logits(1e-3), rtol=0, atol=1e-14)
    assert torch.allclose(logits(0), logits(0.5), rtol=0, atol=1e-6)
    assert not torch.allclose(logits(0), logits(None), rtol=0, atol=1e-3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("temperature", [0.0, None])
def test_other_dtypes(dtype: torch.dtype, temperature: float | None) -> None:
    shown = logits(temperature, dtype)
    assert shown.dtype == dtype
    assert torch.allclose(shown.double(), logits(temperature), rtol=0, atol=0.05)


def test_loss_counts_the_tokens_after_start() -> None:
    rows = logits(0)[0]
    by_row = [-rows[place].log_softmax(dim=0)[TOKENS[place + 1]] for place in (3, 4, 5)]
    assert torch.isclose(next_token_loss(rows, TOKENS, start=3), sum(by_row))


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"^temperature must be 0 or more, got -1$"):
        OneLayerDecoder(E, W, W, W, W_O, temperature=-1)

"""The paper's model runs at a small size, shares its embedding, and is counted right."""

from __future__ import annotations

import torch

from workings.byhand.transformer_size import forward_operations, transformer_parameters
from workings.models.attention_is_all_you_need import PaperTransformer, counted_operations


def test_counts_equal_the_formulas() -> None:
    model = PaperTransformer(50, 16, 40, 4, 2, d_k=3)
    count = sum(p.numel() for p in model.parameters())
    assert count == sum(transformer_parameters(50, 16, 40, 4, 2, d_k=3).values())
    plain = PaperTransformer(50, 16, 40, 4, 2, device="meta")
    assert counted_operations(plain, 7, 3)["forward"] == 3 * forward_operations(7, 50, 16, 40, 2)


def test_no_target_sees_a_later_one() -> None:
    torch.manual_seed(0)
    model = PaperTransformer(11, 8, 16, 2, 2)
    source, target = torch.randint(11, (2, 5)), torch.randint(11, (2, 6))
    before = model(source, target)
    target[:, 4:] = 0
    assert torch.allclose(model(source, target)[:, :4], before[:, :4], atol=1e-6)
    assert before.shape == (2, 6, 11)

"""Sizes, costs and paths against Torch's own modules, and every refusal by its words."""

from __future__ import annotations

import pytest
from torch import nn

from workings.byhand.transformer_size import (
    forward_operations,
    path_length,
    training_operations,
    transformer_parameters,
)


@pytest.mark.parametrize(
    ("d_model", "d_ff", "n_head", "n_layer"), [(8, 16, 2, 1), (12, 20, 4, 2), (64, 256, 4, 6)]
)
def test_parameters_equal_torchs_transformer(d_model: int, d_ff: int, n_head: int, n_layer: int) -> None:
    whole = nn.Transformer(d_model, n_head, n_layer, n_layer, d_ff, device="meta", batch_first=True)
    count = (
        sum(p.numel() for p in whole.parameters()) - 3 * n_layer * 4 * d_model - 4 * d_model + 100 * d_model
    )
    assert sum(transformer_parameters(100, d_model, d_ff, n_head, n_layer).values()) == count


def test_narrow_keys_save_what_two_matrices_save() -> None:
    full, narrow = (transformer_parameters(10, 8, 16, 2, 1, d_k=d_k) for d_k in (4, 1))
    assert full["attention"] - narrow["attention"] == 3 * 2 * 8 * 2 * 3


def test_operations_scale() -> None:
    assert forward_operations(1, 7, 4, 8, 1) == 2 * (12 * 16 + 4 * 32 + 28) + 48
    assert training_operations(1, 2, 10.0) == 72_000


@pytest.mark.parametrize("seq_len", [1, 2, 5, 17])
def test_paths(seq_len: int) -> None:
    assert path_length(seq_len, [(0, 1)]) == seq_len - 1
    assert path_length(seq_len, [range(seq_len + 1)]) == min(1, seq_len - 1)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="the last layer must look back by 1 or more, got offsets"):
        path_length(4, [(0,)])
    with pytest.raises(ValueError, match="vocab_size must be a whole number of 1 or more, got 0"):
        transformer_parameters(0)
    with pytest.raises(ValueError, match="hours must be a finite number above 0, got 0"):
        training_operations(0, 1, 1.0)
    with pytest.raises(TypeError, match="seq_len must be a whole number, got float"):
        forward_operations(2.5, 10)  # type: ignore[arg-type]

"""Times taken in turns, and bytes at the peak: nothing here depends on how long anything takes."""

from collections.abc import Callable

import pytest
import torch

from workings.models.heads import MultiHeadAttention
from workings.models.measuring import peak_bytes, samples

CPU = torch.device("cpu")


def test_functions_take_turns() -> None:
    seen: list[str] = []
    runs: dict[str, Callable[[], object]] = {name: lambda name=name: seen.append(name) for name in "ab"}  # type: ignore[misc]
    taken = samples(runs, CPU, rounds=3, least=1e-9)
    assert {name: len(times) for name, times in taken.items()} == {"a": 3, "b": 3}
    assert seen == ["a", "a", "b", "b", *["a", "b"] * 3]
    with pytest.raises(ValueError, match="rounds must be a whole number of 1 or more, got 0"):
        samples(runs, CPU, rounds=0)


def test_the_peak_is_of_what_is_held_at_one_time() -> None:
    def one_after_the_other() -> None:
        for _ in range(5):
            torch.ones(1000)

    def together() -> list[torch.Tensor]:
        return [torch.ones(1000) for _ in range(5)]

    assert peak_bytes(one_after_the_other, CPU) == 4000
    assert peak_bytes(together, CPU) == 20_000


@pytest.mark.parametrize("fused", [True, False])
def test_written_out_weights_are_held_and_fused_ones_are_not(fused: bool) -> None:
    layer, X = MultiHeadAttention(8, 1, fused=fused), torch.randn(1, 512, 8)
    weights = list(layer.parameters())
    held = peak_bytes(lambda: torch.autograd.grad(layer(X).sum(), weights), CPU)
    one_matrix = 4 * 512 * 512
    assert (held > 2 * one_matrix) is not fused

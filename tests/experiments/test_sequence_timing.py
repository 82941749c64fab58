"""The timing of sequence layers: what it reports, not how long anything takes."""

from pathlib import Path

import pytest
import torch

from workings.experiments import sequence_timing
from workings.experiments.checkpoint import Checkpoints

CONFIG = sequence_timing.Config(lengths=(4, 8, 16), widths=(8,), batches=(1, 2), rounds=3, longest=60.0)


def test_every_setting_is_measured(tmp_path: Path) -> None:
    found = sequence_timing.run.run(CONFIG, Checkpoints(tmp_path, "key"))
    assert set(found["training"]) == {"8 by 1", "8 by 2"}
    for setting in found["training"].values():
        for times in setting["milliseconds"].values():
            assert all(0 < one["least"] <= one["median"] <= one["greatest"] for one in times.values())
        assert setting["crossing"]["attention, fused"]["LSTM"]["predicted"] == 16
        assert setting["crossing"]["attention, naive"]["GRU"]["predicted"] == 8
    assert set(found["memory"]["bytes"]) == {*sequence_timing.ATTENTIONS, *sequence_timing.RECURRENT}
    assert set(found["generation"]["8"]["microseconds"]) == {"attention", "GRU", "LSTM", "LSTM layer"}
    assert found["generation"]["8"]["carried"]["attention"]["16"] == 2 * 4 * 16 * 8


def test_a_layer_that_takes_too_long_is_left_out_of_greater_lengths(tmp_path: Path) -> None:
    config = sequence_timing.Config(lengths=(4, 8, 16), widths=(8,), batches=(1,), rounds=2, longest=1e-9)
    setting = sequence_timing.run.run(config, Checkpoints(tmp_path, "key"))["training"]["8 by 1"]
    assert all(set(times) == {"4"} for times in setting["milliseconds"].values())
    assert setting["growth"]["LSTM"] == {}
    assert setting["crossing"]["attention, fused"]["LSTM"] == {}


@pytest.mark.parametrize("seconds", [1.0, 3.0])
def test_a_crossing_that_was_not_reached_is_none(seconds: float) -> None:
    ours = {4: [1.0, 1.0], 8: [2.0, 2.0]}
    theirs = {4: [1.0 * seconds, 2.0], 8: [1.0 * seconds, 9.0]}
    found = sequence_timing._crossings(ours, theirs, 16)
    assert found["greatest"] is None
    assert found["least"] == (4.0 if seconds == 1.0 else None)


def test_the_fused_layer_has_the_weights_of_the_naive_one() -> None:
    made = sequence_timing.layers(8)
    naive, fused = (made[name] for name in sequence_timing.ATTENTIONS)
    fused.load_state_dict(naive.state_dict())
    X = torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(naive(X), fused(X), atol=1e-6)

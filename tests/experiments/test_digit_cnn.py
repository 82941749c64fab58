"""The experiment on MNIST: its pieces without the data, its quick preset where the data is at hand."""

from pathlib import Path

import pytest
import torch

from workings.experiments import digit_cnn
from workings.experiments.checkpoint import Checkpoints
from workings.models.cnn_shapes import DigitNetwork


def test_each_piece_is_left_out_in_turn() -> None:
    config = digit_cnn.Config(epochs=9)
    left = digit_cnn.without(config)
    assert left["jiggling"].strength == 0
    assert not left["norm"].normalize
    assert not left["cycle"].cycle
    assert left["patience"].epochs == left["all"].epochs == 3
    assert {one.seed for one in left.values()} == {config.seed}


def test_mistakes_and_confusions_are_counted() -> None:
    nets = [DigitNetwork(seed=seed) for seed in range(2)]
    images = torch.rand(30, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    labels = nets[0](images).argmax(dim=1)
    labels[:5] = (labels[:5] + 1) % 10
    mistakes = digit_cnn._mistakes(nets[0], images, labels)
    assert mistakes["count"] == len(mistakes["shown"]) == 5
    assert all(len(one["pixels"]) == 28 and len(one["pixels"][0]) == 28 for one in mistakes["shown"])
    confusions = digit_cnn._confusions(nets, images, labels)
    assert confusions["by_all"] <= 5 <= confusions["by_any"]


@pytest.mark.usefixtures("real_data")
def test_the_quick_preset_shows_that_everything_works(tmp_path: Path) -> None:
    run = digit_cnn.run
    found = run.run(run.config("quick"), Checkpoints(tmp_path, "key"))
    assert found["parameters"] == 3722
    assert found["trained_numbers"] == 3722 + 8 + 16
    assert len(found["test"]) == 1
    assert found["test"][0] > 0.5
    assert len(found["runs"][0]["held"]) == 2
    assert found["mistakes"]["count"] == round((1 - found["test"][0]) * 10_000)

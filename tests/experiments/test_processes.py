"""Two processes under torchrun learn what one learns from the same batches; only the first one writes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from workings.experiments import processes
from workings.experiments.checkpoint import Checkpoint
from workings.experiments.training import Training

ROOT = Path(__file__).resolve().parents[2]
STEPS, BATCH = 30, 12


def train(folder: Path, steps: int = STEPS) -> tuple[list[float], list[float]]:
    """The losses and the weights of a small network; its state is kept in the folder."""
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    with torch.no_grad():
        for number, weight in enumerate(model.parameters()):
            drawn = torch.randn(weight.shape, generator=torch.Generator().manual_seed(number))
            weight.copy_(drawn.double())

    def loss(called: nn.Module, step: int) -> Tensor:
        X = torch.randn(BATCH, 4, generator=torch.Generator().manual_seed(step)).double()
        X = processes.share(X)
        return ((called(X)[:, 0] - X.sum(dim=1)) ** 2).mean()

    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    saved = Checkpoint(folder / "run.safetensors", "this run")
    curve = Training(model, [optimizer], loss, steps, 5, max_norm=1.0, checkpoint=saved).run()
    return curve.losses, [number for weight in model.parameters() for number in weight.flatten().tolist()]


def together(folder: Path, count: int) -> list[dict[str, Any]]:
    """What each of several processes said."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, __file__, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads((folder / f"{rank}.json").read_text("utf-8")) for rank in range(count)]


def test_two_processes_learn_what_one_learns(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    losses, weights = train(tmp_path / "alone")
    both = together(tmp_path, 2)
    assert [one["first"] for one in both] == [True, False]
    for one in both:
        assert one["losses"] == pytest.approx(losses, rel=1e-9)
        assert one["weights"] == pytest.approx(weights, rel=1e-9)
    assert both[0]["rows"] != both[1]["rows"]
    assert sorted(both[0]["rows"] + both[1]["rows"]) == list(range(BATCH))
    assert losses[-1] < losses[0]


def test_alone_there_is_nothing_to_share() -> None:
    rows = torch.arange(5)
    with processes.together():
        assert processes.count() == 1
        assert processes.first()
        assert torch.equal(processes.share(rows), rows)
        assert processes.mean(2.5) == 2.5


def test_a_batch_that_cannot_be_dealt_out_evenly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "count", lambda: 2)
    with pytest.raises(ValueError, match="a batch of 5 rows cannot be dealt out evenly to 2 processes"):
        processes.share(torch.arange(5))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    with processes.together():
        losses, weights = train(place)
        rows = processes.share(torch.arange(BATCH)).tolist()
        said = {"first": processes.first(), "losses": losses, "weights": weights, "rows": rows}
    (place / f"{os.environ['RANK']}.json").write_text(json.dumps(said), encoding="utf-8")

"""A killed run goes on as if nothing had happened; a damaged or foreign checkpoint is not taken up."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from workings.experiments.checkpoint import Checkpoint, State
from workings.experiments.training import Curve, Training

STEPS = 400
PROGRAM = """
import sys, time
from pathlib import Path
from tests.experiments.test_training import checkpoint, training, weights
run = training(checkpoint(Path(sys.argv[1])), pause=0.002)
run.run()
print(weights(run.model).hex())
"""


def checkpoint(folder: Path, key: str = "this run") -> Checkpoint:
    return Checkpoint(folder / "run.safetensors", key)


def training(saved: Checkpoint | None = None, *, steps: int = STEPS, pause: float = 0.0) -> Training:
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 1))
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(number)))
    matrices = [one for one in model.parameters() if one.ndim == 2]
    others = [one for one in model.parameters() if one.ndim == 1]
    optimizers = (torch.optim.Muon(matrices, lr=1e-2), torch.optim.AdamW(others, lr=1e-2))

    def loss(called: nn.Module, step: int) -> Tensor:
        time.sleep(pause)
        torch.manual_seed(step)  # of the batch and of the dropout
        X = torch.randn(16, 4)
        return ((called(X)[:, 0] - X.sum(dim=1)) ** 2).mean()

    def factor(step: int) -> float:
        return 1 - step / steps

    return Training(
        model, optimizers, loss, steps, 50, factor, max_norm=1.0, checkpoint=saved, save_every=0.02
    )


def weights(model: nn.Module) -> bytes:
    return b"".join(value.numpy().tobytes() for value in model.state_dict().values())


def test_it_learns_and_keeps_a_curve() -> None:
    run = training()
    curve = run.run()
    assert curve.steps == list(range(50, STEPS + 1, 50))
    assert curve.losses[-1] < curve.losses[0] / 2
    assert curve.seconds > 0


def test_a_killed_run_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    whole = training()
    whole.run()
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            file = checkpoint(tmp_path).file
            before = file.stat().st_mtime_ns if file.is_file() else 0
            until = time.monotonic() + 60
            while not (file.is_file() and file.stat().st_mtime_ns > before) and time.monotonic() < until:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
    found = checkpoint(tmp_path).load()
    assert found
    assert 0 < found.rest["step"] < STEPS
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == weights(whole.model).hex()


def test_a_curve_goes_on_where_it_stopped(tmp_path: Path) -> None:
    saved = checkpoint(tmp_path)
    run = training(saved)
    curve = Curve([50], [1.5], [], 3.0)
    run._save(60, curve)
    again = training(saved).run()
    assert again.steps == [50, *range(100, STEPS + 1, 50)]
    assert again.losses[0] == 1.5
    assert again.seconds > 3.0


@pytest.mark.parametrize("damage", ["truncate", "garble", "foreign"])
def test_a_bad_checkpoint_is_not_taken_up(tmp_path: Path, damage: str) -> None:
    saved = checkpoint(tmp_path, "another run" if damage == "foreign" else "this run")
    saved.save(State({"a": torch.ones(1000)}, {"step": 7}))
    if damage == "truncate":
        saved.file.write_bytes(saved.file.read_bytes()[:-100])
    elif damage == "garble":
        saved.file.write_bytes(b"\xff" * 500)
    assert checkpoint(tmp_path).load() is None


def test_a_save_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    saved = checkpoint(tmp_path)
    saved.save(State({"a": torch.ones(3)}, {"step": 7}))
    with pytest.raises(TypeError):
        saved.save(State({"a": torch.zeros(3)}, {"step": object()}))
    found = saved.load()
    assert found
    assert (found.rest["step"], found.tensors["a"].tolist()) == (7, [1, 1, 1])
    assert [path.name for path in tmp_path.iterdir()] == [saved.file.name]


def test_divergence_is_said() -> None:
    run = training(steps=50)
    run.loss = lambda _, step: sum(one.sum() for one in run.model.parameters()) * torch.tensor(torch.inf)
    with pytest.raises(ValueError, match=r"the loss of step 49 is (nan|inf)"):
        run.run()


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, got 0 and 50"):
        training(steps=0)

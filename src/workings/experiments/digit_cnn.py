"""The exam's convolutional network on MNIST: how far 3,722 numbers get, by what, and what they misread."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from workings.data.mnist import Images, mnist
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.processes import share
from workings.experiments.training import Training
from workings.models.cnn_shapes import DigitNetwork, accuracy
from workings.models.device import device
from workings.models.digit_recipe import TrainedForm, epoch_order, jiggled, recipe

SHOWN, GREYS = 18, 4


@dataclass(frozen=True)
class Config:
    """What decides a training; ``seeds`` trainings are made, from ``seed`` on."""

    seed: int = 0
    seeds: int = 3
    images: int = 55_000
    epochs: int = 20
    batch: int = 256
    rate: float = 0.05
    strength: float = 0.5
    normalize: bool = True
    cycle: bool = True

    @property
    def steps(self) -> int:
        """Of a training: whole batches alone."""
        return self.epochs * (self.images // self.batch)


def without(config: Config) -> dict[str, Config]:
    """The config without each piece of the recipe; a level rate and bare convolutions need a lower one."""
    short = max(config.epochs // 3, 1)
    return {
        "jiggling": replace(config, strength=0.0),
        "norm": replace(config, normalize=False, rate=0.02),
        "cycle": replace(config, cycle=False, rate=0.01),
        "patience": replace(config, epochs=short),
        "all": replace(config, strength=0.0, normalize=False, cycle=False, rate=0.01, epochs=short),
    }


@experiment(
    data=(
        "mnist/train-images-idx3-ubyte.gz",
        "mnist/train-labels-idx1-ubyte.gz",
        "mnist/t10k-images-idx3-ubyte.gz",
        "mnist/t10k-labels-idx1-ubyte.gz",
    ),
    full=Config(),
    quick=Config(seeds=1, images=5_120, epochs=2),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train by the whole recipe with several seeds, and without each of its pieces; read the test file once.

    The recipe was chosen by the development part. Several processes normalise each its own share of a batch,
    so that a training by two is not quite the training by one.
    """
    images, labels = _pixels(mnist("train"))
    train, held = (images[: config.images], labels[: config.images]), _pixels(mnist("development"))
    runs = [replace(config, seed=config.seed + place) for place in range(config.seeds)]
    found = [_trained(one, train, held, checkpoints, f"seed-{one.seed}") for one in runs]
    pieces = {
        name: _trained(one, train, held, checkpoints, f"without-{name}")[1]
        for name, one in without(config).items()
    }
    test = _pixels(mnist("test"))
    nets = [net for net, _ in found]
    return {
        "parameters": sum(one.numel() for one in nets[0].parameters()),
        "trained_numbers": sum(one.numel() for one in TrainedForm().parameters()),
        "images": {"train": len(train[0]), "development": len(held[0]), "test": len(test[0])},
        "test": [accuracy(net, *test) for net in nets],
        "runs": [measured for _, measured in found],
        "without": pieces,
        "mistakes": _mistakes(nets[0], *test),
        "confusions": _confusions(nets, *test),
        "speed": _speed(nets[0], config.batch, *train),
    }


def _pixels(part: Images) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 32, 32) from 0 to 1 and labels (N,), on the device."""
    images = torch.from_numpy(part.images)[:, None].to(device(), torch.float32) / 255
    return images, torch.from_numpy(part.labels).to(device())


def _trained(
    config: Config,
    train: tuple[Tensor, Tensor],
    held: tuple[Tensor, Tensor],
    checkpoints: Checkpoints,
    name: str,
) -> tuple[DigitNetwork, dict[str, Any]]:
    """Train by a config; give the exam's network that comes of it, and what was measured."""
    images, labels = train
    form = TrainedForm(config.seed, normalize=config.normalize).to(device())
    optimizer, cycle = recipe(form, config.steps, config.rate)
    an_epoch = config.steps // config.epochs

    def loss(called: nn.Module, step: int) -> Tensor:
        epoch, place = divmod(step, an_epoch)
        order = epoch_order(len(images), epoch, config.seed)
        rows = order[place * config.batch : (place + 1) * config.batch].to(images.device)
        moved = jiggled(images[rows], config.seed * 10**6 + step, config.strength)  # (B, 1, 32, 32)
        return cross_entropy(called(share(moved)), share(labels[rows]))

    curve = Training(
        form,
        (optimizer,),
        loss,
        config.steps,
        an_epoch,
        cycle if config.cycle else None,
        lambda: accuracy(form, *held),
        checkpoint=checkpoints.of(name),
        name=name,
    ).run()
    net = form.eval().folded()
    return net, {
        "epochs": config.epochs,
        "losses": [round(one, 4) for one in curve.losses],
        "held": curve.evaluations,
        "development": accuracy(net, *held),
        "train": accuracy(net, images[:10_000], labels[:10_000]),
        "seconds": curve.seconds,
        "images_a_second": config.steps * config.batch / curve.seconds,
    }


@torch.no_grad()
def _mistakes(net: DigitNetwork, images: Tensor, labels: Tensor) -> dict[str, Any]:
    """Show the test images that are misread with the greatest confidence."""
    chances = net(images).softmax(dim=1)  # (N, 10)
    sure, read = chances.max(dim=1)
    wrong = (read != labels).nonzero()[:, 0]
    chosen = wrong[sure[wrong].argsort(descending=True)][:SHOWN].tolist()
    return {
        "count": len(wrong),
        "shown": [
            {
                "index": place,
                "label": int(labels[place]),
                "read": int(read[place]),
                "sure": round(float(sure[place]), 4),
                "pixels": [
                    "".join(str(round(GREYS * one)) for one in line)
                    for line in images[place, 0, 2:-2, 2:-2].tolist()
                ],
            }
            for place in chosen
        ],
    }


@torch.no_grad()
def _confusions(nets: list[DigitNetwork], images: Tensor, labels: Tensor) -> dict[str, Any]:
    """Count which digit is taken for which, a network on average; and how many all of them misread."""
    reads = [net(images).argmax(dim=1) for net in nets]
    pairs = Counter(
        (int(label), int(one))
        for read in reads
        for label, one in zip(labels, read, strict=True)
        if label != one
    )
    wrong = torch.stack([read != labels for read in reads])  # (seeds, N)
    together = torch.stack([net(images).log_softmax(dim=1) for net in nets]).sum(dim=0)  # (N, 10)
    return {
        "pairs": [
            {"label": label, "read": one, "count": count / len(nets)}
            for (label, one), count in pairs.most_common(8)
        ],
        "by_all": int(wrong.all(dim=0).sum()),
        "by_any": int(wrong.any(dim=0).sum()),
        "together": float((together.argmax(dim=1) == labels).double().mean()),
    }


def _speed(net: DigitNetwork, batch: int, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Seconds of a forward and a backward pass, layer by layer and merged, in turns; images read a second."""
    form, some, theirs = TrainedForm(normalize=False).to(device()), images[:batch], labels[:batch]
    taken: dict[str, list[float]] = {"layers": [], "merged": [], "read": []}
    for _ in range(8):
        for name, one in (("layers", net), ("merged", form)):
            start = time.perf_counter()
            cross_entropy(one(some), theirs).backward()
            float(next(one.parameters()).grad.sum())  # type: ignore[union-attr]  # wait for the device
            taken[name].append(time.perf_counter() - start)
        start = time.perf_counter()
        accuracy(net, images[:4096], labels[:4096])
        taken["read"].append(time.perf_counter() - start)
    least = {name: min(times) for name, times in taken.items()}
    ratios = [one / other for one, other in zip(taken["layers"], taken["merged"], strict=True)]
    return {
        "layers_ms": 1000 * least["layers"],
        "merged_ms": 1000 * least["merged"],
        "ratio": float(np.median(ratios)),
        "images_read_a_second": 4096 / least["read"],
    }

"""The reference models' layers against Torch's own of the same shape and weights: times, and how far apart.

``python -m benchmarks.layers`` measures on this machine and writes docs/records/layers.json.
"""

from __future__ import annotations

import argparse
import datetime
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression as Scikit
from torch import Tensor, nn

from benchmarks import compiled
from benchmarks.timing import ratio, spread
from benchmarks.versions import versions
from workings.data.machine import machine
from workings.data.record import Record, path
from workings.models.deep_averaging import DeepAveragingNetwork, bags
from workings.models.device import device
from workings.models.heads import MultiHeadAttention, load_multihead
from workings.models.logistic_regression import LogisticRegression
from workings.models.lstm_gru import Recaller
from workings.models.measuring import samples
from workings.models.recurrent import Recurrent
from workings.models.scaled_attention import SelfAttention
from workings.models.transformer import TransformerBlock
from workings.site.record import code_key
from workings.site.store import write_whole

COVERS = (
    "benchmarks/compiled.py",
    "benchmarks/layers.py",
    "benchmarks/timing.py",
    "models.character_transformer.CharacterTransformer",
    "models.character_transformer.adamw_recipe",
    "models.character_transformer.next_loss",
    "models.deep_averaging.DeepAveragingNetwork",
    "models.heads.MultiHeadAttention",
    "models.logistic_regression.LogisticRegression",
    "models.lstm_gru.Recaller",
    "models.measuring.samples",
    "models.recurrent.Recurrent",
    "models.scaled_attention.SelfAttention",
    "models.transformer.TransformerBlock",
)


@dataclass(frozen=True)
class Sizes:
    """Of the inputs: texts, tokens, width, heads; words of a vocabulary."""

    B: int = 8
    T: int = 128
    d_model: int = 256
    n_head: int = 4
    vocab_size: int = 20_000


@dataclass(frozen=True)
class Pair:
    """One of our layers and Torch's own with the same weights, each as a function of the same input."""

    ours: nn.Module
    theirs: nn.Module
    call_ours: Callable[[], Tensor]
    call_theirs: Callable[[], Tensor]


def measure(repeats: int = 7, sizes: Sizes | None = None) -> dict[str, Any]:
    """Measure every pair forward alone and with a backward pass, and a fit of logistic regression."""
    chosen = sizes or Sizes()
    torch.manual_seed(0)
    found = {name: _compared(pair, repeats) for name, pair in _pairs(chosen)}
    return {
        "sizes": vars(chosen),
        "threads": torch.get_num_threads(),
        "load": os.getloadavg()[0],
        "layers": found,
        "logistic_regression": _logistic(repeats),
    }


def _pairs(sizes: Sizes) -> Iterator[tuple[str, Pair]]:
    B, T, d_model = sizes.B, sizes.T, sizes.d_model
    where = device()
    X = torch.randn(B, T, d_model, device=where)

    theirs = nn.MultiheadAttention(d_model, sizes.n_head, bias=False, batch_first=True, device=where)
    for name, fused in (("heads", True), ("heads_written_out", False)):
        ours = MultiHeadAttention(d_model, sizes.n_head, fused=fused, device=where)
        yield name, _of_tokens(load_multihead(ours, theirs), theirs, X, _attend(theirs, X))

    single = nn.MultiheadAttention(d_model, 1, bias=False, batch_first=True, device=where)
    head = SelfAttention(d_model, d_model, device=where)
    _copy([head.query.weight, head.key.weight, head.value.weight], single.in_proj_weight.chunk(3))
    joined = nn.Sequential(head, single.out_proj)  # Torch's layer always has an output projection
    yield "one_head", _of_tokens(joined, single, X, _attend(single, X))

    layer = nn.TransformerEncoderLayer(
        d_model, sizes.n_head, 4 * d_model, 0.0, "gelu", batch_first=True, norm_first=True, device=where
    )
    block = TransformerBlock(d_model, sizes.n_head, bias=True, device=where)
    load_multihead(block.attention, layer.self_attn)
    block.norm.load_state_dict(layer.norm1.state_dict())
    if block.network is not None:
        for place, name in ((0, "norm2"), (1, "linear1"), (3, "linear2")):
            block.network[place].load_state_dict(layer.get_submodule(name).state_dict())
    yield "block", _of_tokens(block, layer, X, lambda: layer(X))

    loop, own = Recurrent(d_model, d_model, radius=0.9, device=where), nn.RNN(d_model, d_model, device=where)
    own.batch_first = True
    _copy(
        [own.weight_ih_l0, own.weight_hh_l0, own.bias_ih_l0, own.bias_hh_l0],
        [loop.W_xh.T, loop.W_hh.T, loop.b, torch.zeros_like(loop.b)],
    )
    yield "rnn_loop", _of_tokens(loop, own, X, lambda: own(X)[0])

    for kind, made in (("lstm", nn.LSTM), ("gru", nn.GRU)):
        recaller = Recaller(kind, d_model, d_model, device=where)
        cells = made(d_model, d_model, batch_first=True, device=where)
        cells.load_state_dict(recaller.cells.state_dict())
        theirs_too = nn.ModuleList([cells, recaller.read])
        yield kind, _of_tokens(recaller, theirs_too, X, _last(cells, recaller.read, X))

    yield "bag", _bag(sizes, where)


def _attend(layer: nn.MultiheadAttention, X: Tensor) -> Callable[[], Tensor]:
    return lambda: layer(X, X, X, need_weights=False)[0]


def _last(cells: nn.RNNBase, read: nn.Linear, X: Tensor) -> Callable[[], Tensor]:
    return lambda: read(cells(X)[0][:, -1])[:, 0]


def _of_tokens(ours: nn.Module, theirs: nn.Module, X: Tensor, call: Callable[[], Tensor]) -> Pair:
    return Pair(ours, theirs, lambda: ours(X), call)


def _bag(sizes: Sizes, where: torch.device) -> Pair:
    """The averaging network against a table of words and a mean over them; texts of one length."""
    ours = DeepAveragingNetwork(sizes.vocab_size, sizes.d_model, 0).to(where)
    table, score = nn.Embedding(sizes.vocab_size, sizes.d_model, device=where), ours.output
    _copy([table.weight], [ours.words.weight])
    texts = torch.randint(sizes.vocab_size, (8 * sizes.B, sizes.T // 4), device=where)
    tokens, starts = bags(list(texts.cpu().numpy()), where)
    theirs = nn.Sequential(table, score)
    return Pair(ours, theirs, lambda: ours(tokens, starts), lambda: score(table(texts).mean(dim=1))[:, 0])


def _copy(to: Sequence[Any], values: Iterable[Tensor]) -> None:
    with torch.no_grad():
        for one, value in zip(to, values, strict=True):
            one.copy_(value)


def _compared(pair: Pair, repeats: int) -> dict[str, Any]:
    """Time both in turns: forward without gradients, in evaluation; forward and backward, in training."""

    def training(layer: nn.Module, call: Callable[[], Tensor]) -> Callable[[], object]:
        wanted = list(layer.parameters())

        def both() -> object:
            output = call()
            return torch.autograd.grad(output, wanted, torch.ones_like(output))

        return both

    sides = {"ours": (pair.ours, pair.call_ours), "theirs": (pair.theirs, pair.call_theirs)}
    found: dict[str, Any] = {}
    for layer in (pair.ours, pair.theirs):
        layer.train()
    found["training"] = _times({name: training(*side) for name, side in sides.items()}, repeats)
    for layer in (pair.ours, pair.theirs):
        layer.eval()
    with torch.no_grad():
        found["apart"] = float((pair.call_ours() - pair.call_theirs()).abs().max())
        found["forward"] = _times({name: call for name, (_, call) in sides.items()}, repeats)
    return found


def _times(runs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Any]:
    """Milliseconds of both, and the ratio sample by sample."""
    taken = {
        name: [1000 * one for one in times] for name, times in samples(runs, device(), repeats, 0.02).items()
    }
    return {
        **{name: spread(times) for name, times in taken.items()},
        "ratio": ratio(taken["ours"], taken["theirs"]),
    }


def _logistic(repeats: int) -> dict[str, Any]:
    """Fit 569 tumours with 30 measurements and a penalty, to the same optimum, by L-BFGS in both."""
    data = load_breast_cancer()
    Z, t = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0), data.target.astype(float)
    X, labels = (torch.from_numpy(one).to(device()) for one in (Z, t))
    found: dict[str, np.ndarray] = {}

    def ours() -> None:
        model = LogisticRegression(30, device=device(), dtype=torch.float64).fit(X, labels, 1.0)
        found["ours"] = np.array([model.b.item(), *model.w.detach().cpu().numpy()])

    def theirs() -> None:
        fitted = Scikit(C=1.0, tol=1e-10, max_iter=1000).fit(Z, t)
        found["theirs"] = np.array([fitted.intercept_[0], *fitted.coef_[0]])

    times = _times({"ours": ours, "theirs": theirs}, repeats)
    return {"fit": times, "apart": float(np.abs(found["ours"] - found["theirs"]).max())}


def main() -> None:
    """Measure, write the record, print the ratios."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.layers", description=__doc__)
    reader.add_argument("--repeats", type=int, default=15, help="samples of each time (default 15)")
    asked = reader.parse_args()
    key = code_key(COVERS)
    start = time.perf_counter()
    values = measure(asked.repeats) | {"compiled": compiled.measure(asked.repeats)}
    where = torch.cuda.get_device_name() if device().type == "cuda" else "CPU"
    record = Record(
        name="layers",
        made=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        again="python -m benchmarks.layers",
        covers=COVERS,
        key=key,
        machine={**machine(), "device": where},
        versions=versions(),
        seconds=round(time.perf_counter() - start, 1),
        values=values,
    )
    write_whole(path(record.name), record.text().encode())
    for name, found in values["layers"].items():
        words = ", ".join(f"{kind} {found[kind]['ratio']['median']:.2f}" for kind in ("forward", "training"))
        print(f"{name}: {words} times Torch's own, apart {found['apart']:.1e}")
    fit = values["logistic_regression"]
    words = f"fit {fit['fit']['ratio']['median']:.2f} times scikit-learn's"
    print(f"logistic_regression: {words}, apart {fit['apart']:.1e}")
    for name, found in values["compiled"].items():
        words = f"{found['ratio']['median']:.2f} of a step without, {found['first_step']:.0f} s to compile"
        print(f"torch.compile, {name}: {words}")
    print(f"wrote docs/records/{record.name}.json in {record.seconds:.0f} s")


if __name__ == "__main__":
    main()

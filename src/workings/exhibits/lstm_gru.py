"""Tables and figures of the LSTM and the GRU: lifetimes, readings, gates at work, what is learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from workings.byhand.cell_path import lifetime
from workings.byhand.lstm import lstm_states
from workings.byhand.lstm_gradient import lstm_jacobians
from workings.claims.lstm_cells import placement_gap
from workings.claims.lstm_memory import reach_of_cell
from workings.claims.lstm_readings import READINGS, relative_error
from workings.data.store_and_recall import store_and_recall
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit
from workings.models.lstm_gru import Recaller, recall_accuracy, train_recaller

SEQ_LEN, STORED, UNITS = 24, 5, 4  # of the traces: sequences of 24 steps that store at step 6
TRAINING, RUNS = 180, 2  # of the table: steps of training, and runs of each cell


@exhibit
def placements() -> Table:
    """How far apart the two placements of the reset gate run, with the same weights."""
    rows = []
    for size in (0.5, 1.0, 2.0, 4.0):
        gaps = placement_gap(size=size)
        rows.append([size, gaps[1], gaps[:10].max(), gaps.max()])
    return Table(["weights times", "step 2", "largest in 10", "in 50"], rows, [".1f", ".3f", ".3f", ".3f"])


@exhibit
def readings() -> Table:
    """The relative error of the published sum, by what its symbols are taken to mean."""
    lengths = (1, 2, 6, 20)
    rows: list[list[str | float]] = []
    for reading, name in READINGS.items():
        errors = [relative_error(reading, steps) for steps in lengths]
        rows.append([name, *(0.0 if error < 1e-12 else error for error in errors)])
    return Table(
        ["meaning", *(f"T = {steps}" for steps in lengths)],
        rows,
        ["", *[".3f"] * 4],
        heat=["T = 6", "T = 20"],
    )


@exhibit
def lifetimes() -> Table:
    """How many steps a gradient on the cell path lives, by the forget gate."""
    rows = [
        [f, float(np.log(f / (1 - f))), lifetime(f), lifetime(f, 0.01), f**100]
        for f in (0.5, 0.73, 0.9, 0.95, 0.99, 0.999)
    ]
    return Table(
        ["$f$", "bias", "half left", "1/100 left", "after 100"], rows, [".3g", ".2f", ".1f", ".1f", ".1e"]
    )


@exhibit
def reach() -> Figure:
    """The gradient on the cell against distance, by forget bias: in total, and along the cell path alone."""
    figure, axes = canvas()
    values = {}
    for place, bias in enumerate((0, 1, 3, 5)):
        total, alone = reach_of_cell(float(bias))
        steps = np.arange(1, len(total) + 1)
        axes.plot(steps, np.log10(total), color=SERIES[place], label=f"bias {bias}")
        axes.plot(steps, np.log10(alone), color=SERIES[place], linestyle=(0, (2, 2)), linewidth=1)
        values[f"bias_{bias}"] = {"total": float(total[-1]), "path": float(alone[-1])}
    axes.axhline(0, color=INK, linewidth=0.5)
    axes.set_xlabel("steps back")
    axes.set_ylim(-26, 5)
    axes.set_yticks([-20, -10, 0], ["$10^{-20}$", "$10^{-10}$", "1"])
    axes.set_ylabel("gradient on the cell")
    axes.legend(loc="lower left", handlelength=1.2, frameon=False, labelcolor=INK, borderpad=0)
    return Figure(
        figure,
        "Norm of the gradient on the cell, on a log scale, against 1 to 100 steps back. With forget bias 0 "
        "it falls "
        f"to {values['bias_0']['total']:.0e}, with bias 1 to {values['bias_1']['total']:.0e}; with bias 3 "
        f"and 5 it "
        "grows. Dashed, the cell path alone: always lower, and falling for every bias.",
        values,
    )


def trained() -> Recaller:
    """Train the LSTM whose gates we look at."""
    return train_recaller("lstm", SEQ_LEN, d_h=UNITS, keep_bias=1.0, steps=300)[0]


@exhibit
def traces() -> Figure:
    """The gates of one unit of a trained LSTM over a sequence, and its memory for either bit."""
    model = trained()
    W, U, b_ih, b_hh = (one.detach().double().cpu().numpy() for one in model.cells.parameters())
    X, answers, stored = store_and_recall(3000, SEQ_LEN, np.random.default_rng(5))
    kept = stored == STORED
    H, C, gates = lstm_states(X[kept], W.T, U.T, b_ih + b_hh)
    bits = answers[kept]
    separation = [abs(np.corrcoef(C[:, -2, unit], bits)[0, 1]) for unit in range(UNITS)]
    unit = int(np.argmax(separation))
    i, f, _, o = gates[:, :, :, unit].mean(axis=1)  # (T,) each
    figure, (top, bottom) = canvas(nrows=2, sharex=True)
    steps = np.arange(1, SEQ_LEN + 1)
    for place, (gate, name) in enumerate(((i, "input"), (f, "forget"), (o, "output"))):
        top.plot(steps, gate, color=SERIES[place], label=name)
    top.set_ylim(0, 1.05)
    top.set_ylabel("gate")
    top.legend(
        ncols=3,
        loc="lower right",
        handlelength=1.0,
        columnspacing=0.8,
        borderpad=0,
        frameon=False,
        labelcolor=INK,
    )
    for place, bit in ((3, 1), (4, -1)):
        bottom.plot(steps, C[bits == bit, 1:, unit].mean(axis=0), color=SERIES[place], label=f"bit {bit:+d}")
    bottom.set_ylabel("memory $c_t$")
    bottom.set_xlabel("step")
    bottom.legend(loc="upper left", handlelength=1.0, borderpad=0, frameon=False, labelcolor=INK)
    for axes in (top, bottom):
        axes.axvline(STORED + 1, color=FAINT, linewidth=1)
        axes.axvline(SEQ_LEN, color=FAINT, linewidth=1)
    jacobians = lstm_jacobians(H[0], C[0], gates[:, 0], U.T)
    product = np.eye(2 * UNITS)
    for J in jacobians[STORED + 1 : SEQ_LEN - 1]:
        product = product @ J
    waiting = slice(STORED + 1, SEQ_LEN - 1)
    return Figure(
        figure,
        "Above: input, forget and output gate over 24 steps. At the store flag, step 6, the input gate "
        "jumps up and "
        "the forget gate down; then both rest; at the recall flag all rise. Below: after step 6 the memory "
        "takes two "
        "ways, one for each bit: for one bit it settles near -1, for the other it climbs.",
        {
            "store_step": STORED + 1,
            "seq_len": SEQ_LEN,
            "units": UNITS,
            "accuracy": recall_accuracy(model, SEQ_LEN),
            "input_at_store": float(i[STORED]),
            "input_waiting": float(i[waiting].mean()),
            "forget_at_store": float(f[STORED]),
            "forget_waiting": float(f[waiting].mean()),
            "path": float(np.prod(f[waiting])),
            "total": float(np.linalg.norm(product[:UNITS, :UNITS], 2)),
            "steps": SEQ_LEN - STORED - 2,
            "memory_plus": float(C[bits == 1, -2, unit].mean()),
            "memory_minus": float(C[bits == -1, -2, unit].mean()),
            "spread": float(C[bits == 1, -2, unit].std()),
        },
    )


@exhibit(limit=240)
def recall() -> Table:
    """What each cell learns of store-and-recall, by the length of the sequence."""
    cells: tuple[tuple[str, str, float | None], ...] = (
        ("tanh RNN", "rnn", None),
        ("LSTM as drawn", "lstm", None),
        ("LSTM, bias 3", "lstm", 3.0),
        ("GRU as drawn", "gru", None),
        ("GRU, bias 3", "gru", 3.0),
    )
    rows: list[list[str | float]] = []
    values: dict[str, Any] = {"training": TRAINING, "runs": RUNS}
    for name, kind, bias in cells:
        row: list[str | float] = [name]
        for seq_len in (10, 30):
            runs = [
                recall_accuracy(
                    train_recaller(kind, seq_len, keep_bias=bias, seed=seed, steps=TRAINING)[0], seq_len
                )
                for seed in range(RUNS)
            ]
            values[f"{kind}{'_biased' if bias else ''}_{seq_len}"] = runs
            row.append(" ".join(f"{run:.2f}" for run in sorted(runs)))
        rows.append(row)
    return Table(["", "10 steps", "30 steps"], rows, values=values)

"""Tables of the worked example, of negatives and of costs; time against the size of the vocabulary."""

from __future__ import annotations

from functools import partial

import torch

from workings.byhand.negative_sampling import noise_distribution
from workings.byhand.power_law import power_law
from workings.byhand.word2vec import naive_gradients, pair_counts, skip_gram_probabilities, window
from workings.claims.negatives import candidates
from workings.claims.word2vec import centre_in_the_denominator, worked_example
from workings.data.planted_words import WORDS as PLANTED
from workings.data.planted_words import word_shares
from workings.data.skip_gram_example import TEXT, TOKENS, WORDS, M, W
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit
from workings.models.device import device
from workings.models.measuring import seconds
from workings.models.word2vec import SkipGram

SIZES, WIDTH, BATCH, NEGATIVES, ROUNDS = (1000, 4000, 16_000, 64_000), 32, 64, 5, 4


@exhibit
def windows() -> Table:
    """Every token, its window, its pairs, and the words that are left for negatives outside it."""
    rows: list[list[str | int]] = []
    for t, (word, left) in enumerate(zip(TEXT, candidates(), strict=True)):
        seen = [TEXT[s] for s in window(t, len(TEXT), M)]
        rows.append([t + 1, word, " ".join(seen), len(seen), " ".join(left)])
    return Table(["$t$", "centre", "window", "pairs", "not in it"], rows, head=2)


@exhibit
def one_centre() -> Table:
    """Scores, powers and probabilities of the five words, given c."""
    values = worked_example.decide().values
    without = centre_in_the_denominator.decide().values["P"]
    rows: list[list[str | int | float]] = [
        [
            word,
            values["scores"][word],
            values["powers"][word],
            values["P"][word],
            f"{without[word]:.4f}" if word in without else "–",
        ]
        for word in WORDS
    ]
    return Table(["word", "score", "power", "$P$", "no c"], rows, ["", "d", ".4f", ".4f", ""])


@exhibit
def scores() -> Table:
    """The Gram matrix: every word's score with every word."""
    rows: list[list[str | int]] = [
        [word, *(int(one) for one in row)] for word, row in zip(WORDS, W @ W.T, strict=True)
    ]
    return Table(["", *WORDS], rows, ["", *["d"] * 5], heat=WORDS)


@exhibit
def probabilities() -> Table:
    """P(column given row) for the five words."""
    P = skip_gram_probabilities(W, W)
    rows: list[list[str | float]] = [
        [word, *(float(one) for one in row)] for word, row in zip(WORDS, P, strict=True)
    ]
    return Table(["", *WORDS], rows, ["", *[".3f"] * 5], heat=WORDS)


@exhibit
def gradient_rows() -> Table:
    """Both gradients of the worked text's loss, and their sum, for each word."""
    dU, dV = naive_gradients(W, W, pair_counts(TOKENS, M, 5), len(TEXT))
    rows = [
        [word, *(" ".join(f"{one:+.3f}" for one in part[i]) for part in (dU, dV, dU + dV))]
        for i, word in enumerate(WORDS)
    ]
    return Table(["", "as centre", "as context", "shared: the sum"], rows)


@exhibit
def noise() -> Table:
    """How often a few words occur, and how often they are drawn as negatives."""
    shares = word_shares()
    drawn = {power: noise_distribution(shares, power) for power in (0.75, 0.5, 0.0)}
    rows = []
    for word in ("the", "he", "king", "cow", "hay", "plough"):
        i = PLANTED.index(word)
        rows.append([word, 100 * float(shares[i]), *(100 * float(one[i]) for one in drawn.values())])
    return Table(["%", "text", "3/4", "1/2", "0"], rows, ["", ".2f", ".2f", ".2f", ".2f"])


@exhibit
def time_against_vocabulary() -> Figure:
    """Draw the time of one step, forward and backward, against the size of the vocabulary."""
    generator = torch.Generator().manual_seed(0)
    runs = {}
    for n in SIZES:
        pairs = torch.randint(n, (BATCH, 2), generator=generator).to(device())
        negatives = torch.randint(n, (BATCH, NEGATIVES), generator=generator).to(device())
        for name, sparse in (
            ("full softmax", False),
            ("sampling, dense gradient", False),
            ("sampling, sparse", True),
        ):
            net = SkipGram(n, WIDTH, sparse=sparse, device=device())
            runs[name, n] = partial(step, net, pairs, None if name == "full softmax" else negatives)
    times = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):  # rounds lie apart in time, so that a busy moment spoils one of them at most
        for key, run in runs.items():
            times[key] = min(times[key], seconds(run, device(), repeats=1))
    figure, axes = canvas()
    values = {}
    for colour, name in zip(SERIES, dict.fromkeys(name for name, _ in runs), strict=False):
        ms = [1e3 * times[name, n] for n in SIZES]
        axes.plot(SIZES, ms, color=colour, marker="o", markersize=3, label=name)
        values[name.replace(", ", "_").replace(" ", "_")] = {
            "ms": dict(zip(map(str, SIZES), ms, strict=True)),
            "exponent": power_law(SIZES, ms)[0],
        }
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(SIZES, [f"{n:,d}" for n in SIZES])
    axes.minorticks_off()
    axes.set_xlabel("words in the vocabulary")
    axes.set_ylabel("milliseconds a step")
    axes.legend(frameon=False, labelcolor=INK)
    alt = (
        "Time of one training step against the number of words, log scales. The full softmax rises in "
        "proportion; negative sampling with sparse gradients stays flat; with dense gradients it rises late."
    )
    return Figure(figure, alt, values | {"batch": BATCH, "width": WIDTH, "negatives": NEGATIVES})


def step(net: SkipGram, pairs: torch.Tensor, negatives: torch.Tensor | None) -> None:
    """Run a loss forward and backward."""
    net.zero_grad()
    loss = net.naive_loss(pairs) if negatives is None else net.negative_sampling_loss(pairs, negatives)
    loss.backward()

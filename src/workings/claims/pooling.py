"""What pooling does to a shift: when the output stays, when it moves, when it moves along."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional as F

from workings.byhand.pooling import average_pooling, max_pooling
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.digits import digits, enlarge

WINDOW = 4
POOLS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {"max": max_pooling, "average": average_pooling}


def one_pixel(row: int, column: int, side: int = 16) -> np.ndarray:
    """Return an image that is dark but for one pixel: shape (1, 1, side, side)."""
    image = np.zeros((1, 1, side, side))
    image[0, 0, row, column] = 1.0
    return image


@claim(
    r"Pooling is not invariant to shifts. One bright pixel in the last column of a window, moved right by "
    r"one, leaves the window: of the output's old value nothing is left, with max and with average pooling.",
    answers=("s4.3.1.1.a",),
)
def pixel_leaves() -> Evidence:
    """Pool an image and its shift by one, by hand and in Torch; the outputs have nothing in common."""
    image = one_pixel(5, 7)
    moved = np.roll(image, 1, axis=3)
    by_hand = {name: (pool(image, WINDOW), pool(moved, WINDOW)) for name, pool in POOLS.items()}
    x, y = torch.from_numpy(image), torch.from_numpy(moved)
    both = [(F.max_pool2d(x, 4), F.max_pool2d(y, 4)), (F.avg_pool2d(x, 4), F.avg_pool2d(y, 4))]
    return Evidence(
        [
            equal(
                "by hand, sums of products of old and new",
                [float((a * b).sum()) for a, b in by_hand.values()],
                [0, 0],
            ),
            equal("Torch, the same", [float((a * b).sum()) for a, b in both], [0, 0]),
            equal(
                "by hand, the outputs are not zero",
                [bool(a.any()) for a, _ in by_hand.values()],
                [True, True],
            ),
        ],
        {"before": by_hand["max"][0][0, 0, 1].tolist(), "after": by_hand["max"][1][0, 0, 1].tolist()},
    )


@claim(
    r"A bright pixel at a random place, moved right by $s$, leaves the output of windows of $k$ unchanged "
    r"with probability $(k-s)/k$, for $s \le k$: with $k = 4$ three quarters of the time at $s = 1$, never "
    r"at $s = 4$. Max and average pooling do not differ in this.",
    answers=("s4.3.1.1.a",),
)
def share_unchanged() -> Evidence:
    """Try all 16 places in a window, by hand and in Torch."""
    shares: dict[str, list[float]] = {"max": [], "average": [], "Torch": []}
    for shift in range(1, 6):
        kept = dict.fromkeys(shares, 0)
        for row in range(4, 8):
            for column in range(4, 8):
                image = one_pixel(row, column)
                moved = np.roll(image, shift, axis=3)
                for name, pool in POOLS.items():
                    kept[name] += np.array_equal(pool(image, WINDOW), pool(moved, WINDOW))
                pair = [F.max_pool2d(torch.from_numpy(one), WINDOW) for one in (image, moved)]
                kept["Torch"] += torch.equal(*pair)
        for name, count in kept.items():
            shares[name].append(count / 16)
    expected = [max(WINDOW - shift, 0) / WINDOW for shift in range(1, 6)]
    return Evidence(
        [
            equal("by hand, max", shares["max"], expected),
            equal("by hand, average", shares["average"], expected),
            equal("Torch, max", shares["Torch"], expected),
        ],
        {"by_shift": {str(shift): share for shift, share in enumerate(expected, start=1)}},
    )


@claim(
    r"What pooling does keep is *equivariance*, and only for multiples of its stride: shift a periodic "
    r"image by 4 and the output of windows of 4 shifts by 1, exactly; shift noise by 1, 2 or 3, and no "
    r"shift of the output makes up for it. Pooling over the whole image is invariant to every such shift.",
    answers=("s4.3.1.1.a",),
)
def equivariant_by_stride() -> Evidence:
    """Shift noise around a torus; look for the best matching shift of the output, by hand and in Torch."""
    x = np.random.default_rng(0).normal(size=(1, 1, 32, 32))
    exact, least, in_torch, globally = [], [], [], []
    for pool in POOLS.values():
        out = pool(x, WINDOW)
        exact += [
            float(np.abs(pool(np.roll(x, 4 * m, 3), WINDOW) - np.roll(out, m, 3)).max()) for m in (1, 2, 5)
        ]
        for shift in (1, 2, 3):
            moved = pool(np.roll(x, shift, 3), WINDOW)
            gaps = [np.linalg.norm(moved - np.roll(out, m, 3)) / np.linalg.norm(out) for m in range(8)]
            least.append(float(min(gaps)))
        globally += [float(np.abs(pool(np.roll(x, (3, 7), (2, 3)), 32) - pool(x, 32)).max())]
    x_t = torch.from_numpy(x)
    for layer in (F.max_pool2d, F.avg_pool2d):
        moved_t = layer(x_t.roll(8, 3), WINDOW)
        in_torch.append((moved_t - layer(x_t, WINDOW).roll(2, 3)).abs().max().item())
    return Evidence(
        [
            close("by hand, shifts by 4, 8, 20", exact, [0] * 6, 1e-12),
            close("Torch, a shift by 8", in_torch, [0, 0], 1e-12),
            at_least("by hand, shifts by 1, 2, 3: least relative distance", min(least), 0.15),
            close("by hand, windows as large as the image", globally, [0, 0], 1e-12),
        ],
        {"least": min(least)},
    )


def smooth_images() -> np.ndarray:
    """Return 100 digits of the test, enlarged, smoothed, with a dark margin: shape (100, 1, 48, 48)."""
    large = np.pad(enlarge(digits().test_images[:100]), ((0, 0), (8, 11), (8, 11)))
    return average_pooling(large[:, None], 4, 1)  # else every window would hold one pixel of the original


def change(pool: Callable[[np.ndarray], np.ndarray], images: np.ndarray, shift: int) -> float:
    """Return how far the output moves when images move right, over its length, in all four phases."""
    before, after = (
        np.stack([pool(np.roll(images, phase + by, axis=3)) for phase in range(WINDOW)]) for by in (0, shift)
    )
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))


@claim(
    r"Pooling dampens a shift, a little. Digits of 32 by 32, smooth and moved right by one pixel: the "
    r"output of windows of 4 changes between 0.7 and 0.9 times as much as the image does, with max and "
    r"with average pooling. Of white noise average pooling halves the change.",
    answers=("s4.3.1.1.a", "s4.3.1.1.b"),
)
def digits_moved() -> Evidence:
    """Relative change of the output against that of the image, by hand and in Torch."""
    images = smooth_images()
    table: dict[str, list[float]] = {"image": [], "max": [], "average": []}
    for shift in range(1, 9):
        table["image"].append(change(lambda x: x, images, shift))
        for name, pool in POOLS.items():
            table[name].append(change(lambda x, pool=pool: pool(x, WINDOW), images, shift))  # type: ignore[misc]
    in_torch = {
        name: change(lambda x, layer=layer: layer(torch.from_numpy(x), WINDOW).numpy(), images, 1)  # type: ignore[misc]
        for name, layer in (("max", F.max_pool2d), ("average", F.avg_pool2d))
    }
    ratios = [table[name][0] / table["image"][0] for name in POOLS]
    white = np.random.default_rng(0).normal(size=(20, 1, 48, 48))
    halved = change(lambda x: average_pooling(x, WINDOW), white, 1) / change(lambda x: x, white, 1)
    return Evidence(
        [
            close(
                "Torch against by hand, shift 1",
                list(in_torch.values()),
                [table[n][0] for n in in_torch],
                1e-12,
            ),
            at_least("by hand, least change over the image's, shift 1", min(ratios), 0.7),
            at_most("by hand, greatest change over the image's, shift 1", max(ratios), 0.9),
            close("by hand, noise, average pooling, over the image's", halved, 0.5, 0.01),
        ],
        {name: {str(shift): one for shift, one in enumerate(row, 1)} for name, row in table.items()}
        | {"max_ratio": ratios[0], "average_ratio": ratios[1], "noise_ratio": halved},
    )

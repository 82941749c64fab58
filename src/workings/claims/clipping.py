"""What clipping keeps of a gradient, and what it cannot mend."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.clipping import clip_by_norm, clip_by_value
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal


@claim(
    r"Clipping by norm keeps the direction: it multiplies all gradients by $\min(1, c/\lVert g \rVert)$, as "
    r"Torch does. Clipping by value turns it: $(3, 0.5)$ cut to 1 becomes $(1, 0.5)$. Neither lengthens a "
    r"short gradient, so neither helps against vanishing.",
    answers=("s3.1",),
)
def clipping() -> Evidence:
    """Compare with Torch's clip_grad_norm_ and clip_grad_value_, and measure the angle."""
    rng = np.random.default_rng(7)
    gradients = [rng.normal(size=(3, 4)) * 5, rng.normal(size=6)]

    def by_torch(scale: float, norm: float | None) -> list[np.ndarray]:
        parameters = [torch.nn.Parameter(torch.zeros(one.shape, dtype=torch.float64)) for one in gradients]
        for parameter, one in zip(parameters, gradients, strict=True):
            parameter.grad = torch.from_numpy(scale * one)
        if norm:
            torch.nn.utils.clip_grad_norm_(parameters, norm)
        else:
            torch.nn.utils.clip_grad_value_(parameters, 1.0)
        return [parameter.grad.numpy() for parameter in parameters if parameter.grad is not None]

    def flat(arrays: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([array.ravel() for array in arrays])

    def cosine(u: np.ndarray, v: np.ndarray) -> float:
        return float(u @ v / np.linalg.norm(u) / np.linalg.norm(v))

    clipped, norm = clip_by_norm(gradients, 1.0)
    small = [1e-9 * one for one in gradients]
    return Evidence(
        [
            close("Torch, by norm", flat(by_torch(1, 1.0)), flat(clipped), 1e-6),
            close("Torch, by value", flat(by_torch(1, None)), flat(clip_by_value(gradients, 1.0)), 0),
            close(
                "by hand, the angle after clipping by norm", cosine(flat(clipped), flat(gradients)), 1, 1e-12
            ),
            close("by hand, (3, 0.5) by value", clip_by_value([[3.0, 0.5]], 1)[0], [1, 0.5], 0),
            equal(
                "by hand, a short gradient",
                bool((flat(clip_by_norm(small, 1)[0]) == flat(small)).all()),
                True,
            ),
            close("Torch, a short gradient", flat(by_torch(1e-9, 1.0)), flat(small), 0),
        ],
        {
            "norm": norm,
            "cosine_by_value": cosine(np.array([1, 0.5]), np.array([3, 0.5])),
        },
    )


@claim(
    r"Clipping comes after the backward pass and cannot mend what overflowed in it. In float32 a linear "
    r"chain with $w = 2$ has an infinite gradient after 130 steps, and Torch's clipping makes it `nan`. "
    r"After 100 steps no gradient is infinite, but their norm is, and the clipped gradient is exactly 0. "
    r"Ours refuses the first and mends the second.",
    answers=("s3.1",),
)
def clipping_infinity() -> Evidence:
    """Overflow in Torch, clip, and look; do the same by IEEE rules; ask the by-hand function."""

    def by_torch(steps: int) -> tuple[list[float], list[float]]:
        start, other = torch.nn.Parameter(torch.zeros(())), torch.nn.Parameter(torch.ones(()))
        h = 2 * start
        for _ in range(steps - 1):
            h = 2 * h
        start.grad, other.grad = torch.autograd.grad(h + other, (start, other))
        before = [float(start.grad), float(other.grad)]
        torch.nn.utils.clip_grad_norm_([start, other], 1.0)
        return before, [float(start.grad), float(other.grad)]

    lost, mended = by_torch(130), by_torch(100)
    try:
        clip_by_norm([[np.inf], [1.0]], 1.0)
        refused = "nothing"
    except ValueError as error:
        refused = str(error)
    with np.errstate(invalid="ignore", over="ignore"):
        product = np.float32(np.inf) * (np.float32(1) / np.float32(np.inf))
        square = np.float32(2.0**100) ** 2
    ours, _ = clip_by_norm([np.array([2.0**100], np.float32), np.ones(1, np.float32)], 1.0)
    return Evidence(
        [
            equal("Torch, 130 steps: the gradients before", lost[0], [np.inf, 1.0]),
            equal("Torch, 130 steps: the first after is nan", bool(np.isnan(lost[1][0])), True),
            equal("Torch, 130 steps: the second after", lost[1][1], 0.0),
            equal("Torch, 100 steps: the gradients before", mended[0], [2.0**100, 1.0]),
            equal("Torch, 100 steps: the gradients after", mended[1], [0.0, 0.0]),
            equal("IEEE, infinity times 1/infinity is nan", bool(np.isnan(product)), True),
            equal("IEEE float32, the square of 2^100", float(square), np.inf),
            equal("by hand, refused", refused, "gradients[0] must be finite, got inf at index (0,)"),
            close("by hand, 100 steps: the first after", ours[0], [1.0], 1e-6),
        ],
        {"gradient_100": mended[0][0]},
    )

"""The exam's question on one convolution: 3 by 5, strides 1 and 3, on 128 by 128, and its neighbours."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from workings.byhand.cnn_shapes import convolution_size
from workings.claims.claim import Evidence, claim
from workings.claims.output_sizes import places
from workings.claims.witness import close, equal


def by_torch(kernel: tuple[int, int], stride: tuple[int, int]) -> tuple[int, ...]:
    """Return the sides of Torch's output on an image of 128 by 128."""
    return tuple(F.conv2d(torch.ones(1, 1, 128, 128), torch.ones(1, 1, *kernel), stride=stride).shape[2:])


def by_hand(kernel: tuple[int, int], stride: tuple[int, int]) -> tuple[int, ...]:
    """Return the same by the formula."""
    return tuple(convolution_size(128, kernel[a], stride[a]) for a in (0, 1))


@claim(
    r"A $3 \times 5$ filter with strides 1 and 3 and no padding turns $128 \times 128$ into "
    r"$126 \times 42$: $(128-3)/1 + 1 = 126$ rows and $(128-5)/3 + 1 = 42$ columns.",
    answers=("s4.1.4",),
)
def exam_size() -> Evidence:
    """By the formula, by Torch, by counting places."""
    counted = (places(128, 3, 1, 0, 1), places(128, 5, 3, 0, 1))
    return Evidence(
        [
            equal("by hand", by_hand((3, 5), (1, 3)), (126, 42)),
            equal("Torch", by_torch((3, 5), (1, 3)), (126, 42)),
            equal("counting places", counted, (126, 42)),
        ],
        {"rows": counted[0], "columns": counted[1]},
    )


@claim(
    r"Each wrong option is another layer's size: $126 \times 124$ has stride 1 both ways, $42 \times 42$ "
    r"stride 3 both ways, $42 \times 126$ the filter and the strides turned round. The strides alone turned "
    r"round give $42 \times 124$, which is not among the options.",
    answers=("s4.1.4",),
)
def other_options() -> Evidence:
    """Compute the four by hand and in Torch."""
    layers = [((3, 5), (1, 1)), ((3, 5), (3, 3)), ((5, 3), (3, 1)), ((3, 5), (3, 1))]
    expected = [(126, 124), (42, 42), (42, 126), (42, 124)]
    return Evidence(
        [
            equal("by hand", [by_hand(*layer) for layer in layers], expected),
            equal("Torch", [by_torch(*layer) for layer in layers], expected),
        ]
    )


@claim(
    r"$(N - F)/S + 1$ is a size only if $S$ divides $N - F$. With stride 4 in place of 3 it gives "
    r"$31\tfrac34$ columns; the layer has 31, and the last three columns of the image are never read.",
    answers=("s4.1.4",),
)
def floor_is_needed() -> Evidence:
    """Ask Torch for the size, and its gradient for the columns that were read; list them by hand."""
    image = torch.ones(1, 1, 128, 128, requires_grad=True)
    out = F.conv2d(image, torch.ones(1, 1, 3, 5), stride=(1, 4))
    (graph,) = torch.autograd.grad(out.sum(), image)
    unread = [column for column in range(128) if not graph[0, 0, :, column].any()]
    read = {4 * place + tap for place in range(places(128, 5, 4, 0, 1)) for tap in range(5)}
    return Evidence(
        [
            close("the expression without a floor", (128 - 5) / 4 + 1, 31.75, 0),
            equal("Torch, columns of the output", out.shape[3], 31),
            equal("autograd, columns without a gradient", unread, [125, 126, 127]),
            equal("counting, columns under no tap", sorted(set(range(128)) - read), [125, 126, 127]),
        ],
        {"without_floor": (128 - 5) / 4 + 1, "columns": out.shape[3], "unread": len(unread)},
    )

"""The exam's network: what is wrong with its code, its shapes and weights, and the images it accepts."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence

import torch
from torch import nn

from workings.byhand.cnn_shapes import convolution_size, convolution_weights, pooling_size
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.models.cnn_shapes import DigitNetwork

# the exam's network in our layout; each {} stands where a comma belongs and the print has none
CODE = """nn.Sequential(
    nn.Conv2d(1, 8, 5),
    nn.AvgPool2d(4){}
    nn.ReLU(),
    nn.Conv2d(8, 16, 4, padding=1),
    nn.AvgPool2d(2){}
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(LENGTH, 10),
)"""


def source(first: str = ",", second: str = ",", length: int = 144) -> str:
    """Return the code with or without each of the two commas, and with a length for the linear layer."""
    return CODE.replace("LENGTH", str(length)).format(first, second)


def fault(code: str) -> str:
    """Return why Python cannot read an expression, and in which line; nothing if it can."""
    try:
        compile(code, "network", "eval")
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    return ""


def build(code: str) -> nn.Sequential:
    """Run the code, leaving Torch's global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        made = eval(code, {"nn": nn})
    if not isinstance(made, nn.Sequential):
        raise TypeError(f"the code makes an nn.Sequential, got {type(made).__name__}")
    return made


def run_fault(net: nn.Module, side: int = 32) -> str:
    """Return what Torch raises on one image of this side; nothing if it runs."""
    try:
        net(torch.zeros(1, 1, side, side))
    except RuntimeError as error:
        return str(error)
    return ""


@claim(
    r"The network's code as printed does not parse: two commas are missing, one after each `AvgPool2d(...)`. "
    r"Each one alone is enough for a `SyntaxError`, before any layer exists and so before any matrix could "
    r"mismatch.",
    answers=("s4.3.1.3",),
)
def does_not_parse() -> Evidence:
    """Compile with neither comma, with one, with both; compare the tokens of the first and the last."""
    faults = [fault(source(*commas)) for commas in (("", ""), ("", ","), (",", ""), (",", ","))]
    tokens = [
        [one.string for one in tokenize.generate_tokens(io.StringIO(code).readline)]
        for code in (source("", ""), source())
    ]
    return Evidence(
        [
            equal("Python's parser refuses", [bool(one) for one in faults], [True, True, True, False]),
            equal("tokens: as many commas more", tokens[1].count(",") - tokens[0].count(","), 2),
            equal("tokens: all else the same", *([t for t in one if t != ","] for one in tokens)),
        ],
        {"message": faults[0], "second_only": faults[2]},
    )


@claim(
    r"With the commas, `Linear(120, 10)` still builds, and fails at the first image: flattened, the features "
    r"have length $16 \cdot 3 \cdot 3 = 144$. `Linear(144, 10)` runs.",
    answers=("s4.3.1.3",),
)
def length_is_144() -> Evidence:
    """By the size formulas, by Torch's message, by a run, and by trying every length."""
    side = pooling_size(convolution_size(pooling_size(convolution_size(32, 5), 4), 4, padding=1), 2)
    message = run_fault(build(source(length=120)))
    running = [length for length in range(100, 200) if not run_fault(build(source(length=length)))]
    return Evidence(
        [
            equal("by hand, 16 channels of 3 by 3", 16 * side * side, 144),
            equal("Torch names both shapes", "1x144 and 120x10" in message, True),
            equal("Torch, lengths from 100 to 199 that run", running, [144]),
        ],
        {"message": message, "length": 16 * side * side},
    )


def by_hand_layers() -> list[tuple[str, tuple[int, ...], int, int]]:
    """Return name, shape, weights and multiplications of each layer, by the formulas."""
    c_1 = convolution_size(32, 5)
    p_1 = pooling_size(c_1, 4)
    c_2 = convolution_size(p_1, 4, padding=1)
    p_2 = pooling_size(c_2, 2)
    return [
        ("Conv-1", (8, c_1, c_1), convolution_weights(1, 8, 5), 8 * c_1**2 * 25),
        ("AvgPool-1", (8, p_1, p_1), 0, 0),
        ("ReLU", (8, p_1, p_1), 0, 0),
        ("Conv-2", (16, c_2, c_2), convolution_weights(8, 16, 4), 16 * c_2**2 * 16 * 8),
        ("AvgPool-2", (16, p_2, p_2), 0, 0),
        ("ReLU", (16, p_2, p_2), 0, 0),
        ("Flatten", (16 * p_2**2,), 0, 0),
        ("Linear", (10,), (16 * p_2**2 + 1) * 10, 16 * p_2**2 * 10),
    ]


@claim(
    r"Layer by layer, $1 \times 32 \times 32$ becomes $8 \times 28 \times 28$, $8 \times 7 \times 7$, $16 "
    r"\times 6 \times 6$, $16 \times 3 \times 3$, 144 and 10 numbers, with $208 + 2064 + 1450 = 3722$ "
    r"weights.",
    answers=("s4.3.1.2", "s4.3.1.3"),
)
def layer_by_layer() -> Evidence:
    """The formulas against the mended code, run, and against the model's own parameters."""
    net, shapes, weights = build(source()), [], []
    values = torch.zeros(1, 1, 32, 32)
    for layer in net:
        values = layer(values)
        shapes.append(tuple(values.shape[1:]))
        weights.append(sum(one.numel() for one in layer.parameters()))
    by_hand = by_hand_layers()
    return Evidence(
        [
            equal("Torch, shapes", shapes, [shape for _, shape, _, _ in by_hand]),
            equal("Torch, weights", weights, [count for _, _, count, _ in by_hand]),
            equal("the model's parameters", sum(one.numel() for one in DigitNetwork().parameters()), 3722),
        ],
        {
            "total": sum(weights),
            "linear": weights[-1],
            "conv_1": weights[0],
            "conv_2": weights[3],
            "multiplications": [count for _, _, _, count in by_hand],
        },
    )


def feature_side(side: int) -> int:
    """Return the side of the last feature maps for images of this side, by the formulas; 0 if none fits."""
    try:
        return pooling_size(convolution_size(pooling_size(convolution_size(side, 5), 4), 4, padding=1), 2)
    except ValueError:
        return 0


@claim(
    r"The floors let more than one size through. The mended network runs on square images of side 32 to 39 "
    r"and on no other up to 64; at 39 three columns and rows are never read.",
    answers=("s4.3.1.3",),
)
def accepted_sides() -> Evidence:
    """Try every side in Torch and by the formulas; at 39 look for pixels without a gradient."""
    net = build(source())
    by_torch = [side for side in range(1, 65) if not run_fault(net, side)]
    by_hand = [side for side in range(1, 65) if feature_side(side) == 3]
    image = torch.rand(1, 1, 39, 39, generator=torch.Generator().manual_seed(0), requires_grad=True)
    ones = [nn.Conv2d(1, 1, 5), nn.AvgPool2d(4), nn.Conv2d(1, 1, 4, padding=1), nn.AvgPool2d(2)]
    with torch.no_grad():
        for layer in (ones[0], ones[2]):
            for one in layer.parameters():
                one.fill_(1.0)
    (graph,) = torch.autograd.grad(nn.Sequential(*ones)(image).sum(), image)
    read = int(graph[0, 0].any(dim=0).sum())
    return Evidence(
        [
            equal("Torch, sides that run", by_torch, list(range(32, 40))),
            equal("by hand, sides that give 3 by 3", by_hand, list(range(32, 40))),
            equal("autograd, columns of 39 that are read", read, 36),
        ],
        {"least": by_torch[0], "most": by_torch[-1], "read": read},
    )


def positions(order: Sequence[str]) -> list[int]:
    """Return where Torch's flattened features stand if axes are laid out in another order."""
    index = torch.arange(144).reshape(16, 3, 3)
    axes = {"channel": 0, "row": 1, "column": 2}
    return [int(one) for one in index.permute([axes[name] for name in order]).flatten()]


@claim(
    r"Torch keeps channels first and flattens them so: feature $(c, i, j)$ becomes number $9c + 3i + j$. "
    r"Written as $3 \times 3 \times 16$ and flattened in that order, the length is 144 as well, but 142 of "
    r"the 144 stand elsewhere: weights cannot be copied between the two orders.",
    answers=("s4.3.1.3",),
)
def flatten_order() -> Evidence:
    """By the index formula, by Torch's Flatten, and by logits when weights are copied all the same."""
    first = [9 * c + 3 * i + j for c in range(16) for i in range(3) for j in range(3)]
    net = DigitNetwork(dtype=torch.float64)
    images = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    features = net.layers(images)  # (4, 16, 3, 3)
    weight, bias = list(net.head.parameters())
    last = positions(("row", "column", "channel"))
    spoilt = features.flatten(1)[:, last] @ weight.T + bias
    mended = features.flatten(1)[:, last] @ weight[:, last].T + bias
    moved = sum(one != place for place, one in enumerate(last))
    return Evidence(
        [
            equal("by the formula", first, nn.Flatten(0)(torch.arange(144).reshape(16, 3, 3)).tolist()),
            equal("by hand, features that stand elsewhere", moved, 142),
            at_least("Torch, logits with weights copied", (spoilt - net(images)).abs().max().item(), 1e-3),
            close(
                "Torch, logits with weights in that order",
                (mended - net(images)).abs().max().item(),
                0,
                1e-12,
            ),
        ],
        {"moved": moved},
    )

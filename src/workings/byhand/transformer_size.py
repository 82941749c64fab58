r"""What a transformer of the 2017 kind costs: parameters, operations, and how far a signal travels.

Axes: ``N`` encoder layers and as many decoder layers, ``d_model``, ``d_ff``, ``n_head`` heads with ``d_k``
and ``d_v`` components each, ``vocab_size`` tokens, ``T`` tokens a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workings.byhand.arguments import positive, whole


def transformer_parameters(
    vocab_size: int,
    d_model: int = 512,
    d_ff: int = 2048,
    n_head: int = 8,
    n_layer: int = 6,
    d_k: int | None = None,
    d_v: int | None = None,
) -> dict[str, int]:
    r"""Count the parameters of the encoder-decoder of 2017, by part.

    Attention $h\,d\,(2 d_k + 2 d_v)$, three times a pair of layers; network
    $2 d\,d_\text{ff} + d_\text{ff} + d$, twice; norms $2d$, five times; one embedding $V d$ that both inputs
    and the output share. ``d_k`` and ``d_v`` are ``d_model / n_head`` unless given.

    Raises
    ------
    ValueError : a size below 1.

    Examples
    --------
    >>> from workings.byhand.transformer_size import transformer_parameters
    >>> parts = transformer_parameters(vocab_size=37_000)
    >>> print(parts)
    {'embedding': 18944000, 'attention': 18874368, 'network': 25196544, 'norms': 30720}
    >>> print(sum(parts.values()))
    63045632

    Source: Vaswani et al. 2017, sections 3.1 to 3.4; no biases in the projections, as in 3.2.2.
    """
    d, width, heads = whole(d_model, "d_model"), whole(d_ff, "d_ff"), whole(n_head, "n_head")
    key = whole(d // heads if d_k is None else d_k, "d_k")
    value = whole(d // heads if d_v is None else d_v, "d_v")
    pairs = whole(n_layer, "n_layer")
    return {
        "embedding": whole(vocab_size, "vocab_size") * d,
        "attention": 3 * pairs * heads * d * (2 * key + 2 * value),
        "network": 2 * pairs * (2 * d * width + width + d),
        "norms": 5 * pairs * 2 * d,
    }


def forward_operations(
    seq_len: int, vocab_size: int, d_model: int = 512, d_ff: int = 2048, n_layer: int = 6
) -> int:
    r"""Count the floating-point operations that one sentence pair costs, forward, in matrix products.

    A product with a weight costs $2$ operations a weight and token; attention adds $4 T^2 d$ a layer for its
    scores and its sums, in each of the three kinds. Source and target have ``seq_len`` tokens each.

    Examples
    --------
    >>> from workings.byhand.transformer_size import forward_operations
    >>> print(forward_operations(seq_len=25, vocab_size=37_000))
    3172249600

    Source: Kaplan et al. 2020, section 2.1, extended to encoder and decoder.
    """
    T, d = whole(seq_len, "seq_len"), whole(d_model, "d_model")
    weights = whole(n_layer, "n_layer") * (3 * 4 * d * d + 2 * 2 * d * whole(d_ff, "d_ff"))
    weights += whole(vocab_size, "vocab_size") * d  # the logits
    return 2 * T * weights + 3 * n_layer * 4 * T * T * d


def training_operations(hours: float, devices: int, flops: float) -> float:
    r"""Estimate a training run's operations as the 2017 paper does: time, devices, and their sustained speed.

    Examples
    --------
    >>> from workings.byhand.transformer_size import training_operations
    >>> print(f"{training_operations(hours=12, devices=8, flops=9.5e12):.1e}")
    3.3e+18

    Source: Vaswani et al. 2017, section 6.1 and footnote 5.
    """
    return positive(hours, "hours") * 3600 * whole(devices, "devices") * positive(flops, "flops")


def path_length(seq_len: int, offsets: Sequence[Iterable[int]]) -> int:
    r"""Count the layers that a signal from the first token needs to reach the last.

    Parameters
    ----------
    seq_len : T.
    offsets : for each layer, how far back a position looks (0 is itself); the last entry repeats.

    Raises
    ------
    ValueError : a layer that looks back at nothing but itself, and would do so for ever.

    Examples
    --------
    >>> from workings.byhand.transformer_size import path_length
    >>> attention, recurrence, convolution = [range(16)], [(0, 1)], [range(3)]
    >>> print([path_length(16, layer) for layer in (attention, recurrence, convolution)])
    [1, 15, 8]

    Source: Vaswani et al. 2017, section 4 and table 1.
    """
    last = whole(seq_len, "seq_len") - 1
    steps = [frozenset(one) for one in offsets]
    if not steps or max(steps[-1], default=0) < 1:
        raise ValueError(f"the last layer must look back by 1 or more, got offsets {list(offsets)}")
    reached, layers = {0}, 0
    while last not in reached:
        step = steps[min(layers, len(steps) - 1)]
        reached = {place + offset for place in reached for offset in step if place + offset <= last}
        layers += 1
    return layers

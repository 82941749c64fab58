"""How much of the input one entry of a deep layer can see."""

from __future__ import annotations

from collections.abc import Sequence

from workings.byhand.arguments import whole


def receptive_fields(layers: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int]]:
    r"""Follow the field, the jump and the start of a stack of layers, along one axis.

    $$r_l = r_{l-1} + d_l (k_l - 1)\, j_{l-1}, \qquad j_l = j_{l-1}\, s_l,
    \qquad a_l = a_{l-1} - p_l\, j_{l-1}$$

    from $r_0 = j_0 = 1$ and $a_0 = 0$. Output $i$ of layer $l$ sees the inputs $a_l + i j_l$ to
    $a_l + i j_l + r_l - 1$, less those that lie in padding. Gaps are counted in: what dilation skips, too.

    Parameters
    ----------
    layers : for each the kernel size $k$, the stride $s$, the padding $p$ and the dilation $d$.

    Returns $(r_l, j_l, a_l)$ after each layer.

    Examples
    --------
    >>> from workings.byhand.receptive_field import receptive_fields
    >>> print(receptive_fields([(5, 1, 0, 1), (4, 4, 0, 1), (4, 1, 1, 1), (2, 2, 0, 1)]))
    [(5, 1, 0), (8, 4, 0), (20, 4, -4), (24, 8, -4)]

    Source: Araujo, Norris and Sim 2019, who solve the recurrence from the last layer back.
    """
    field, jump, start = 1, 1, 0
    found = []
    for number, layer in enumerate(layers):
        if len(layer) != 4:
            raise ValueError(f"layers[{number}] must be (kernel, stride, padding, dilation), got {layer}")
        kernel, stride, padding, dilation = layer
        name = f"layers[{number}]"
        field += whole(dilation, f"{name} dilation") * (whole(kernel, f"{name} kernel") - 1) * jump
        start -= whole(padding, f"{name} padding", least=0) * jump
        jump *= whole(stride, f"{name} stride")
        found.append((field, jump, start))
    return found

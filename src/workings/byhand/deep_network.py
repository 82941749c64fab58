r"""A deep network with square layers, with and without skip connections, forward and back.

Axes: ``L`` layers, ``B`` examples, ``d`` units. Row vectors:
$h_l = s\,h_{l-1} + \alpha\,\varphi(h_{l-1} W_l)$, where $s$ is 1 with skip connections and 0 without.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole
from workings.byhand.recurrent import activate, slope


def layer_weights(L: int, d: int, gain: float = 1.0, seed: int = 0) -> np.ndarray:
    r"""Draw the weights of all layers, normal with variance $\text{gain}^2/d$.

    Gain 1 is Xavier's rule for square layers, gain $\sqrt2$ is He's, for ReLU.

    Examples
    --------
    >>> from workings.byhand.deep_network import layer_weights
    >>> W = layer_weights(L=3, d=100, gain=2**0.5)
    >>> print(W.shape, round(float(W.var() * 100), 1))
    (3, 100, 100) 2.0

    Source: Glorot and Bengio 2010, equation 12; He et al. 2015, equation 10.
    """
    drawn = np.random.default_rng(seed).normal(size=(whole(L, "L"), whole(d, "d"), d))
    scaled: np.ndarray = drawn * positive(gain, "gain") / np.sqrt(d)  # (L, d, d)
    return scaled


def deep_states(
    X: object, W: object, activation: str = "relu", *, skip: bool = False, scale: float = 1.0
) -> np.ndarray:
    r"""Run the layers and keep every state.

    $h_l = s\,h_{l-1} + \alpha\,\varphi(h_{l-1} W_l)$ with $h_0 = X$.

    Parameters
    ----------
    X : shape (B, d). W : shape (L, d, d). scale : $\alpha$. The result has shape (L + 1, B, d).

    Examples
    --------
    >>> from workings.byhand.deep_network import deep_states
    >>> print(deep_states([[1.0]], [[[0.5]], [[0.5]]]).ravel().tolist())
    [1.0, 0.5, 0.25]
    >>> print(deep_states([[1.0]], [[[0.5]], [[0.5]]], skip=True).ravel().tolist())
    [1.0, 1.5, 2.25]

    Source: He et al. 2016, equation 1, with one layer in each branch.
    """
    layers = real_array(W, "W", "L d d")
    states = [real_array(X, "X", "B d")]
    if layers.shape[1:] != (states[0].shape[1],) * 2:
        width = states[0].shape[1]
        raise ValueError(f"W must have shape (L, {width}, {width}), got {layers.shape}")
    for layer in layers:
        branch = positive(scale, "scale") * activate(states[-1] @ layer, activation)  # (B, d)
        states.append(branch + states[-1] if skip else branch)
    return np.array(states)  # (L + 1, B, d)


def deep_gradients(
    H: object, W: object, top: object, activation: str = "relu", *, skip: bool = False, scale: float = 1.0
) -> np.ndarray:
    r"""Carry a gradient from the last state back to the first, and keep it at every depth.

    $g_{l-1} = s\,g_l + \alpha\,(g_l \circ \varphi'(z_l))\, W_l^\top$: the first term is the identity path.

    Parameters
    ----------
    H : the states, shape (L + 1, B, d). W : shape (L, d, d). top : $g_L$, shape (B, d).

    Examples
    --------
    >>> from workings.byhand.deep_network import deep_gradients, deep_states
    >>> W = [[[0.5]], [[0.5]]]
    >>> print(deep_gradients(deep_states([[1.0]], W), W, [[1.0]]).ravel().tolist())
    [0.25, 0.5, 1.0]
    >>> H = deep_states([[1.0]], W, skip=True)
    >>> print(deep_gradients(H, W, [[1.0]], skip=True).ravel().tolist())
    [2.25, 1.5, 1.0]

    Source: He et al. 2016b, equation 5.
    """
    states, layers = real_array(H, "H", "L+1 B d"), real_array(W, "W", "L d d")
    gradients = [real_array(top, "top", "B d")]
    if len(states) != len(layers) + 1 or states.shape[1:] != gradients[0].shape:
        fitting = (len(layers) + 1, *gradients[0].shape)
        raise ValueError(f"H must have shape {fitting} to match W and top, got {states.shape}")
    for layer, below in zip(layers[::-1], states[-2::-1], strict=True):
        slopes = slope(activate(below @ layer, activation), activation)  # (B, d)
        through = positive(scale, "scale") * (gradients[-1] * slopes) @ layer.T
        gradients.append(through + gradients[-1] if skip else through)
    return np.array(gradients[::-1])  # (L + 1, B, d)

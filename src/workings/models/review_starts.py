"""Where an averaging network starts from: vectors learnt elsewhere, or naive Bayes itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from workings.data.symbols import Symbols
from workings.models.deep_averaging import DeepAveragingNetwork

SPREAD = 0.1


def learnt_table(symbols: Symbols, names: Mapping[str, int], vectors: np.ndarray) -> np.ndarray:
    """Return a table (V, d) with the vectors of the words that have one, scaled to a spread of 0.1, else 0.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.data.symbols import Symbols
    >>> from workings.models.review_starts import learnt_table
    >>> vectors = np.array([[2.0, -2.0], [-2.0, 2.0]])
    >>> print(learnt_table(Symbols(["new", "good"]), {"good": 0, "bad": 1}, vectors).tolist())
    [[0.0, 0.0], [0.1, -0.1], [0.0, 0.0]]
    """
    table = np.zeros((len(symbols), vectors.shape[1]))
    known = [(row, names[word]) for row, word in enumerate(symbols.tokens) if word in names]
    rows, places = np.array(known, dtype=np.int64).reshape(-1, 2).T
    table[rows] = vectors[places] * (SPREAD / vectors.std())
    return table


@torch.no_grad()
def start_from_table(model: DeepAveragingNetwork, table: np.ndarray) -> None:
    """Put a table (V, d) into a network."""
    model.words.weight.copy_(torch.from_numpy(table))


@torch.no_grad()
def start_as_bayes(model: DeepAveragingNetwork, weights: np.ndarray, scale: float = 10.0) -> None:
    """Let a network with a hidden layer start as naive Bayes: it scores ``scale`` times the mean log ratio.

    Component 0 of each word is its log ratio; two hidden units hand it through, one if it is positive, one if
    negative. All else starts small and may learn.
    """
    if model.hidden is None or len(model.hidden.weight) < 2:
        raise ValueError("the network needs a hidden layer of 2 units or more to hand the log ratio through")
    model.words.weight[:, 0] = torch.from_numpy(weights)
    model.words.weight[:, 1:] *= 0.2
    model.hidden.weight[:, 0] = 0
    model.hidden.weight[:2] = 0
    model.hidden.weight[0, 0], model.hidden.weight[1, 0] = 1, -1
    model.output.weight *= 0.1
    model.output.weight[0, 0], model.output.weight[0, 1] = scale, -scale


@torch.no_grad()
def scale_mean(model: DeepAveragingNetwork, scale: float) -> None:
    """Multiply the weights that read the mean by ``scale``: the mean of many random vectors is short."""
    (model.hidden or model.output).weight *= scale

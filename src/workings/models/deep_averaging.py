"""The deep averaging network in Torch: an embedding bag, a hidden layer or none, one score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.arguments import whole

Texts = Sequence[Sequence[int]] | Sequence[np.ndarray]


class DeepAveragingNetwork(nn.Module):
    """Average the words' vectors, pass the mean through rectified units, and score it.

    Axes: batch ``B``, words of all texts one after the other ``N``, vocabulary ``V``, ``d``, ``d_h``.

    Parameters
    ----------
    hidden : units; 0 for a linear model.

    Examples
    --------
    >>> import torch
    >>> from workings.models.deep_averaging import DeepAveragingNetwork
    >>> model = DeepAveragingNetwork(10, d=4, hidden=3)
    >>> print(tuple(model(torch.tensor([1, 2, 3, 9, 9]), torch.tensor([0, 3])).shape))  # two texts
    (2,)
    """

    def __init__(
        self, vocab_size: int, d: int, hidden: int, generator: torch.Generator | None = None
    ) -> None:
        """Draw small vectors and weights with the spread 1 / sqrt(inputs); biases start at 0."""
        super().__init__()
        self.words = nn.EmbeddingBag(whole(vocab_size, "vocab_size"), whole(d, "d"), mode="mean")
        width = whole(hidden, "hidden", 0)
        self.hidden = nn.Linear(d, width) if width else None
        self.output = nn.Linear(width or d, 1)
        nn.init.normal_(self.words.weight, std=0.1, generator=generator)
        for layer in (self.hidden, self.output):
            if layer is not None:
                nn.init.normal_(layer.weight, std=layer.in_features**-0.5, generator=generator)
                nn.init.zeros_(layer.bias)

    def forward(self, tokens: Tensor, starts: Tensor) -> Tensor:
        """Map words (N) and the places where texts start (B) to scores (B)."""
        mean = self.words(tokens, starts)  # (B, d)
        if self.hidden is not None:
            mean = torch.relu(self.hidden(mean))  # (B, d_h)
        score: Tensor = self.output(mean)[:, 0]
        return score


def bags(texts: Texts, device: torch.device | None = None) -> tuple[Tensor, Tensor]:
    """Return the words of all texts in a row (N), and where each text starts (B)."""
    lengths = [len(text) for text in texts]
    if not lengths or min(lengths) == 0:
        raise ValueError("every text needs a word, got one without, or no text")
    tokens = torch.from_numpy(np.concatenate([np.asarray(text, dtype=np.int64) for text in texts]))
    starts = torch.from_numpy(np.cumsum([0, *lengths[:-1]]))
    return tokens.to(device), starts.to(device)


def fit_reviews(
    model: DeepAveragingNetwork,
    texts: Texts,
    labels: Sequence[bool],
    epochs: int,
    batch: int = 64,
    learning_rate: float = 0.005,
    dropped: float = 0.3,
    decay: float = 0.0,
    seed: int = 0,
) -> list[float]:
    """Minimise the logistic loss with AdamW; return the mean loss of each epoch.

    ``dropped``: the share of words left out of each text each time (Iyyer et al. 2015, section 3.1).
    """
    rng, device = np.random.default_rng(seed), model.words.weight.device
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=decay, fused=True)
    targets, arrays = np.asarray(labels, dtype=np.float32), [np.asarray(text) for text in texts]
    means = []
    for _ in range(epochs):
        losses, order = [], rng.permutation(len(arrays))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            kept = [_drop(arrays[row], dropped, rng) for row in rows]
            scores = model(*bags(kept, device))
            wanted = torch.from_numpy(targets[rows]).to(device, scores.dtype)
            loss = nn.functional.binary_cross_entropy_with_logits(scores, wanted)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        means.append(float(np.mean(losses)))
    return means


def _drop(text: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    kept = text[rng.random(len(text)) >= share]
    return kept if len(kept) else text


@torch.no_grad()
def scores_of(model: DeepAveragingNetwork, texts: Texts) -> np.ndarray:
    """Return the score of each text, shape (B,): above 0 means positive."""
    found: np.ndarray = model(*bags(texts, model.words.weight.device)).double().cpu().numpy()
    return found

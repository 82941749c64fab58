"""The deep averaging network in Torch: an embedding bag, a hidden layer or none, one score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    sparse : let the gradient name only the rows of words that were read (for Adagrad).

    Examples
    --------
    >>> import torch
    >>> from workings.models.deep_averaging import DeepAveragingNetwork
    >>> model = DeepAveragingNetwork(10, d=4, hidden=3)
    >>> print(tuple(model(torch.tensor([1, 2, 3, 9, 9]), torch.tensor([0, 3])).shape))  # two texts
    (2,)
    """

    def __init__(
        self,
        vocab_size: int,
        d: int,
        hidden: int,
        generator: torch.Generator | None = None,
        *,
        sparse: bool = False,
    ) -> None:
        """Draw small vectors and weights with the spread 1 / sqrt(inputs); biases start at 0."""
        super().__init__()
        if sparse:
            torch.sparse.check_sparse_tensor_invariants.disable()  # said out loud: Torch warns otherwise
        size, components = whole(vocab_size, "vocab_size"), whole(d, "d")
        self.words = nn.EmbeddingBag(size, components, mode="mean", sparse=sparse)
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


@dataclass(frozen=True)
class Reviews:
    """Texts as numbers, and which of them are positive: what a training draws its batches from."""

    texts: Sequence[np.ndarray]
    labels: np.ndarray

    @classmethod
    def of(cls, texts: Texts, labels: Sequence[bool]) -> Reviews:
        """Take lists or arrays of numbers."""
        return cls([np.asarray(text, dtype=np.int64) for text in texts], np.asarray(labels, np.float32))

    def steps(self, batch: int) -> int:
        """How many batches an epoch has."""
        return -(-len(self.texts) // batch)


def review_loss(
    model: nn.Module,
    reviews: Reviews,
    step: int,
    batch: int = 64,
    dropped: float = 0.3,
    seed: int = 0,
    share: Callable[[Tensor], Tensor] = lambda rows: rows,
) -> Tensor:
    """Return the logistic loss of a step's batch; what it draws, it draws by ``seed`` and ``step`` alone.

    Each epoch reads all reviews once in an order of its own. ``dropped``: the share of words left out of each
    text each time (Iyyer et al. 2015, section 3.1). ``share`` takes the rows that are scored here.
    """
    epoch, place = divmod(step, reviews.steps(batch))
    order = np.random.default_rng([seed, 0, epoch]).permutation(len(reviews.texts))
    rows = order[place * batch : (place + 1) * batch]
    rng = np.random.default_rng([seed, 1, step])
    device = next(model.parameters()).device
    left = [_drop(reviews.texts[row], dropped, rng) for row in rows]  # drawn for all: shares agree
    mine = share(torch.arange(len(rows))).numpy()
    scores = model(*bags([left[place] for place in mine], device))
    wanted = torch.from_numpy(reviews.labels[rows[mine]]).to(device, scores.dtype)
    return nn.functional.binary_cross_entropy_with_logits(scores, wanted)


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
    """Minimise the logistic loss with AdamW; return the mean loss of each epoch."""
    reviews = Reviews.of(texts, labels)
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=decay, fused=True)
    losses = []
    for step in range(epochs * reviews.steps(batch)):
        loss = review_loss(model, reviews, step, batch, dropped, seed)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return [float(np.mean(one)) for one in np.array_split(losses, epochs)]


def _drop(text: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    kept = text[rng.random(len(text)) >= share]
    return kept if len(kept) else text


@torch.no_grad()
def scores_of(model: DeepAveragingNetwork, texts: Texts) -> np.ndarray:
    """Return the score of each text, shape (B,): above 0 means positive."""
    found: np.ndarray = model(*bags(texts, model.words.weight.device)).double().cpu().numpy()
    return found

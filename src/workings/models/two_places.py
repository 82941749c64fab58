"""A task that needs two looks at once: say which tokens stand at two places of a sequence."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from workings.models.device import device
from workings.models.heads import MultiHeadAttention

PLACES = (1, 4)
SEQ_LEN, VOCAB_SIZE = 6, 8


class TwoPlaces(nn.Module):
    """One learned query looks at six tokens once; a linear layer reads two tokens off its output.

    Positions are added to what the keys see. The values see the tokens alone, as with rotary and relative
    positions, unless ``positions_in_values``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.two_places import TwoPlaces
    >>> print(tuple(TwoPlaces(n_head=2, d_model=8)(torch.tensor([[0, 1, 2, 3, 4, 5]])).shape))
    (1, 2, 8)
    """

    def __init__(self, n_head: int, d_model: int = 32, *, positions_in_values: bool = False) -> None:
        """Draw tokens, positions, the query, the attention and the readout."""
        super().__init__()
        self.positions_in_values = positions_in_values
        self.tokens = nn.Embedding(VOCAB_SIZE, d_model)
        self.positions = nn.Parameter(torch.randn(SEQ_LEN, d_model))
        self.attention = MultiHeadAttention(d_model, n_head)
        self.query = nn.Parameter(torch.randn(1, 1, d_model))
        self.readout = nn.Linear(d_model, 2 * VOCAB_SIZE)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, 6) to logits (B, 2, vocab_size), one row a place."""
        content = self.tokens(tokens)  # (B, T, d_model)
        placed = content + self.positions  # (B, T, d_model)
        query = self.query.expand(len(tokens), -1, -1)  # (B, 1, d_model)
        seen = self.attention(
            query, placed, placed if self.positions_in_values else content
        )  # (B, 1, d_model)
        logits: Tensor = self.readout(seen).reshape(-1, 2, VOCAB_SIZE)
        return logits

    def look(self, tokens: Tensor) -> Tensor:
        """Return where each head looks, the mean over the batch: shape (n_head, T)."""
        query = self.query.expand(len(tokens), -1, -1)  # (B, 1, d_model)
        weights = self.attention.weights(query, self.tokens(tokens) + self.positions)  # (B, n_head, 1, T)
        return weights.mean(dim=0)[:, 0]


@dataclass(frozen=True)
class Trained:
    """What training came to: the model, how often it was right, and its loss step by step."""

    model: TwoPlaces
    both_right: float
    each_right: list[float]
    losses: list[float]
    look: list[list[float]]


def train_two_places(
    n_head: int,
    seed: int,
    *,
    d_model: int = 32,
    steps: int = 300,
    positions_in_values: bool = False,
    twins: bool = False,
    rate: float = 0.01,
) -> Trained:
    """Train on random sequences with Adam; ``twins`` starts all heads with the weights of the first.

    Accuracy is measured on 4096 fresh sequences. Takes about half a second.
    """
    where = device()
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = TwoPlaces(n_head, d_model, positions_in_values=positions_in_values)
    if twins:
        _make_twins(model.attention)
    model.to(where)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        tokens = torch.randint(VOCAB_SIZE, (128, SEQ_LEN), generator=generator).to(where)
        loss = cross_entropy(model(tokens).flatten(0, 1), tokens[:, PLACES].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    tokens = torch.randint(VOCAB_SIZE, (4096, SEQ_LEN), generator=generator).to(where)
    with torch.no_grad():
        right = (model(tokens).argmax(dim=-1) == tokens[:, PLACES]).double()  # (B, 2)
        look = model.look(tokens[:256]).tolist()
    both, each = right.prod(dim=1).mean().item(), right.mean(dim=0).tolist()
    return Trained(model, both, each, losses, look)


def _make_twins(layer: MultiHeadAttention) -> None:
    """Give every head the first head's weights, the rows of W_O that read it included."""
    width, copies = layer.d_model // layer.n_head, layer.n_head
    with torch.no_grad():
        for part in (layer.query, layer.key, layer.value):
            part.weight.copy_(part.weight[:width].repeat(copies, 1))
        layer.output.weight.copy_(layer.output.weight[:, :width].repeat(1, copies))

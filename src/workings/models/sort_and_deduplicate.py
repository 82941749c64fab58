"""A small causal transformer that reads symbols and writes them sorted, each once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from workings.byhand.arguments import whole
from workings.byhand.positions import sinusoidal_encoding
from workings.data.sort_and_deduplicate import IGNORED, encode
from workings.models.transformer import TransformerBlock

POSITIONS = ("none", "learned", "sinusoidal")


class SortingTransformer(nn.Module):
    """A decoder-only transformer over ``n_symbols`` symbols, START and STOP.

    Axes: batch ``B``, ``T`` tokens, ``d_model``, ``n_head``; the vocabulary is ``n_symbols + 2``.

    Parameters
    ----------
    d_ff : width of each block's network; 0 for attention alone.
    positions : ``"none"``, ``"learned"`` (an embedding of each place below ``max_len``) or ``"sinusoidal"``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sort_and_deduplicate import SortingTransformer
    >>> model = SortingTransformer(n_symbols=4, d_model=8, n_head=2, n_layer=1)
    >>> print(tuple(model(torch.tensor([[3, 0, 0, 4, 0, 3]])).shape))
    (1, 6, 6)
    """

    def __init__(
        self,
        n_symbols: int,
        d_model: int = 16,
        n_head: int = 1,
        n_layer: int = 1,
        d_ff: int = 0,
        positions: str = "none",
        max_len: int = 64,
        device: torch.device | str | None = None,
    ) -> None:
        """Draw embeddings, blocks, the last norm and the output layer as Torch does."""
        super().__init__()
        if positions not in POSITIONS:
            raise ValueError(f"positions must be one of {', '.join(POSITIONS)}, got {positions!r}")
        self.n_symbols = whole(n_symbols, "n_symbols")
        self.embedding = nn.Embedding(n_symbols + 2, d_model, device=device)
        if positions == "learned":
            self.places: Tensor | None = nn.Parameter(torch.randn(max_len, d_model, device=device))
        else:
            table = sinusoidal_encoding(max_len, d_model) if positions == "sinusoidal" else None
            kept = None if table is None else torch.tensor(table, dtype=torch.float32, device=device)
            self.register_buffer("places", kept)
        self.blocks = nn.ModuleList(
            TransformerBlock(d_model, n_head, d_ff, causal=True, device=device)
            for _ in range(whole(n_layer, "n_layer"))
        )
        self.norm = nn.LayerNorm(d_model, device=device)
        self.output = nn.Linear(d_model, n_symbols + 2, device=device)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to logits (B, T, n_symbols + 2) of the token that comes after each."""
        X = self.embedding(tokens)  # (B, T, d_model)
        if self.places is not None:
            X = X + self.places[: tokens.shape[1]]
        for block in self.blocks:
            X = block(X)
        logits: Tensor = self.output(self.norm(X))
        return logits

    @torch.no_grad()
    def write(self, symbols: Sequence[int]) -> list[int]:
        """Decode greedily: read the symbols and START, write until STOP (or ``n_symbols + 1`` tokens)."""
        tokens, start, stop = [*symbols, self.n_symbols], len(symbols) + 1, self.n_symbols + 1
        device = self.embedding.weight.device
        while tokens[-1] != stop and len(tokens) < start + stop:
            tokens.append(int(self(torch.tensor([tokens], device=device))[0, -1].argmax()))
        return [token for token in tokens[start:] if token != stop]


def train(
    model: SortingTransformer,
    inputs: np.ndarray,
    targets: np.ndarray,
    steps: int,
    batch: int = 32,
    learning_rate: float = 0.02,
    seed: int = 0,
) -> list[float]:
    """Minimise the mean cross-entropy of the output tokens with teacher forcing; return the losses.

    ``inputs`` and ``targets``, shape (count, T), are laid out as by ``encode``. AdamW with a one-cycle
    schedule; batches are drawn with replacement by a generator of their own.
    """
    device = model.embedding.weight.device
    tokens, wanted = torch.from_numpy(inputs).to(device), torch.from_numpy(targets).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    rng, losses = np.random.default_rng(seed), []
    for _ in range(steps):
        rows = torch.from_numpy(rng.integers(len(inputs), size=batch)).to(device)
        logits = model(tokens[rows])  # (batch, T, n_symbols + 2)
        loss = cross_entropy(logits.flatten(0, 1), wanted[rows].flatten(), ignore_index=IGNORED)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@torch.no_grad()
def exact_match(model: SortingTransformer, sequences: Sequence[Sequence[int]]) -> float:
    """Return the share of sequences whose whole output is right, STOP included, when decoded greedily.

    One pass with teacher forcing tells: greedy decoding is right exactly if every place, given the right
    tokens before it, prefers the right next token.
    """
    inputs, targets = (torch.from_numpy(array) for array in encode(sequences, model.n_symbols))
    chosen = model(inputs.to(model.embedding.weight.device)).argmax(dim=-1).cpu()  # (B, T)
    right = ((chosen == targets) | (targets == IGNORED)).all(dim=1)  # (B,)
    return float(right.float().mean())

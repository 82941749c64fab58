"""A decoder-only transformer over characters, and two recipes that train it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import AdamW, Muon, Optimizer

from workings.byhand.arguments import whole
from workings.models.transformer import TransformerBlock


@dataclass(frozen=True)
class Sizes:
    """The sizes of a character transformer; as they stand, those of nanoGPT's small setting."""

    vocab_size: int
    block_size: int = 64
    d_model: int = 128
    n_head: int = 4
    n_layer: int = 4
    dropout: float = 0.0


class CharacterTransformer(nn.Module):
    r"""Predict each next character from at most ``block_size`` before it.

    $x = E[t] + P$, then ``n_layer`` pre-norm blocks, a norm, and scores against the same table $E$ that
    looked the characters up (tied weights: Press and Wolf 2017).

    Axes: batch ``B``, ``T`` characters, ``d_model``, ``vocab_size``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.character_transformer import CharacterTransformer, Sizes
    >>> model = CharacterTransformer(Sizes(vocab_size=11, d_model=8, n_head=2, n_layer=2))
    >>> print(tuple(model(torch.zeros(3, 5, dtype=torch.long)).shape))
    (3, 5, 11)

    Source: Radford et al. 2019, section 2.3; without biases, as in Karpathy 2022 (nanoGPT).
    """

    def __init__(self, sizes: Sizes, seed: int = 0) -> None:
        """Draw every matrix with deviation 0.02, those whose products are added to the stream with less.

        Less by sqrt(2 n_layer), the root of how many are added.
        """
        super().__init__()
        whole(sizes.n_layer, "n_layer")
        self.sizes = sizes
        self.characters = nn.Embedding(whole(sizes.vocab_size, "vocab_size"), sizes.d_model)
        self.positions = nn.Embedding(whole(sizes.block_size, "block_size"), sizes.d_model)
        self.blocks = nn.ModuleList(
            TransformerBlock(sizes.d_model, sizes.n_head, causal=True, dropout=sizes.dropout)
            for _ in range(sizes.n_layer)
        )
        self.norm = nn.LayerNorm(sizes.d_model)
        self.dropout = nn.Dropout(sizes.dropout)
        for part in self.modules():
            if getattr(part, "bias", None) is not None:
                part.register_parameter("bias", None)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if weight.ndim == 2:
                    added = name.endswith(("output.weight", "network.3.weight"))
                    spread = 0.02 / math.sqrt(2 * sizes.n_layer) if added else 0.02
                    weight.copy_(torch.randn(weight.shape, generator=generator) * spread)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map characters (B, T) to scores of the next (B, T, vocab_size)."""
        X = self.embedded(tokens)  # (B, T, d_model)
        for block in self.blocks:
            X = block(X)
        scores: Tensor = self.norm(X) @ self.characters.weight.T  # (B, T, vocab_size)
        return scores

    def embedded(self, tokens: Tensor) -> Tensor:
        """Look up characters (B, T) and their places: what enters the first block, (B, T, d_model)."""
        if tokens.ndim != 2 or not 0 < tokens.shape[1] <= self.sizes.block_size:
            wanted = f"(B, T) with T from 1 to {self.sizes.block_size}"
            raise ValueError(f"tokens must have shape {wanted}, got {tuple(tokens.shape)}")
        places = torch.arange(tokens.shape[1], device=tokens.device)
        X: Tensor = self.dropout(self.characters(tokens) + self.positions(places))
        return X

    @torch.no_grad()
    def weights(self, tokens: Tensor) -> Tensor:
        """Return every head's attention weights for characters (B, T): (n_layer, B, n_head, T, T)."""
        X, found = self.embedded(tokens), []
        for block in self.layers():
            found.append(block.attention.weights(block.norm(X)))
            X = block(X)
        return torch.stack(found)

    def layers(self) -> list[TransformerBlock]:
        """Give the blocks, first to last."""
        return [block for block in self.blocks if isinstance(block, TransformerBlock)]


@dataclass(frozen=True)
class Recipe:
    """How to train: the optimizer and the learning rate of each step, as a factor of its peak."""

    optimizers: tuple[Optimizer, ...]
    factor: Callable[[int], float]
    max_norm: float = 0.0


def adamw_recipe(model: CharacterTransformer, steps: int, peak: float = 1e-3) -> Recipe:
    """AdamW as nanoGPT runs it: warm-up over 100 steps, then a cosine from the peak down to a tenth of it."""
    matrices = [weight for weight in model.parameters() if weight.ndim > 1]
    others = [weight for weight in model.parameters() if weight.ndim < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    warm = min(100, steps)

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return 0.1 + 0.45 * (1 + math.cos(math.pi * (step - warm) / max(steps - warm, 1)))

    return Recipe((AdamW(groups, lr=peak, betas=(0.9, 0.99), fused=True),), factor, max_norm=1.0)


def muon_recipe(model: CharacterTransformer, steps: int) -> Recipe:
    r"""Muon for the blocks' matrices, AdamW for tables and norms; the rate falls to zero.

    Muon replaces a matrix's averaged gradient $G = U \Sigma V^\top$ by $U V^\top$, about: every direction
    of the matrix moves as far as any other.

    Source: Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/.
    """
    blocks = [weight for weight in model.blocks.parameters() if weight.ndim == 2]
    inside = {id(weight) for weight in blocks}
    others = [weight for weight in model.parameters() if id(weight) not in inside]
    muon = Muon(blocks, lr=0.02, weight_decay=0.1, momentum=0.95)
    adamw = AdamW(others, lr=5e-3, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    warm, flat = min(30, steps), 0.4 * steps

    def factor(step: int) -> float:
        return min((step + 1) / warm, 1.0, (steps - step) / (steps - flat))

    return Recipe((muon, adamw), factor)


def random_blocks(
    text: Tensor, block_size: int, count: int, seed: int | Sequence[int]
) -> tuple[Tensor, Tensor]:
    """Draw ``count`` pieces of a text (N,) and what follows each character: both (count, block_size).

    Examples
    --------
    >>> import torch
    >>> from workings.models.character_transformer import random_blocks
    >>> inputs, targets = random_blocks(torch.arange(100), block_size=4, count=2, seed=0)
    >>> print(torch.equal(inputs + 1, targets), tuple(inputs.shape))
    True (2, 4)
    """
    starts = np.random.default_rng(seed).integers(len(text) - block_size, size=(count, 1))
    places = (torch.from_numpy(starts) + torch.arange(block_size)).to(text.device)  # (count, block_size)
    return text[places], text[places + 1]


def next_loss(model: nn.Module, inputs: Tensor, targets: Tensor, half: bool = False) -> Tensor:
    """Return the mean loss a character of blocks (B, T), in nats.

    ``half``: multiply matrices in bfloat16, which has 8 significant bits where float32 has 24. Weights,
    sums, norms and the loss itself stay in float32.
    """
    with torch.autocast(inputs.device.type, torch.bfloat16, enabled=half):
        scores = model(inputs)  # (B, T, vocab_size)
    return cross_entropy(scores.float().flatten(0, 1), targets.flatten())


def mean_loss(model: CharacterTransformer, text: Tensor, at_once: int = 256) -> float:
    """Return the mean loss a character over a whole text (N,), cut into blocks that do not overlap."""
    size = model.sizes.block_size
    count = (len(text) - 1) // size
    inputs, targets = text[: count * size].view(count, size), text[1 : count * size + 1].view(count, size)
    with torch.no_grad():
        parts = [
            cross_entropy(model(some).flatten(0, 1), others.flatten(), reduction="sum").item()
            for some, others in zip(inputs.split(at_once), targets.split(at_once), strict=True)
        ]
    return sum(parts) / targets.numel()


def sampled_loss(
    model: CharacterTransformer, text: Tensor, count: int, seed: int = 0, at_once: int = 256
) -> dict[str, float]:
    """Estimate the mean loss a character by ``count`` blocks drawn at random; and its standard error."""
    inputs, targets = random_blocks(text, model.sizes.block_size, count, seed)
    with torch.no_grad():
        losses = torch.cat(
            [
                cross_entropy(model(some).transpose(1, 2), others, reduction="none").mean(1)
                for some, others in zip(inputs.split(at_once), targets.split(at_once), strict=True)
            ]
        )  # (count,)
    return {"mean": losses.mean().item(), "error": losses.std().item() / count**0.5}


def write_text(model: CharacterTransformer, first: Tensor, length: int, seed: int = 0) -> Tensor:
    """Draw ``length`` characters after the first ones (T,); return them, shape (length,)."""
    generator = torch.Generator().manual_seed(seed)
    text = first[None]
    with torch.no_grad():
        for _ in range(length):
            scores = model(text[:, -model.sizes.block_size :])[:, -1].cpu()
            drawn = torch.multinomial(torch.softmax(scores, dim=-1), 1, generator=generator)
            text = torch.cat([text, drawn.to(text.device)], dim=1)
    return text[0, len(first) :]

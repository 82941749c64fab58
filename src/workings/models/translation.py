"""Translators: an encoder that writes each place of the target by itself, and an encoder with a decoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.arguments import whole
from workings.byhand.positions import sinusoidal_encoding
from workings.data.pairs import END, PAD, START
from workings.models.device import device
from workings.models.transformer import TransformerBlock


class Embedding(nn.Module):
    """Token vectors plus sinusoidal positions.

    Parameters
    ----------
    table : vectors to start from, shape (vocab_size, d_model); drawn with variance 1 unless given.
    frozen : keep them as they are.

    Examples
    --------
    >>> import torch
    >>> from workings.models.translation import Embedding
    >>> print(tuple(Embedding(10, 8, max_len=6)(torch.zeros(2, 5, dtype=torch.long)).shape))
    (2, 5, 8)
    """

    places: Tensor

    def __init__(
        self,
        vocab_size: int,
        d_model: int,
        max_len: int,
        table: np.ndarray | None = None,
        frozen: bool = False,
    ) -> None:
        """Draw or copy the vectors; positions are not trained."""
        super().__init__()
        self.tokens = nn.Embedding(whole(vocab_size, "vocab_size"), whole(d_model, "d_model"))
        if table is not None:
            if table.shape != (vocab_size, d_model):
                raise ValueError(f"table must have shape {(vocab_size, d_model)}, got {table.shape}")
            self.tokens.weight.data.copy_(torch.from_numpy(table))
        self.tokens.weight.requires_grad_(not frozen)
        encoding = sinusoidal_encoding(max_len, d_model)
        self.register_buffer("places", torch.tensor(encoding, dtype=torch.get_default_dtype()))

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to vectors (B, T, d_model)."""
        vectors: Tensor = self.tokens(tokens) + self.places[: tokens.shape[1]]
        return vectors


class EncoderTranslator(nn.Module):
    """Read the source, padded to ``max_len`` places, and write a target token at each place, all at once.

    No output sees another: what is written at one place cannot depend on what is written at the next.

    Axes: batch ``B``, ``T = max_len`` places, ``d_model``, target vocabulary ``V``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.translation import EncoderTranslator
    >>> model = EncoderTranslator(20, 30, d_model=8, n_head=2, n_layer=1, max_len=7)
    >>> print(tuple(model(torch.zeros(3, 7, dtype=torch.long)).shape))
    (3, 7, 30)
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int = 32,
        n_head: int = 4,
        n_layer: int = 1,
        d_ff: int | None = None,
        max_len: int = 12,
        dropout: float = 0.0,
        table: np.ndarray | None = None,
        frozen: bool = False,
    ) -> None:
        """Draw embedding, blocks, the last norm and the output layer."""
        super().__init__()
        self.max_len = whole(max_len, "max_len")
        self.embedding = Embedding(source_size, d_model, max_len, table, frozen)
        self.blocks = nn.ModuleList(
            TransformerBlock(d_model, n_head, d_ff, dropout=dropout) for _ in range(whole(n_layer, "n_layer"))
        )
        self.norm = nn.LayerNorm(d_model)
        self.output = nn.Linear(d_model, target_size)

    def forward(self, source: Tensor) -> Tensor:
        """Map source tokens (B, T) to logits (B, T, V). Padding is read too: it is where more is written."""
        X = self.embedding(source)  # (B, T, d_model)
        for block in self.blocks:
            X = block(X)
        logits: Tensor = self.output(self.norm(X))
        return logits

    @torch.no_grad()
    def attention_map(self, source: Tensor) -> Tensor:
        """Return the last block's weights, shape (B, n_head, T, T): from places written to places read."""
        X = self.embedding(source)  # (B, T, d_model)
        for block in self.blocks[:-1]:
            X = block(X)
        last: TransformerBlock = self.blocks[-1]  # type: ignore[assignment]
        return last.attention.weights(last.norm(X))


class EncoderDecoderTranslator(nn.Module):
    """Read the source, then write the target token by token, each seeing the ones before it.

    Axes: batch ``B``, ``T_s`` and ``T_t`` tokens, ``d_model``, target vocabulary ``V``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.translation import EncoderDecoderTranslator
    >>> model = EncoderDecoderTranslator(20, 30, d_model=8, n_head=2, n_layer=1, max_len=9)
    >>> source, written = torch.ones(3, 7, dtype=torch.long), torch.ones(3, 4, dtype=torch.long)
    >>> print(tuple(model(source, written).shape))
    (3, 4, 30)

    Source: Vaswani et al. 2017, section 3, with norms first.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int = 32,
        n_head: int = 4,
        n_layer: int = 1,
        d_ff: int | None = None,
        max_len: int = 12,
        dropout: float = 0.0,
    ) -> None:
        """Draw two embeddings, ``n_layer`` blocks a side, two last norms and the output layer."""
        super().__init__()
        self.max_len = whole(max_len, "max_len")
        self.source = Embedding(source_size, d_model, max_len)
        self.target = Embedding(target_size, d_model, max_len)
        layers = range(whole(n_layer, "n_layer"))
        self.encoder = nn.ModuleList(TransformerBlock(d_model, n_head, d_ff, dropout=dropout) for _ in layers)
        self.decoder = nn.ModuleList(
            TransformerBlock(d_model, n_head, d_ff, causal=True, cross=True, dropout=dropout) for _ in layers
        )
        self.memory_norm, self.norm = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.output = nn.Linear(d_model, target_size)

    def encode(self, source: Tensor) -> Tensor:
        """Map source tokens (B, T_s) to the memory (B, T_s, d_model)."""
        present, X = source != PAD, self.source(source)
        for block in self.encoder:
            X = block(X, present=present)
        memory: Tensor = self.memory_norm(X)
        return memory

    def decode(self, written: Tensor, memory: Tensor, source: Tensor) -> Tensor:
        """Map tokens written so far (B, T_t) to logits (B, T_t, V) of the next ones."""
        X = self.target(written)  # (B, T_t, d_model)
        for block in self.decoder:
            X = block(X, memory=memory, memory_present=source != PAD)
        logits: Tensor = self.output(self.norm(X))
        return logits

    def forward(self, source: Tensor, written: Tensor) -> Tensor:
        """Map source (B, T_s) and target tokens so far (B, T_t) to logits (B, T_t, V)."""
        return self.decode(written, self.encode(source), source)

    @torch.no_grad()
    def attention_map(self, source: Tensor, written: Tensor) -> Tensor:
        """Return the last decoder block's weights on the source, shape (B, n_head, T_t, T_s).

        Row $t$ belongs to the step that reads token $t$ of ``written`` and predicts the next. No padding.
        """
        memory, X = self.encode(source), self.target(written)
        for block in self.decoder[:-1]:
            X = block(X, memory=memory)
        last: TransformerBlock = self.decoder[-1]  # type: ignore[assignment]
        if last.cross is None or last.cross_norm is None:
            raise ValueError("the decoder's blocks must attend to a memory")
        X = X + last.attention(last.norm(X))
        return last.cross.weights(last.cross_norm(X), memory)


def batch_of(sentences: Sequence[Sequence[int]], length: int | None = None) -> Tensor:
    """Pad token numbers to one length, on the chosen device: shape (B, T).

    Examples
    --------
    >>> from workings.models.translation import batch_of
    >>> print(batch_of([[5, 6], [7]], 3).tolist())
    [[5, 6, 0], [7, 0, 0]]
    """
    size = max(map(len, sentences)) if length is None else length
    if any(len(one) > size for one in sentences):
        raise ValueError(f"sentences must have {size} tokens or fewer, got {max(map(len, sentences))}")
    rows = [[*one, *[PAD] * (size - len(one))] for one in sentences]
    return torch.tensor(rows, dtype=torch.long, device=device())


def framed(sentences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return what a decoder reads (start first) and what it must write (end last), shape (B, T + 1) each.

    Examples
    --------
    >>> from workings.models.translation import framed
    >>> read, write = framed([[5, 6], [7]])
    >>> print(read.tolist(), write.tolist())
    [[1, 5, 6], [1, 7, 0]] [[5, 6, 2], [7, 2, 0]]
    """
    return batch_of([[START, *one] for one in sentences]), batch_of([[*one, END] for one in sentences])

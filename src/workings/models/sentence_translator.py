"""An encoder-decoder for real sentences: one table for what is read and what is written, in bfloat16."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import AdamW, Muon, Optimizer

from workings.byhand.beam_search import Found, length_penalty
from workings.data.pairs import END, PAD, START, Pair
from workings.models.device import device
from workings.models.transformer import PaddedAttention, TransformerBlock
from workings.models.translating import Languages, token_logs, translate
from workings.models.translation import Embedding, EncoderDecoderTranslator, batch_of


@dataclass(frozen=True)
class TranslatorSizes:
    """The sizes of a translator of real sentences."""

    source_size: int
    target_size: int
    d_model: int = 192
    n_head: int = 4
    n_layer: int = 2
    d_ff: int = 384
    max_len: int = 48
    dropout: float = 0.0


class ScaledEmbedding(Embedding):
    r"""Token vectors times $\sqrt{d_\text{model}}$, plus positions, with dropout.

    Drawn with variance $1 / d_\text{model}$, so that the same table can give logits of a size near 1.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sentence_translator import ScaledEmbedding
    >>> layer = ScaledEmbedding(100, 64, max_len=6, dropout=0.0, generator=torch.Generator().manual_seed(0))
    >>> print(round(8 * layer.tokens.weight.detach().std().item(), 1))
    1.0

    Source: Vaswani et al. 2017, section 3.4.
    """

    def __init__(
        self, vocab_size: int, d_model: int, max_len: int, dropout: float, generator: torch.Generator
    ) -> None:
        """Draw the table."""
        super().__init__(vocab_size, d_model, max_len)
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            drawn = torch.randn(vocab_size, d_model, generator=generator)
            self.tokens.weight.copy_(drawn / math.sqrt(d_model))

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to vectors (B, T, d_model)."""
        scaled = self.tokens(tokens) * math.sqrt(self.tokens.embedding_dim)  # (B, T, d_model)
        vectors: Tensor = self.dropout(scaled + self.places[: tokens.shape[1]])
        return vectors


class ShortAttention(PaddedAttention):
    """The same attention with its weights written out, which for few tokens in bfloat16 is the faster way.

    On a CPU, Torch's fused kernel takes several times as long forward and backward for sentences of ten
    tokens. With ``fused`` set, as on CUDA, this is :class:`PaddedAttention`.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sentence_translator import ShortAttention
    >>> layer, X = ShortAttention(d_model=4, n_head=2), torch.randn(1, 3, 4)
    >>> present = torch.tensor([[True, True, False]])
    >>> fused = layer(X, present=present)
    >>> layer.fused = False
    >>> print(torch.allclose(layer(X, present=present), fused, atol=1e-6))
    True
    """

    def forward(
        self,
        X: Tensor,
        memory: Tensor | None = None,
        content: Tensor | None = None,
        present: Tensor | None = None,
    ) -> Tensor:
        """Map tokens (B, T_q, d_model) to outputs of that shape; ``present`` (B, T_k), false for padding."""
        if present is None or self.fused or self.causal:
            return super().forward(X, memory, content, present)
        answering = X if memory is None else memory
        V = self._split(self.value(answering if content is None else content))  # (B, n_head, T_k, d_head)
        Q, K = self._split(self.query(X)), self._split(self.key(answering))
        scores = Q @ K.transpose(-2, -1) / Q.shape[-1] ** 0.5  # (B, n_head, T_q, T_k)
        scores = scores.masked_fill(~present[:, None, None, :], -torch.inf)
        return self._join(torch.softmax(scores, dim=-1) @ V)  # (B, T_q, d_model)


class SentenceTranslator(EncoderDecoderTranslator):
    r"""Read a sentence, write its translation piece by piece; logits come from the table of target pieces.

    Axes: batch ``B``, ``T_s`` and ``T_t`` pieces, ``d_model``, target vocabulary ``V``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sentence_translator import SentenceTranslator, TranslatorSizes
    >>> model = SentenceTranslator(TranslatorSizes(20, 30, d_model=8, n_head=2, d_ff=16))
    >>> source, written = torch.ones(3, 7, dtype=torch.long), torch.ones(3, 4, dtype=torch.long)
    >>> print(tuple(model(source, written).shape), hasattr(model.output, "weight"))
    (3, 4, 30) False

    Source: Vaswani et al. 2017, section 3, norms first; tied tables: Press and Wolf 2017.
    """

    def __init__(self, sizes: TranslatorSizes, seed: int = 0) -> None:
        """Draw everything by one seed."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            super().__init__(
                sizes.source_size,
                sizes.target_size,
                sizes.d_model,
                sizes.n_head,
                sizes.n_layer,
                sizes.d_ff,
                sizes.max_len,
                sizes.dropout,
            )
            for block in (*self.encoder, *self.decoder):
                _shorten(block, sizes)
            generator = torch.Generator().manual_seed(seed)
            rest = (sizes.d_model, sizes.max_len, sizes.dropout, generator)
            self.source = ScaledEmbedding(sizes.source_size, *rest)
            self.target = ScaledEmbedding(sizes.target_size, *rest)
        self.output = nn.Identity()  # type: ignore[assignment]
        self.sizes = sizes

    def decode(self, written: Tensor, memory: Tensor, source: Tensor) -> Tensor:
        """Map pieces written so far (B, T_t) to logits (B, T_t, V) of the next ones."""
        X = super().decode(written, memory, source)  # (B, T_t, d_model): the output layer does nothing
        logits: Tensor = nn.functional.linear(X, self.target.tokens.weight)  # (B, T_t, V)
        return logits


def _shorten(block: nn.Module, sizes: TranslatorSizes) -> None:
    """Give a block attention that is quick on short sentences."""
    if not isinstance(block, TransformerBlock):
        raise TypeError(f"a block must be a TransformerBlock, got {type(block).__name__}")
    fused = device().type == "cuda"
    causal = block.attention.causal
    block.attention = ShortAttention(sizes.d_model, sizes.n_head, causal=causal, fused=fused)
    if block.cross is not None:
        block.cross = ShortAttention(sizes.d_model, sizes.n_head, fused=fused)


def translator_recipe(
    model: EncoderDecoderTranslator, steps: int, peak: float = 4e-3, muon_peak: float = 0.02, warm: int = 100
) -> tuple[tuple[Optimizer, ...], Callable[[int], float]]:
    """Muon for the blocks' matrices, AdamW for tables and norms; warm-up, flat to three tenths, down to 0."""
    blocks = [weight for part in (model.encoder, model.decoder) for weight in part.parameters()]
    matrices = [weight for weight in blocks if weight.ndim == 2]
    inside = {id(weight) for weight in matrices}
    others = [weight for weight in model.parameters() if id(weight) not in inside]
    muon = Muon(matrices, lr=muon_peak, weight_decay=0.01, momentum=0.95)
    adamw = AdamW(others, lr=peak, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    flat = max(0.3 * steps, warm)

    def factor(step: int) -> float:
        return min((step + 1) / max(warm, 1), 1.0, (steps - step) / max(steps - flat, 1.0))

    return (muon, adamw), factor


def smoothed_loss(
    model: nn.Module, source: Tensor, read: Tensor, write: Tensor, smoothing: float = 0.1
) -> Tensor:
    """Return the mean cross-entropy of target pieces; matrices are multiplied in bfloat16."""
    with torch.autocast(source.device.type, torch.bfloat16):
        logits = model(source, read)  # (B, T_t + 1, V)
    return cross_entropy(
        logits.float().flatten(0, 1), write.flatten(), ignore_index=PAD, label_smoothing=smoothing
    )


def in_order(pairs: Sequence[Pair], size: int = 64) -> list[list[int]]:
    """Return the places of pairs, cut into groups of like source length, so that little is padded.

    Examples
    --------
    >>> from workings.data.pairs import Pair
    >>> from workings.models.sentence_translator import in_order
    >>> print(in_order([Pair(("a",) * n, ("b",)) for n in (3, 1, 2)], size=2))
    [[1, 2], [0]]
    """
    order = sorted(range(len(pairs)), key=lambda place: (len(pairs[place].source), place))
    return [order[start : start + size] for start in range(0, len(order), size)]


def mean_piece_loss(model: SentenceTranslator, words: Languages, pairs: Sequence[Pair]) -> float:
    """Return the mean negative log-probability of a target piece, without smoothing."""
    logs = [token_logs(model, words, [pairs[place] for place in group]) for group in in_order(pairs)]
    return float(-np.concatenate(logs).mean())


def greedy_translations(
    model: SentenceTranslator, words: Languages, pairs: Sequence[Pair]
) -> list[tuple[str, ...]]:
    """Translate each source with the likeliest piece every time."""
    found: dict[int, tuple[str, ...]] = {}
    for group in in_order(pairs):
        pieces = translate(model, words, [pairs[place] for place in group])
        found |= dict(zip(group, pieces, strict=True))
    return [found[place] for place in range(len(pairs))]


def beam_translations(
    model: SentenceTranslator, words: Languages, pairs: Sequence[Pair], width: int, alpha: float
) -> list[tuple[str, ...]]:
    """Translate each source by beam search, many sentences at once; at most twice as long as read, and 8."""
    found: dict[int, tuple[str, ...]] = {}
    for group in in_order(pairs):
        source = batch_of(words.sources([pairs[place] for place in group]))
        longest = min(2 * source.shape[1] + 8, model.max_len - 1)
        best = batched_beam_search(model, source, width, longest, alpha)
        found |= {place: words.target.decode(one) for place, (one, _) in zip(group, best, strict=True)}
    return [found[place] for place in range(len(pairs))]


@torch.no_grad()
def batched_beam_search(
    model: EncoderDecoderTranslator, source: Tensor, width: int, max_len: int, alpha: float = 0.0
) -> list[Found]:
    """Run :func:`~workings.byhand.beam_search.beam_search` for each source (B, T_s), all in step.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sentence_translator import batched_beam_search
    >>> from workings.models.translation import EncoderDecoderTranslator
    >>> model = EncoderDecoderTranslator(9, 9, d_model=8, n_head=2).eval()
    >>> found = batched_beam_search(model, torch.tensor([[4, 5], [6, 0]]), width=3, max_len=5)
    >>> print(len(found), all(len(tokens) <= 5 for tokens, _ in found))
    2 True
    """
    count = len(source)
    memory = model.encode(source).repeat_interleave(width, dim=0)  # (B * width, T_s, d_model)
    read = source.repeat_interleave(width, dim=0)  # (B * width, T_s)
    written = torch.full((count * width, 1), START, device=source.device)
    totals = torch.full((count, width), -torch.inf, device=source.device)  # (B, width)
    totals[:, 0] = 0.0
    own = width * torch.arange(count, device=source.device)[:, None]  # (B, 1): the first row of a sentence
    best: list[Found] = [((), -math.inf)] * count
    for length in range(1, max_len + 1):
        logs = torch.log_softmax(model.decode(written, memory, read)[:, -1].float(), dim=-1)
        size = logs.shape[-1]
        grown = totals[..., None] + logs.view(count, width, size)  # (B, width, V)
        totals, chosen = grown.flatten(1).topk(width)  # (B, width)
        rows = (own + chosen // size).flatten()
        written = torch.cat([written[rows], (chosen % size).view(-1, 1)], dim=1)  # (B * width, t + 1)
        ended = (written[:, -1] == END).view(count, width) | (length == max_len)
        scores = (totals / length_penalty(length, alpha)).masked_fill(~ended, -torch.inf)
        for place, (score, at) in enumerate(zip(*(one.tolist() for one in scores.max(dim=1)), strict=True)):
            if score > best[place][1]:
                best[place] = (tuple(written[place * width + at, 1:].tolist()), score)
        totals = totals.masked_fill(ended, -torch.inf)
        if bool(totals.isinf().all()):
            break
    return best

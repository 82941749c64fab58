"""Train a translator, translate with it, and score it: one code for both kinds and for any pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.beam_search import Model, beam_search
from workings.byhand.bleu import bleu_score
from workings.byhand.perplexity import perplexity
from workings.data.pairs import END, PAD, START, Pair, Vocabulary
from workings.models.translation import (
    EncoderDecoderTranslator,
    EncoderTranslator,
    batch_of,
    framed,
)

Translator = EncoderTranslator | EncoderDecoderTranslator


@dataclass(frozen=True)
class Languages:
    """The vocabularies of a translator.

    Examples
    --------
    >>> from workings.data.pairs import Pair
    >>> from workings.models.translating import Languages
    >>> words = Languages.of([Pair(("two",), ("zwei",)), Pair(("one",), ("eins",))])
    >>> print(words.target.encode(("zwei",)), len(words.source))
    [5] 6
    """

    source: Vocabulary
    target: Vocabulary

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> Languages:
        """Number the tokens of training pairs."""
        return cls(Vocabulary(pair.source for pair in pairs), Vocabulary(pair.target for pair in pairs))

    def sources(self, pairs: Sequence[Pair]) -> list[list[int]]:
        """Return the numbers of each source sentence."""
        return [self.source.encode(pair.source) for pair in pairs]

    def targets(self, pairs: Sequence[Pair]) -> list[list[int]]:
        """Return the numbers of each target sentence."""
        return [self.target.encode(pair.target) for pair in pairs]


Batch = tuple[Tensor, Tensor, Tensor]


def tensors(model: Translator, words: Languages, pairs: Sequence[Pair]) -> Batch:
    """Return the sources (B, T_s), what a decoder reads (B, T_t + 1), and what is to be written (B, T_t + 1).

    For an encoder alone the sources are padded to all of its places.
    """
    length = model.max_len if isinstance(model, EncoderTranslator) else None
    return (batch_of(words.sources(pairs), length), *framed(words.targets(pairs)))


def logits_of(model: Translator, batch: Batch) -> Tensor:
    """Return logits (B, T_t + 1, V) for what is to be written."""
    source, read, write = batch
    if isinstance(model, EncoderDecoderTranslator):
        logits: Tensor = model(source, read)
    else:
        logits = model(source)[:, : write.shape[1]]
    return logits


def fit(
    model: Translator,
    words: Languages,
    pairs: Sequence[Pair],
    steps: int,
    batch: int = 64,
    learning_rate: float = 0.005,
    smoothing: float = 0.0,
    seed: int = 0,
) -> list[float]:
    """Minimise the mean cross-entropy of the target tokens; return the loss of each step, in nats.

    AdamW with a one-cycle schedule; batches are drawn with replacement by a generator of their own.
    """
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    whole, rng, losses = tensors(model, words, pairs), np.random.default_rng(seed), []
    model.train()
    for _ in range(steps):
        rows = torch.from_numpy(rng.integers(len(pairs), size=batch)).to(whole[0].device)
        drawn = (whole[0][rows], whole[1][rows], whole[2][rows])
        logits = logits_of(model, drawn)  # (batch, T_t + 1, V)
        loss = nn.functional.cross_entropy(
            logits.flatten(0, 1), drawn[2].flatten(), ignore_index=PAD, label_smoothing=smoothing
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.detach())
    model.eval()
    return torch.stack(losses).tolist()


@torch.no_grad()
def token_logs(model: Translator, words: Languages, pairs: Sequence[Pair]) -> np.ndarray:
    """Return the log-probability of every target token, ends included, shape (tokens,)."""
    batch = tensors(model, words, pairs)
    write = batch[2]  # (B, T_t + 1)
    logs = torch.log_softmax(logits_of(model, batch).double(), dim=-1)  # (B, T_t + 1, V)
    chosen = logs.gather(-1, write[..., None])[..., 0]  # (B, T)
    return chosen[write != PAD].cpu().numpy()


@torch.no_grad()
def translate(
    model: Translator, words: Languages, pairs: Sequence[Pair], width: int = 1, alpha: float = 0.0
) -> list[tuple[str, ...]]:
    """Translate the sources: greedily, or with a beam of ``width`` (encoder-decoder alone).

    An encoder alone takes the likeliest token of each place; there is nothing to search.
    """
    sources = words.sources(pairs)
    if isinstance(model, EncoderTranslator):
        chosen = model(batch_of(sources, model.max_len)).argmax(dim=-1)  # (B, max_len)
        return [words.target.decode(row) for row in chosen.tolist()]
    if width == 1 and alpha == 0:
        return [words.target.decode(row[1:]) for row in _greedy(model, batch_of(sources))]
    found = []
    for source in sources:
        tokens = batch_of([source])
        tokens_found, _ = beam_search(next_token_model(model, tokens), END, width, model.max_len - 1, alpha)
        found.append(words.target.decode(tokens_found))
    return found


def _greedy(model: EncoderDecoderTranslator, source: Tensor) -> list[list[int]]:
    memory = model.encode(source)  # (B, T_s, d_model)
    written = torch.full((len(source), 1), START, device=source.device)  # (B, 1)
    while written.shape[1] < model.max_len and not bool((written == END).any(dim=1).all()):
        following = model.decode(written, memory, source)[:, -1:].argmax(dim=-1)  # (B, 1)
        written = torch.cat([written, following], dim=1)  # (B, t + 1)
    return written.tolist()


def next_token_model(model: EncoderDecoderTranslator, source: Tensor) -> Model:
    """Return what comes next for one source sentence (1, T_s): prefixes in, logs (prefixes, V) out."""
    with torch.no_grad():
        memory = model.encode(source)  # (1, T_s, d_model)

    @torch.no_grad()
    def following(prefixes: Sequence[tuple[int, ...]]) -> np.ndarray:
        written, n = batch_of([[START, *prefix] for prefix in prefixes]), len(prefixes)  # (n, t + 1)
        logits = model.decode(written, memory.expand(n, -1, -1), source.expand(n, -1))[:, -1]  # (n, V)
        logs: np.ndarray = torch.log_softmax(logits.double(), dim=-1).cpu().numpy()
        return logs

    return following


def scores(model: Translator, words: Languages, pairs: Sequence[Pair], width: int = 1) -> dict[str, float]:
    """Return the perplexity a token, BLEU, and the share of sentences that are right as a whole."""
    found = translate(model, words, pairs, width)
    return {
        "perplexity": perplexity(token_logs(model, words, pairs)),
        "bleu": bleu_score(found, [[pair.target] for pair in pairs]),
        "exact": float(np.mean([one == pair.target for one, pair in zip(found, pairs, strict=True)])),
    }

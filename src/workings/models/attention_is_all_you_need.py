"""The encoder-decoder of 2017 at its own size: built to be counted, on Torch's ``meta`` device if need be."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from workings.byhand.arguments import whole
from workings.models.transformer import PaddedAttention, TransformerBlock


class PaperTransformer(nn.Module):
    r"""Encoder, decoder, and one embedding that serves both inputs and the output.

    The blocks are this package's: they normalise before each sublayer and use GELU where the paper normalises
    after and uses ReLU. Parameters and matrix products are the same in number; the two last norms that
    pre-norm needs are left out, as in the paper. Axes: batch ``B``, ``T_s`` and ``T_t`` tokens, ``d_model``.

    Parameters
    ----------
    d_k : components of a query and a key of one head; ``d_model / n_head`` unless given (table 3, rows B).

    Examples
    --------
    >>> from workings.models.attention_is_all_you_need import PaperTransformer
    >>> base = PaperTransformer(vocab_size=37_000, device="meta")  # sizes without memory
    >>> print(sum(p.numel() for p in base.parameters()))
    63045632

    Source: Vaswani et al. 2017, section 3 and table 3.
    """

    def __init__(
        self,
        vocab_size: int,
        d_model: int = 512,
        d_ff: int = 2048,
        n_head: int = 8,
        n_layer: int = 6,
        d_k: int | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        """Draw the embedding and ``n_layer`` blocks a side."""
        super().__init__()
        sizes = (d_model, n_head, d_ff)
        self.d_model = d_model
        self.embedding = nn.Embedding(vocab_size, d_model, device=device)
        pairs = range(whole(n_layer, "n_layer"))
        self.encoder = nn.ModuleList(TransformerBlock(*sizes, device=device) for _ in pairs)
        self.decoder = nn.ModuleList(
            TransformerBlock(*sizes, causal=True, cross=True, device=device) for _ in pairs
        )
        for attention in [part for part in self.modules() if isinstance(part, PaddedAttention)]:
            attention.fused = False  # plain products, which the counter of operations sees
            if d_k is not None:
                attention.query = nn.Linear(d_model, n_head * d_k, False, device)
                attention.key = nn.Linear(d_model, n_head * d_k, False, device)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Map tokens (B, T_s) and (B, T_t) to logits (B, T_t, vocab_size). Positions cost no product."""
        memory = self.embedding(source) * self.d_model**0.5  # (B, T_s, d_model)
        for block in self.encoder:
            memory = block(memory)
        X = self.embedding(target) * self.d_model**0.5  # (B, T_t, d_model)
        for block in self.decoder:
            X = block(X, memory=memory)
        logits: Tensor = X @ self.embedding.weight.T  # (B, T_t, vocab_size)
        return logits


def counted_operations(model: PaperTransformer, seq_len: int, sentences: int = 1) -> dict[str, int]:
    """Count, with Torch's own counter, the operations of matrix products forward, and forward and backward.

    Examples
    --------
    >>> from workings.models.attention_is_all_you_need import PaperTransformer, counted_operations
    >>> model = PaperTransformer(100, d_model=8, d_ff=16, n_head=2, n_layer=1, device="meta")
    >>> print(counted_operations(model, seq_len=5))
    {'forward': 23200, 'both': 69600}
    """
    place = model.embedding.weight.device
    tokens = torch.zeros(whole(sentences, "sentences"), whole(seq_len, "seq_len"), dtype=torch.long)
    tokens = tokens.to(place)  # (sentences, seq_len)
    counts = {}
    with FlopCounterMode(display=False) as counter:
        logits = model(tokens, tokens)
        counts["forward"] = int(counter.get_total_flops())
        logits.sum().backward()
    counts["both"] = int(counter.get_total_flops())
    return counts

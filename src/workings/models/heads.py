"""Multi-head attention as a Torch module: fused or naive, masked or not, with a key-value cache."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.arguments import whole

Cache = tuple[Tensor, Tensor]


class MultiHeadAttention(nn.Module):
    r"""Attend with ``n_head`` heads of ``d_model / n_head`` components each.

    Axes: batch ``B``, ``T_q`` tokens that ask, ``T_k`` that answer, ``d_model``, ``n_head``, ``d_head``.

    Parameters
    ----------
    causal : let token $i$ attend to tokens $j \le i$ only.
    fused : use Torch's ``scaled_dot_product_attention``; if not, write the (T_q, T_k) weights out.

    Examples
    --------
    >>> import torch
    >>> from workings.models.heads import MultiHeadAttention
    >>> layer = MultiHeadAttention(d_model=8, n_head=2, causal=True)
    >>> X = torch.ones(3, 5, 8)
    >>> first, cache = layer.step(X[:, :1], None)
    >>> print(tuple(layer(X).shape), tuple(cache[0].shape))
    (3, 5, 8) (3, 2, 1, 4)

    Source: Vaswani et al. 2017, section 3.2.2.
    """

    def __init__(
        self,
        d_model: int,
        n_head: int,
        *,
        bias: bool = False,
        causal: bool = False,
        fused: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw four projections as ``nn.Linear`` does (which keeps them transposed)."""
        super().__init__()
        if whole(d_model, "d_model") % whole(n_head, "n_head"):
            raise ValueError(f"n_head must divide d_model = {d_model}, got {n_head}")
        self.d_model, self.n_head, self.causal, self.fused = d_model, n_head, causal, fused
        self.query = nn.Linear(d_model, d_model, bias, device, dtype)
        self.key = nn.Linear(d_model, d_model, bias, device, dtype)
        self.value = nn.Linear(d_model, d_model, bias, device, dtype)
        self.output = nn.Linear(d_model, d_model, bias, device, dtype)

    def forward(self, X: Tensor, memory: Tensor | None = None, content: Tensor | None = None) -> Tensor:
        """Map tokens (B, T_q, d_model) to outputs of that shape.

        ``memory`` (B, T_k, d_model) answers, ``X`` unless given. ``content``, of that shape, is what the
        values are made of: ``memory`` unless given (tokens without their positions, say).
        """
        answering = X if memory is None else memory
        content = answering if content is None else content
        Q, K, V = (
            self._split(self.query(X)),
            self._split(self.key(answering)),
            self._split(self.value(content)),
        )
        if self.fused:
            heads = scaled_dot_product_attention(Q, K, V, is_causal=self.causal)  # (B, n_head, T_q, d_head)
        else:
            heads = self._weights(Q, K) @ V  # (B, n_head, T_q, d_head)
        return self._join(heads)

    def weights(self, X: Tensor, memory: Tensor | None = None) -> Tensor:
        """Return every head's attention weights, shape (B, n_head, T_q, T_k)."""
        return self._weights(
            self._split(self.query(X)), self._split(self.key(X if memory is None else memory))
        )

    def step(self, x: Tensor, cache: Cache | None) -> tuple[Tensor, Cache]:
        """Attend for one new token (B, 1, d_model); return its output and the longer cache.

        The cache holds keys and values, each of shape (B, n_head, t, d_head).
        """
        K, V = self._split(self.key(x)), self._split(self.value(x))  # (B, n_head, 1, d_head)
        if cache is not None:
            K, V = (
                torch.cat([cache[0], K], dim=2),
                torch.cat([cache[1], V], dim=2),
            )  # (B, n_head, t + 1, d_head)
        heads = scaled_dot_product_attention(self._split(self.query(x)), K, V)  # (B, n_head, 1, d_head)
        return self._join(heads), (K, V)

    def _weights(self, Q: Tensor, K: Tensor) -> Tensor:
        scores = Q @ K.transpose(-2, -1) / Q.shape[-1] ** 0.5  # (B, n_head, T_q, T_k)
        if self.causal:
            later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=Q.device).triu(1)  # (T_q, T_k)
            scores = scores.masked_fill(later, -torch.inf)
        return torch.softmax(scores, dim=-1)

    def _split(self, rows: Tensor) -> Tensor:
        if rows.ndim != 3 or 0 in rows.shape:
            raise ValueError(f"tokens must have shape (B, T, {self.d_model}), got {tuple(rows.shape)}")
        return rows.reshape(*rows.shape[:2], self.n_head, -1).transpose(1, 2)  # (B, n_head, T, d_head)

    def _join(self, heads: Tensor) -> Tensor:
        joined: Tensor = self.output(heads.transpose(1, 2).flatten(-2))  # (B, T_q, d_model)
        return joined


def load_multihead(layer: MultiHeadAttention, other: nn.MultiheadAttention) -> MultiHeadAttention:
    r"""Copy the weights of Torch's own ``nn.MultiheadAttention`` into ours, and return ours.

    Torch stacks the three input projections by rows, transposed: ``in_proj_weight`` is
    $[W_Q, W_K, W_V]^\top$, shape (3 d_model, d_model), ``in_proj_bias`` (3 d_model,), and
    ``out_proj.weight`` is $W_O^\top$.

    Examples
    --------
    >>> import torch
    >>> from workings.models.heads import MultiHeadAttention, load_multihead
    >>> theirs = torch.nn.MultiheadAttention(6, 3, bias=False, batch_first=True)
    >>> ours, X = load_multihead(MultiHeadAttention(6, 3), theirs), torch.ones(1, 4, 6)
    >>> print(torch.allclose(ours(X), theirs(X, X, X)[0], atol=1e-6))
    True
    """
    parts = (layer.query, layer.key, layer.value)
    with torch.no_grad():
        for part, weight in zip(parts, other.in_proj_weight.chunk(3), strict=True):
            part.weight.copy_(weight)
        layer.output.weight.copy_(other.out_proj.weight)
        if layer.output.bias is not None and other.in_proj_bias is not None:
            for part, bias in zip(parts, other.in_proj_bias.chunk(3), strict=True):
                part.bias.copy_(bias)
            layer.output.bias.copy_(other.out_proj.bias)
    return layer

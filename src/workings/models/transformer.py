"""One layer of a transformer as a Torch module: attention, then a small network, on a residual stream."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.arguments import whole
from workings.models.heads import MultiHeadAttention


class PaddedAttention(MultiHeadAttention):
    """Multi-head attention for a batch of texts of several lengths: padding is never attended to.

    Examples
    --------
    >>> import torch
    >>> from workings.models.transformer import PaddedAttention
    >>> layer, X = PaddedAttention(d_model=4, n_head=2), torch.randn(1, 3, 4)
    >>> shorter = layer(X, present=torch.tensor([[True, True, False]]))
    >>> print(torch.allclose(shorter[:, :2], layer(X[:, :2]), atol=1e-6))
    True
    """

    def forward(
        self,
        X: Tensor,
        memory: Tensor | None = None,
        content: Tensor | None = None,
        present: Tensor | None = None,
    ) -> Tensor:
        """Map tokens (B, T_q, d_model) to outputs of that shape.

        ``present``: booleans (B, T_k), ``False`` where the answering token is padding. A query left with no
        key gets zeros from the heads.
        """
        if present is None:
            return super().forward(X, memory, content)
        answering = X if memory is None else memory
        if present.dtype != torch.bool or present.shape != answering.shape[:2]:
            wanted = f"booleans of shape {tuple(answering.shape[:2])}"
            raise ValueError(f"present must hold {wanted}, got {present.dtype} {tuple(present.shape)}")
        allowed = present[:, None, None, :]  # (B, 1, 1, T_k)
        if self.causal:
            size = (X.shape[1], answering.shape[1])
            allowed = allowed & torch.ones(size, dtype=torch.bool, device=X.device).tril()  # (B, 1, T_q, T_k)
        V = self.value(answering if content is None else content)  # (B, T_k, d_model)
        Q, K, V = self._split(self.query(X)), self._split(self.key(answering)), self._split(V)
        return self._join(scaled_dot_product_attention(Q, K, V, allowed))  # (B, T_q, d_model)


class TransformerBlock(nn.Module):
    r"""Attend, then think, each added to what came in: $x + \operatorname{Attention}(\operatorname{LN}(x))$.

    Then $x + W_2 \operatorname{GELU}(W_1 \operatorname{LN}(x))$. With ``cross`` it attends to a memory in
    between: a decoder's layer. **Pre-norm**: what *enters* a sublayer is normalised, so the sum itself passes
    untouched from the first layer to the last and needs no warm-up (Xiong et al. 2020, section 3); the 2017
    paper normalises the sum instead. Put one more ``LayerNorm`` after the last block.

    Axes: batch ``B``, ``T`` tokens, ``d_model``, ``n_head``, ``d_ff`` (``4 * d_model`` unless given; 0: no
    network, attention alone). Equal to Torch's ``TransformerEncoderLayer`` and, with ``cross``,
    ``TransformerDecoderLayer``, both with ``norm_first`` and ``activation="gelu"``.

    Examples
    --------
    >>> import torch
    >>> from workings.models.transformer import TransformerBlock
    >>> block = TransformerBlock(d_model=8, n_head=2, causal=True, cross=True)
    >>> X, memory = torch.randn(3, 5, 8), torch.randn(3, 7, 8)
    >>> print(tuple(block(X, memory=memory).shape))
    (3, 5, 8)

    Source: Vaswani et al. 2017, section 3.1; pre-norm: Xiong et al. 2020, figure 1 (b).
    """

    def __init__(
        self,
        d_model: int,
        n_head: int,
        d_ff: int | None = None,
        *,
        causal: bool = False,
        cross: bool = False,
        bias: bool = False,
        dropout: float = 0.0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the sublayers as Torch does; ``bias`` is the attention's, ``dropout`` each sublayer's."""
        super().__init__()
        width = 4 * d_model if d_ff is None else whole(d_ff, "d_ff", least=0)
        kept: dict[str, Any] = {"device": device, "dtype": dtype}
        self.attention = PaddedAttention(d_model, n_head, bias=bias, causal=causal, **kept)
        self.norm = nn.LayerNorm(d_model, **kept)
        self.cross = PaddedAttention(d_model, n_head, bias=bias, **kept) if cross else None
        self.cross_norm = nn.LayerNorm(d_model, **kept) if cross else None
        self.network = (
            nn.Sequential(
                nn.LayerNorm(d_model, **kept),
                nn.Linear(d_model, width, **kept),
                nn.GELU(),
                nn.Linear(width, d_model, **kept),
            )
            if width
            else None
        )
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        X: Tensor,
        present: Tensor | None = None,
        memory: Tensor | None = None,
        memory_present: Tensor | None = None,
    ) -> Tensor:
        """Map tokens (B, T, d_model) to tokens of that shape.

        ``present`` (B, T) and ``memory_present`` (B, T_m): booleans, ``False`` for padding. ``memory``
        (B, T_m, d_model): what a decoder's layer attends to.
        """
        if (memory is None) != (self.cross is None):
            wanted = "needs" if self.cross is not None else "takes no"
            raise ValueError(f"a block with cross={self.cross is not None} {wanted} memory")
        X = X + self.dropout(self.attention(self.norm(X), present=present))
        if self.cross is not None and self.cross_norm is not None:
            X = X + self.dropout(self.cross(self.cross_norm(X), memory, present=memory_present))
        if self.network is not None:
            X = X + self.dropout(self.network(X))
        return X  # (B, T, d_model)

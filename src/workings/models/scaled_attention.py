"""One head of self-attention as a Torch module, on the fused kernel."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.arguments import positive, whole


class SelfAttention(nn.Module):
    r"""Let the tokens of each text attend to each other, with one head.

    $\operatorname{softmax}(Q K^\top / \sqrt{d_k})\, V$ with $Q = X W_Q$, $K = X W_K$, $V = X W_V$. Axes:
    batch ``B`` (any number of leading axes, none too), ``T`` tokens, ``d_model``, ``d_k``, ``d_v``.

    Parameters
    ----------
    d_v : ``d_k`` unless given.
    causal : let token $i$ attend to tokens $j \le i$ only.
    scale : what the dot products are multiplied by; $1/\sqrt{d_k}$ unless given.
    device, dtype : where and how the weights are kept; :meth:`to` moves them.

    Examples
    --------
    >>> import torch
    >>> from workings.models.scaled_attention import SelfAttention
    >>> head = SelfAttention(d_model=8, d_k=4, d_v=3, causal=True)
    >>> X = torch.ones(2, 5, 8)
    >>> print(tuple(head(X).shape), head.weights(X)[0, 1].tolist())
    (2, 5, 3) [0.5, 0.5, 0.0, 0.0, 0.0]

    Source: Vaswani et al. 2017, section 3.2.1, equation 1.
    """

    def __init__(
        self,
        d_model: int,
        d_k: int,
        d_v: int | None = None,
        *,
        bias: bool = False,
        causal: bool = False,
        scale: float | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the three projections as ``nn.Linear`` does (which keeps them transposed)."""
        super().__init__()
        self.d_model = whole(d_model, "d_model")
        whole(d_k, "d_k")
        self.causal = causal
        self.scale = None if scale is None else positive(scale, "scale")
        self.query = nn.Linear(d_model, d_k, bias, device, dtype)
        self.key = nn.Linear(d_model, d_k, bias, device, dtype)
        self.value = nn.Linear(d_model, d_k if d_v is None else whole(d_v, "d_v"), bias, device, dtype)

    def forward(self, X: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map tokens (B, T, d_model) to outputs (B, T, d_v).

        ``mask``: booleans that broadcast to (B, T, T), ``True`` where a token may attend. A row that
        is wholly ``False`` is not refused here, which would wait for the device: Torch makes its output zero.
        """
        allowed = self._allowed(X, mask)
        Q, K = self.query(X), self.key(X)  # (B, T, d_k)
        return scaled_dot_product_attention(Q, K, self.value(X), allowed, scale=self.scale)  # (B, T, d_v)

    def weights(self, X: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the attention weights (B, T, T): what the kernel gives when the values are the identity."""
        allowed = self._allowed(X, mask)
        Q, K = self.query(X), self.key(X)  # (B, T, d_k)
        identity = torch.eye(X.shape[-2], device=X.device, dtype=Q.dtype)  # (T, T)
        identity = identity.expand(*X.shape[:-1], -1)  # (B, T, T)
        return scaled_dot_product_attention(Q, K, identity, allowed, scale=self.scale)

    def _allowed(self, X: Tensor, mask: Tensor | None) -> Tensor | None:
        """Check the arguments and join the mask with the causal one."""
        if X.ndim < 2 or X.shape[-1] != self.d_model or 0 in X.shape:
            raise ValueError(f"X must have shape (B, T, {self.d_model}), got {tuple(X.shape)}")
        if X.dtype != self.query.weight.dtype:
            raise TypeError(f"X must have the module's dtype {self.query.weight.dtype}, got {X.dtype}")
        seq_len = X.shape[-2]
        if mask is not None and mask.dtype != torch.bool:
            raise TypeError(f"mask must hold booleans, True where a token may attend, got {mask.dtype}")
        if mask is not None and mask.shape[-2:] != (seq_len, seq_len):
            raise ValueError(f"mask must have shape (B, {seq_len}, {seq_len}), got {tuple(mask.shape)}")
        if not self.causal:
            return mask
        causal = torch.ones(seq_len, seq_len, dtype=torch.bool, device=X.device).tril()  # (T, T)
        return causal if mask is None else causal & mask

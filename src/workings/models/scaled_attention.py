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

        ``mask``: booleans, (T, T), (B, T, T) or (B, 1, T), ``True`` where a token may attend. A row that
        is wholly ``False`` is not refused here, which would wait for the device: Torch makes its output zero.
        """
        self._check(X, mask)
        return self._attend(X, self.value(X), mask)  # (B, T, d_v)

    def weights(self, X: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the attention weights (B, T, T): what the kernel gives when the values are the identity."""
        self._check(X, mask)
        identity = torch.eye(X.shape[-2], device=X.device, dtype=X.dtype)  # (T, T)
        return self._attend(X, identity.expand(*X.shape[:-1], -1), mask)  # (B, T, T)

    def _attend(self, X: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """Run the kernel with an axis for the one head, and with no mask tensor where causal says it all.

        Without that axis, or with a mask in its way, Torch passes its fastest kernels over.
        """
        Q, K, V = (rows.unsqueeze(-3) for rows in (self.query(X), self.key(X), values))  # (B, 1, T, d_k)
        only_causal = self.causal and mask is None
        if mask is not None:
            if self.causal:
                seq_len = X.shape[-2]
                mask = mask & torch.ones(seq_len, seq_len, dtype=torch.bool, device=X.device).tril()
            mask = mask.unsqueeze(-3)  # (B, 1, T, T)
        heads = scaled_dot_product_attention(Q, K, V, mask, is_causal=only_causal, scale=self.scale)
        return heads.squeeze(-3)

    def _check(self, X: Tensor, mask: Tensor | None) -> None:
        """Refuse tokens and masks of another shape or dtype."""
        if X.ndim < 2 or X.shape[-1] != self.d_model or 0 in X.shape:
            raise ValueError(f"X must have shape (B, T, {self.d_model}), got {tuple(X.shape)}")
        if X.dtype != self.query.weight.dtype:
            raise TypeError(f"X must have the module's dtype {self.query.weight.dtype}, got {X.dtype}")
        seq_len = X.shape[-2]
        if mask is not None and mask.dtype != torch.bool:
            raise TypeError(f"mask must hold booleans, True where a token may attend, got {mask.dtype}")
        if mask is not None and mask.shape[-2:] not in ((seq_len, seq_len), (1, seq_len)):
            raise ValueError(f"mask must have shape (B, {seq_len}, {seq_len}), got {tuple(mask.shape)}")

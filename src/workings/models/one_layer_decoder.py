"""One layer of causal attention between an embedding and its transpose, at any temperature, zero included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class OneLayerDecoder(nn.Module):
    r"""Embed, attend, mix, and score with the embeddings: $[P_1 V_1, \dots, P_h V_h]\, W_O\, E^\top$.

    Axes: batch ``B``, ``T`` tokens, ``vocab``, ``d_model``, ``n_head``, ``d_k``, ``d_v``.

    Parameters
    ----------
    E : shape (vocab, d_model). W_Q, W_K, W_V : shape (n_head, d_model, d_k) or, for one head, (d_model, d_k).
    W_O : shape (n_head d_v, d_model).
    temperature : what the scores are divided by; $\sqrt{d_k}$ unless given. At 0 the greatest scores share
        the weight, which passes no gradient to queries and keys.

    Examples
    --------
    >>> import torch
    >>> from workings.models.one_layer_decoder import OneLayerDecoder
    >>> eye = torch.eye(2)
    >>> decoder = OneLayerDecoder(eye, eye, eye, eye, eye.flip(0), temperature=0)
    >>> decoder(torch.tensor([[0, 1, 1]])).sum().backward()
    >>> print(decoder.W_Q.grad, decoder.W_V.grad is not None)
    None True
    """

    def __init__(
        self,
        E: Tensor | np.ndarray,
        W_Q: Tensor | np.ndarray,
        W_K: Tensor | np.ndarray,
        W_V: Tensor | np.ndarray,
        W_O: Tensor | np.ndarray,
        temperature: float | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        """Keep copies of the weights as parameters."""
        super().__init__()

        def kept(weight: Tensor | np.ndarray, head: bool = False) -> nn.Parameter:
            copy = torch.as_tensor(weight, device=device).detach().clone()
            return nn.Parameter(copy[None] if head and copy.ndim == 2 else copy)

        self.E, self.W_O = kept(E), kept(W_O)
        self.W_Q, self.W_K, self.W_V = kept(W_Q, True), kept(W_K, True), kept(W_V, True)
        self.temperature = self.W_Q.shape[-1] ** 0.5 if temperature is None else float(temperature)
        if self.temperature < 0:
            raise ValueError(f"temperature must be 0 or more, got {temperature}")

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to logits (B, T, vocab) of the token after each."""
        X = self.E[tokens][:, None]  # (B, 1, T, d_model)
        Q, K, V = X @ self.W_Q, X @ self.W_K, X @ self.W_V  # (B, n_head, T, d_k)
        if self.temperature > 0:
            Z = scaled_dot_product_attention(Q, K, V, is_causal=True, scale=1 / self.temperature)
        else:
            scores = Q @ K.mT  # (B, n_head, T, T)
            future = torch.ones(scores.shape[-2:], dtype=torch.bool, device=Q.device).triu(1)
            scores = scores.masked_fill(future, -torch.inf)
            greatest = (scores == scores.amax(dim=-1, keepdim=True)).to(V.dtype)
            Z = greatest / greatest.sum(dim=-1, keepdim=True) @ V  # (B, n_head, T, d_v)
        logits: Tensor = Z.transpose(1, 2).flatten(-2) @ self.W_O @ self.E.T  # (B, T, vocab)
        return logits


def next_token_loss(logits: Tensor, tokens: Sequence[int], start: int) -> Tensor:
    """Return the summed cross-entropy of the tokens after place ``start``, each from the row before it.

    ``logits`` (T, vocab) belong to ``tokens``, T of them.
    """
    rows = logits[start : len(tokens) - 1]  # (n, vocab)
    targets = torch.as_tensor(tokens[start + 1 :], device=logits.device)
    return nn.functional.cross_entropy(rows, targets, reduction="sum")

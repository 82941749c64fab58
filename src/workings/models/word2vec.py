"""Skip-gram word vectors in Torch: the full softmax, negative sampling, and its expected loss."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from workings.byhand.arguments import whole


class SkipGram(nn.Module):
    r"""Hold a centre vector and a context vector for every word; either loss trains them.

    Axes: ``B`` pairs, ``K`` negatives, ``n`` words, ``d`` components. Both matrices have shape (n, d); with
    ``shared`` they are one.

    Parameters
    ----------
    sparse : let gradients name only the rows that were touched (for SGD, Adagrad and SparseAdam).
    seed : of the vectors, which are the same on every device.

    Examples
    --------
    >>> import torch
    >>> from workings.models.word2vec import SkipGram
    >>> net = SkipGram(vocab_size=5, d=3)
    >>> pairs, negatives = torch.tensor([[0, 1], [0, 4]]), torch.tensor([[2, 2], [3, 1]])
    >>> print(net.naive_loss(pairs).shape, net.negative_sampling_loss(pairs, negatives).shape)
    torch.Size([]) torch.Size([])

    Source: Mikolov et al. 2013, sections 2 and 2.2.
    """

    def __init__(
        self,
        vocab_size: int,
        d: int,
        *,
        shared: bool = False,
        sparse: bool = False,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw both matrices from a generator of their own, with standard deviation 1/sqrt(d)."""
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        shape = (whole(vocab_size, "vocab_size"), whole(d, "d"))
        drawn = torch.randn(2, *shape, generator=generator, dtype=torch.float64) * d**-0.5
        kind = {"device": device, "dtype": dtype or torch.get_default_dtype()}
        self.U = nn.Parameter(drawn[0].to(**kind))
        self.V = self.U if shared else nn.Parameter(drawn[1].to(**kind))
        self.sparse = sparse

    def naive_loss(self, pairs: Tensor) -> Tensor:
        """Return the mean of minus log P(context | centre) over pairs (B, 2), by the full softmax."""
        centres = functional.embedding(pairs[:, 0], self.U, sparse=self.sparse)  # (B, d)
        return functional.cross_entropy(centres @ self.V.T, pairs[:, 1])  # from logits (B, n)

    def negative_sampling_loss(self, pairs: Tensor, negatives: Tensor) -> Tensor:
        """Return the mean negative-sampling loss of pairs (B, 2) with negatives (B, K)."""
        if negatives.ndim != 2 or len(negatives) != len(pairs):
            raise ValueError(f"negatives must have shape ({len(pairs)}, K), got {tuple(negatives.shape)}")
        centres = functional.embedding(pairs[:, 0], self.U, sparse=self.sparse)  # (B, d)
        rows = torch.cat([pairs[:, 1:], negatives], dim=1)  # (B, K + 1)
        contexts = functional.embedding(rows, self.V, sparse=self.sparse)  # (B, K + 1, d)
        scores = (contexts @ centres[:, :, None]).squeeze(2)  # (B, K + 1)
        signs = torch.ones_like(scores)
        signs[:, 1:] = -1
        return -functional.logsigmoid(signs * scores).sum(dim=1).mean()


def train(
    net: SkipGram,
    pairs: Tensor,
    *,
    steps: int,
    batch_size: int,
    rate: float,
    noise: Tensor | None = None,
    K: int = 5,
    seed: int = 0,
) -> list[float]:
    """Train on batches of pairs with Adam and a rate that falls to zero; return the loss of each step.

    Without ``noise`` the loss is the full softmax; with it, shape (n,), negatives are drawn from it, with
    replacement, and may by chance be the true context.
    """
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(net.parameters(), lr=rate)
    falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, total_iters=steps)
    losses = []
    for _ in range(steps):
        batch = pairs[torch.randint(len(pairs), (batch_size,), generator=generator)].to(net.U.device)
        if noise is None:
            loss = net.naive_loss(batch)
        else:
            drawn = torch.multinomial(noise, batch_size * K, replacement=True, generator=generator)
            loss = net.negative_sampling_loss(batch, drawn.reshape(batch_size, K).to(net.U.device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        falling.step()
        losses.append(loss.item())
    return losses


def fit_expected(net: SkipGram, joint: Tensor, k: float, noise: Tensor, steps: int = 300) -> float:
    """Minimise the expected negative-sampling loss of a joint distribution (n, n) by L-BFGS; return it.

    Nothing is drawn: every pair weighs what it is worth, and every negative too.
    """
    share = joint / joint.sum()
    chance = k * share.sum(dim=1, keepdim=True) * noise  # (n, n)
    optimiser = torch.optim.LBFGS(
        net.parameters(), max_iter=steps, history_size=30, tolerance_grad=1e-10, tolerance_change=1e-15,
        line_search_fn="strong_wolfe",
    )  # fmt: skip

    def loss() -> Tensor:
        scores = net.U @ net.V.T  # (n, n)
        return -(share * functional.logsigmoid(scores) + chance * functional.logsigmoid(-scores)).sum()

    def closure() -> float:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value.item()

    optimiser.step(closure)
    return loss().item()

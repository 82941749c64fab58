"""A dense autoencoder as a Torch module, and two ways to train it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from workings.byhand.arguments import positive, whole


class DenseAutoencoder(nn.Module):
    r"""Encode to few numbers and decode them: $\hat x = g(f(x))$, trained so that $\hat x$ is near $x$.

    Axes: ``N`` images, ``d`` pixels, ``k`` latent numbers. Without hidden units both halves are linear:
    $z = x W_e + b_e$, $\hat x = z W_d + b_d$. With them each half has one layer of ReLU more; the code and
    the output stay linear.

    Parameters
    ----------
    n_pixels : d. latent : k. hidden : units of the layer in each half; 0 for a linear autoencoder.
    seed : of the weights, which are the same on every device.

    Examples
    --------
    >>> import torch
    >>> from workings.models.autoencoder import DenseAutoencoder
    >>> net = DenseAutoencoder(64, 2, hidden=32)
    >>> print(tuple(net.encoder(torch.ones(5, 64)).shape), tuple(net(torch.ones(5, 64)).shape))
    (5, 2) (5, 64)

    Source: Goodfellow et al. 2016, section 14.1.
    """

    def __init__(
        self,
        n_pixels: int,
        latent: int,
        hidden: int = 0,
        *,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw normal weights, of variance 2/n for n inputs with ReLU (He et al. 2015), 1/(3n) without."""
        super().__init__()
        whole(n_pixels, "n_pixels")
        whole(latent, "latent")
        whole(hidden, "hidden", least=0)
        with torch.random.fork_rng(devices=[]):  # layers draw weights that are replaced below
            self.encoder = _half(n_pixels, hidden, latent)
            self.decoder = _half(latent, hidden, n_pixels)
        generator = torch.Generator().manual_seed(seed)
        gain = 2.0 if hidden else 1 / 3
        with torch.no_grad():
            for one in self.parameters():
                if one.ndim == 2:
                    one.copy_(torch.randn(one.shape, generator=generator) * (gain / one.shape[1]) ** 0.5)
                else:
                    one.zero_()
        self.to(device=device, dtype=dtype or torch.get_default_dtype())

    def forward(self, X: Tensor) -> Tensor:
        """Map images (N, d) to their reconstructions (N, d)."""
        restored: Tensor = self.decoder(self.encoder(X))
        return restored


def _half(n_in: int, hidden: int, n_out: int) -> nn.Sequential:
    if not hidden:
        return nn.Sequential(nn.Linear(n_in, n_out))
    return nn.Sequential(nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))


def train(net: nn.Module, X: Tensor, epochs: int, *, rate: float = 0.01, seed: int = 0) -> list[float]:
    """Train by Adam on batches of 64, the rate falling to zero; return the mean error of each epoch.

    Examples
    --------
    >>> import torch
    >>> from workings.models.autoencoder import DenseAutoencoder, train
    >>> losses = train(DenseAutoencoder(4, 1), torch.eye(4).repeat(20, 1), epochs=9)
    >>> print(losses[0] > losses[-1])
    True
    """
    positive(rate, "rate")
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, total_iters=whole(epochs, "epochs"))
    generator = torch.Generator().manual_seed(seed)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(X), generator=generator).split(64):
            loss = mse_loss(net(X[batch]), X[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        schedule.step()
        losses.append(total / len(X))
    return losses


def train_fully(net: nn.Module, X: Tensor, steps: int = 200) -> float:
    """Train on all images at once by L-BFGS, which goes to the bottom where the net is small.

    Examples
    --------
    >>> import torch
    >>> from workings.models.autoencoder import DenseAutoencoder, train_fully
    >>> X = torch.eye(4, dtype=torch.float64)
    >>> print(round(train_fully(DenseAutoencoder(4, 3, dtype=torch.float64), X), 6))
    0.0
    """
    optimizer = torch.optim.LBFGS(
        net.parameters(),
        max_iter=whole(steps, "steps"),
        history_size=30,
        tolerance_grad=1e-12,
        tolerance_change=1e-15,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        optimizer.zero_grad()
        loss = mse_loss(net(X), X)
        loss.backward()
        return loss.item()

    optimizer.step(closure)
    with torch.no_grad():
        return float(mse_loss(net(X), X))

"""Logistic regression as a Torch module, fitted to the last digits."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from workings.byhand.arguments import positive, whole


class LogisticRegression(nn.Module):
    r"""Give each example the log-odds of class 1, $z = x w + b$; its chance is $\sigma(z)$.

    Axes: ``N`` examples, ``D`` features (no column of ones: the bias is a parameter of its own).

    Examples
    --------
    >>> import torch
    >>> from workings.models.logistic_regression import LogisticRegression
    >>> X, t = torch.tensor([[-1.0], [0.0], [1.0]]), torch.tensor([0.0, 1.0, 1.0])
    >>> model = LogisticRegression(1, dtype=torch.float64).fit(X.double(), t.double(), penalty=1.0)
    >>> print(round(model.b.item(), 4), round(model.w.item(), 4))
    0.7476 0.7016

    Source: Bishop 2006, section 4.3.2.
    """

    def __init__(
        self, D: int, *, device: torch.device | str | None = None, dtype: torch.dtype | None = None
    ) -> None:
        """Start from zero, where every chance is one half."""
        super().__init__()
        self.w = nn.Parameter(torch.zeros(whole(D, "D"), device=device, dtype=dtype))
        self.b = nn.Parameter(torch.zeros((), device=device, dtype=dtype))

    def forward(self, X: Tensor) -> Tensor:
        """Map features (N, D) to log-odds (N,)."""
        if X.ndim != 2 or X.shape[1] != len(self.w):
            raise ValueError(f"X must have shape (N, {len(self.w)}), got {tuple(X.shape)}")
        return X @ self.w + self.b  # (N,)

    def loss(self, X: Tensor, t: Tensor, penalty: float) -> Tensor:
        r"""Return the summed cross-entropy plus $\tfrac\lambda2 \lVert w \rVert^2$; the bias is free."""
        fit = nn.functional.binary_cross_entropy_with_logits(self(X), t, reduction="sum")
        return fit + penalty / 2 * (self.w @ self.w)

    def fit(self, X: Tensor, t: Tensor, penalty: float, steps: int = 500) -> LogisticRegression:
        """Minimise the loss by L-BFGS with line search, over the whole data at each step."""
        strength = positive(penalty, "penalty")
        descent = torch.optim.LBFGS(
            self.parameters(),
            max_iter=whole(steps, "steps"),
            tolerance_grad=1e-11,
            tolerance_change=0,
            history_size=50,
            line_search_fn="strong_wolfe",
        )

        def closure() -> Tensor:
            descent.zero_grad()
            loss = self.loss(X, t, strength)
            loss.backward()
            return loss

        descent.step(closure)
        return self

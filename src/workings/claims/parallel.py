"""What can run in parallel when: training, scoring, generating; and the recurrence that can."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from workings.byhand.counting import Counted, recurrent_layer, run_counted
from workings.byhand.heads import multi_head_attention
from workings.byhand.linear_recurrence import recurrence_loop, recurrence_scan
from workings.byhand.scaled_attention import causal_mask
from workings.claims import layer_costs
from workings.claims.claim import Evidence, claim
from workings.claims.layer_costs import matrix_chain
from workings.claims.positions import random_weights
from workings.claims.witness import at_least, close, equal
from workings.models.transformer import TransformerBlock


class TinyDecoder(nn.Module):
    """A causal language model of two blocks, for counting calls."""

    def __init__(self, vocab_size: int = 11, d_model: int = 8) -> None:
        """Draw everything from seed 0, in float64."""
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.tokens, self.places = nn.Embedding(vocab_size, d_model), nn.Embedding(32, d_model)
            self.blocks = nn.ModuleList([TransformerBlock(d_model, 2, causal=True) for _ in range(2)])
            self.readout = nn.Linear(d_model, vocab_size)
        self.double()

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        """Map tokens (B, T) to logits (B, T, vocab_size)."""
        X = self.tokens(text) + self.places(torch.arange(text.shape[1]))  # (B, T, d_model)
        for block in self.blocks:
            X = block(X)
        logits: torch.Tensor = self.readout(X)
        return logits


@claim(
    r"With the target text given, a decoder transformer's forward pass serves all positions at once: one "
    r"pass under the causal mask gives every position the logits that $T$ passes over the beginnings give. "
    r"Its chain of matrix products does not grow with $T$; an RNN's does.",
    answers=("s4.1.7",),
)
def training_is_parallel() -> Evidence:
    """Compare one pass with a pass per beginning, in Torch and by hand; measure chains of products."""
    model, text = TinyDecoder(), torch.randint(11, (1, 16), generator=torch.Generator().manual_seed(1))
    at_once = model(text)[0]
    one_by_one = torch.stack([model(text[:, : t + 1])[0, -1] for t in range(16)])
    X, weights = np.random.default_rng(1).normal(size=(9, 8)), random_weights(seed=1)
    whole = multi_head_attention(X, *weights, 2, causal_mask(9))
    pieces = [multi_head_attention(X[t : t + 1], *weights, 2, memory=X[: t + 1])[0] for t in range(9)]
    hidden = [torch.ones(4, 4, requires_grad=True) for _ in range(2)]
    chains = {
        "transformer": [matrix_chain(model(text[:, :t])) for t in (4, 16)],
        "rnn": [matrix_chain(layer_costs.loop_rnn(torch.ones(t, 4), *hidden)) for t in (4, 16)],
    }
    return Evidence(
        [
            close(
                "Torch, two blocks, one pass against sixteen",
                (at_once - one_by_one).abs().max().item(),
                0,
                1e-12,
            ),
            close("by hand, one layer, one pass against nine", whole, np.array(pieces), 1e-13),
            equal(
                "Torch's graph, transformer: growth of the chain from 4 tokens to 16",
                chains["transformer"][1] - chains["transformer"][0],
                0,
            ),
            equal(
                "Torch's graph, RNN: growth of the chain from 4 tokens to 16",
                chains["rnn"][1] - chains["rnn"][0],
                12,
            ),
        ],
        {"chains": chains},
    )


@claim(
    r"Generating is a chain: token $t + 1$ is an input that does not exist before token $t$ is chosen. "
    r"Changing the first generated token can change the later ones, and $N$ tokens take $N$ passes, in a "
    r"transformer as in an RNN.",
    answers=("s4.1.7",),
)
def generation_is_sequential() -> Evidence:
    """Generate greedily and count passes; force another first token and compare what follows."""
    model = TinyDecoder()
    calls = []
    model.register_forward_hook(lambda *_: calls.append(1))

    def generate(text: list[int], length: int) -> list[int]:
        while len(text) < length:
            text = [*text, int(model(torch.tensor([text]))[0, -1].argmax())]
        return text

    free = generate([1], 13)
    passes = len(calls)
    other = [generate([1, token], 13)[2:] != free[2:] for token in range(11) if token != free[1]]
    state = torch.ones(1, 4, requires_grad=True)
    cell = torch.ones(4, 4)
    for _ in range(12):  # an RNN that reads its own output
        state = torch.tanh(state @ cell)
    return Evidence(
        [
            equal("Torch, passes for twelve tokens", passes, 12),
            at_least("first tokens of ten that change what follows", sum(other), 5),
            equal("Torch's graph, an RNN that reads its own output", matrix_chain(state), 12),
        ],
        {"passes": passes, "changed": sum(other)},
    )


@claim(
    r"A *given* text can be scored in one parallel pass at test time as well: the log-probability of the "
    r"whole is the sum over positions, and equals what scoring token by token gives. What cannot be "
    r"parallel is to *generate*.",
    answers=("s4.1.7",),
)
def scoring_is_parallel() -> Evidence:
    """Score a text in one pass and one token at a time; multiply probabilities in NumPy."""
    model, text = TinyDecoder(), torch.randint(11, (1, 12), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        logs = torch.log_softmax(model(text[:, :-1])[0], dim=-1)  # (T - 1, vocab_size)
        at_once = logs.gather(1, text[0, 1:, None]).sum().item()
        stepwise = sum(
            torch.log_softmax(model(text[:, :t])[0, -1], dim=-1)[text[0, t]].item() for t in range(1, 12)
        )
        odds = [np.exp(model(text[:, :t])[0, -1].numpy()) for t in range(1, 12)]
    by_hand = math.log(math.prod(float(p[text[0, t + 1]] / p.sum()) for t, p in enumerate(odds)))
    return Evidence(
        [
            close("Torch, one pass against eleven", at_once, stepwise, 1e-10),
            close("NumPy, product of probabilities", at_once, by_hand, 1e-10),
        ],
        {"log_probability": at_once},
    )


@claim(
    r"Not every recurrence is bound to $T$ steps. Without an activation between the steps, $h_t = a_t "
    r"h_{t-1} + x_t$ is a scan of $\lceil \log_2 T \rceil$ rounds: for $64$ steps a chain of $12$ "
    r"operations, not $126$. Two steps with tanh join into no step of the same form.",
    answers=("s4.1.7", "s0.3.3"),
)
def linear_recurrence_scans() -> Evidence:
    """Compute the states both ways; read depths off counting numbers; compare with running sums in Torch."""
    rng = np.random.default_rng(4)
    a, x = rng.uniform(0.5, 1, 64), rng.normal(size=64)
    depths = []
    for way in (recurrence_loop, recurrence_scan):
        tally: dict[str, int] = {}
        numbers = [[Counted(float(v), tally) for v in row] for row in (a, x)]
        depths.append(max(state.depth for state in way(*numbers)))
    ratio = torch.cumprod(torch.from_numpy(a), dim=0)
    closed = ratio * torch.cumsum(torch.from_numpy(x) / ratio, dim=0)  # h_t / prod a is a running sum
    h = np.linspace(-1, 1, 9)
    two_steps = np.arctanh(np.tanh(np.tanh(h)))  # were two steps one, tanh(a h + b), this would be a line
    _, tanh_depth = run_counted(recurrent_layer, np.ones((64, 1)), np.ones((1, 1)), np.ones((1, 1)))
    return Evidence(
        [
            close(
                "scan against loop",
                recurrence_scan(list(a), list(x)),
                recurrence_loop(list(a), list(x)),
                1e-12,
            ),
            close("Torch, running sums", closed.numpy(), recurrence_scan(list(a), list(x)), 1e-8),
            equal("counting numbers, depth of loop and scan", depths, [126, 12]),
            equal("counting numbers, tanh network of width 1", tanh_depth, 191),
            at_least(
                "NumPy, two steps of tanh: how far from one", float(abs(np.diff(two_steps, 2)).max()), 0.01
            ),
        ],
        {"loop": depths[0], "scan": depths[1], "tanh": tanh_depth},
    )

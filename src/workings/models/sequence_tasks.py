"""Two tasks that part the families: hold the last bit of a stream, and recall a value by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from workings.byhand.positions import sinusoidal_encoding
from workings.models.device import device
from workings.models.heads import MultiHeadAttention

N_KEY, N_VALUE = 32, 16
STEPS, EVENTS = 200, 32  # of training, and in the streams trained on
Model = TypeVar("Model", bound=nn.Module)


class Stream(nn.Module):
    """Read events one by one (0: nothing, 1: off, 2: on) and say at each step whether the switch is on.

    ``kind`` is ``rnn``, a tanh network whose state is all it carries, or ``attention``, causal, with
    sinusoidal positions, which carries keys and values of every event.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sequence_tasks import Stream
    >>> print(tuple(Stream("attention")(torch.zeros(3, 7, dtype=torch.long)).shape))
    (3, 7, 2)
    """

    def __init__(self, kind: str, d_model: int = 16) -> None:
        """Draw events, the layer between, and the readout."""
        super().__init__()
        if kind not in ("rnn", "attention"):
            raise ValueError(f"kind must be rnn or attention, got {kind!r}")
        self.kind, self.d_model = kind, d_model
        self.events = nn.Embedding(3, d_model)
        self.mix: nn.Module = (
            nn.RNN(d_model, d_model, batch_first=True)
            if kind == "rnn"
            else MultiHeadAttention(d_model, 2, causal=True)
        )
        self.readout = nn.Linear(d_model, 2)

    def forward(self, events: Tensor) -> Tensor:
        """Map events (B, T) to logits (B, T, 2)."""
        X = self.events(events)  # (B, T, d_model)
        if self.kind == "rnn":
            mixed = self.mix(X)[0]  # (B, T, d_model)
        else:
            places = torch.from_numpy(sinusoidal_encoding(events.shape[1], self.d_model))
            mixed = self.mix(X + places.to(X))  # (B, T, d_model)
        logits: Tensor = self.readout(mixed)
        return logits

    def carried_bytes(self, events: Tensor) -> int:
        """Return the bytes that one sequence (T,) leaves to be carried to the next step, measured."""
        X = self.events(events)[None].detach()  # (1, T, d_model)
        if self.kind == "rnn":
            carried = [self.mix(X)[1]]
        else:
            cache = None
            for t in range(X.shape[1]):
                _, cache = self.mix.step(X[:, t : t + 1], cache)  # type: ignore[operator]
            carried = list(cache or ())
        return sum(part.numel() * part.element_size() for part in carried)


def draw_stream(count: int, seq_len: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw events, one in eight of which switches, and the right answer at each step, shape (B, T) each."""
    switch = torch.rand(count, seq_len, generator=generator) < 0.125
    switch[:, 0] = True  # so that the state is known from the start
    events = torch.randint(1, 3, (count, seq_len), generator=generator) * switch
    last = torch.where(switch, torch.arange(seq_len), 0).cummax(dim=1).values
    return events, events.gather(1, last) - 1


def train_stream(kind: str, seed: int = 0, steps: int = STEPS, seq_len: int = EVENTS) -> Stream:
    """Train on streams of ``seq_len`` events."""
    model, generator = _fresh(lambda: Stream(kind), seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        events, answers = (part.to(device()) for part in draw_stream(32, seq_len, generator))
        loss = cross_entropy(model(events).flatten(0, 1), answers.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def stream_accuracy(model: Stream, seq_len: int, seed: int = 99) -> float:
    """Return the share of right answers in the last 32 steps of eight fresh streams."""
    drawn = draw_stream(8, seq_len, torch.Generator().manual_seed(seed))
    events, answers = (part.to(device()) for part in drawn)
    with torch.no_grad():
        right = model(events).argmax(dim=-1) == answers  # (B, T)
    share: float = right[:, -32:].double().mean().item()
    return share


class Recall(nn.Module):
    """Read pairs of key and value, then one of the keys, and say its value.

    ``kind`` is ``lstm``, which reads the pairs and then the key, or ``attention``, one head asked by the key.

    Examples
    --------
    >>> import torch
    >>> from workings.models.sequence_tasks import Recall, draw_pairs
    >>> keys, values, asked, answers = draw_pairs(3, 4, torch.Generator().manual_seed(0))
    >>> print(tuple(Recall("lstm")(keys, values, asked).shape))
    (3, 16)
    """

    def __init__(self, kind: str, d_model: int = 32) -> None:
        """Draw keys, values, the layer between, and the readout."""
        super().__init__()
        if kind not in ("lstm", "attention"):
            raise ValueError(f"kind must be lstm or attention, got {kind!r}")
        self.kind = kind
        self.keys, self.values = nn.Embedding(N_KEY, d_model), nn.Embedding(N_VALUE, d_model)
        self.mix: nn.Module = (
            nn.LSTM(d_model, d_model, batch_first=True) if kind == "lstm" else MultiHeadAttention(d_model, 1)
        )
        self.readout = nn.Linear(d_model, N_VALUE)

    def forward(self, keys: Tensor, values: Tensor, asked: Tensor) -> Tensor:
        """Map keys and values (B, pairs) and the key asked for (B,) to logits (B, N_VALUE)."""
        pairs, query = (
            self.keys(keys) + self.values(values),
            self.keys(asked)[:, None],
        )  # (B, pairs, d), (B, 1, d)
        if self.kind == "lstm":
            mixed = self.mix(torch.cat([pairs, query], dim=1))[0][:, -1]  # (B, d_model)
        else:
            mixed = self.mix(query, pairs)[:, 0]  # (B, d_model)
        logits: Tensor = self.readout(mixed)
        return logits


def draw_pairs(count: int, pairs: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Draw different keys, any values, one key to ask for, and the value that is its answer."""
    keys = torch.rand(count, N_KEY, generator=generator).argsort(dim=1)[:, :pairs]  # (B, pairs)
    values = torch.randint(N_VALUE, (count, pairs), generator=generator)
    pick = torch.randint(pairs, (count, 1), generator=generator)
    return keys, values, keys.gather(1, pick)[:, 0], values.gather(1, pick)[:, 0]


def train_recall(kind: str, pairs: int, seed: int = 0, steps: int = STEPS) -> tuple[Recall, float]:
    """Train on fresh pairs at every step; return the model and its accuracy on 2000 more."""
    model, generator = _fresh(lambda: Recall(kind), seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        *given, answers = (part.to(device()) for part in draw_pairs(64, pairs, generator))
        loss = cross_entropy(model(*given), answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    *given, answers = (part.to(device()) for part in draw_pairs(2000, pairs, generator))
    with torch.no_grad():
        accuracy = (model(*given).argmax(dim=-1) == answers).double().mean().item()
    return model, accuracy


def _fresh(make: Callable[[], Model], seed: int) -> tuple[Model, torch.Generator]:
    """Make a model with weights of this seed, on the device, and a generator for its data."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make()
    return model.to(device()), torch.Generator().manual_seed(seed)

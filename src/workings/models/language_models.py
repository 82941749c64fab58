"""Language models: a bigram network on fixed word vectors, and a recurrent model of characters."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from workings.byhand.arguments import whole


class BigramNetwork(nn.Module):
    r"""Predict the next word from the vector of this one.

    $\hat y = \operatorname{softmax}(\sigma(xW_1 + b_1)W_2 + b_2)$.

    The input vectors $x$ are given and stay fixed (GloVe's, or counted ones). Axes: batch ``B``, ``D_x``,
    ``D_h``, vocabulary ``V``.

    Parameters
    ----------
    vectors : input vectors, shape (V, D_x).
    hidden : $D_h$, sigmoid units.
    generator : draws the weights.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from workings.models.language_models import BigramNetwork
    >>> network = BigramNetwork(np.eye(5), hidden=3)
    >>> print(tuple(network(torch.tensor([0, 4])).shape))
    (2, 5)
    """

    vectors: Tensor

    def __init__(self, vectors: np.ndarray, hidden: int, generator: torch.Generator | None = None) -> None:
        """Draw the weights with the spread 1 / sqrt(inputs); biases start at 0."""
        super().__init__()
        if vectors.ndim != 2:
            raise ValueError(f"vectors must have shape (V, D_x), got {vectors.shape}")
        self.register_buffer("vectors", torch.tensor(vectors, dtype=torch.get_default_dtype()))
        self.hidden = nn.Linear(vectors.shape[1], whole(hidden, "hidden"))
        self.output = nn.Linear(hidden, vectors.shape[0])
        for layer in (self.hidden, self.output):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, words: Tensor) -> Tensor:
        """Map words (B) to logits of the next word (B, V)."""
        hidden = torch.sigmoid(self.hidden(self.vectors[words]))  # (B, D_h)
        logits: Tensor = self.output(hidden)
        return logits


def bigram_loss(network: nn.Module, pairs: Tensor) -> Tensor:
    """Return the mean cross-entropy of pairs (word, next word), shape (B, 2), in nats.

    Logits depend on the first word alone, so they are computed once for each different one.
    """
    words, places = torch.unique(pairs[:, 0], return_inverse=True)
    logs = torch.log_softmax(network(words), dim=-1)  # (different words, V)
    return -logs[places, pairs[:, 1]].mean()


def bigrams(network: BigramNetwork, tokens: np.ndarray) -> Tensor:
    """Return the pairs (word, next word) of a text (N,), shape (N - 1, 2), where the network is."""
    return torch.from_numpy(np.stack([tokens[:-1], tokens[1:]], axis=1)).to(network.vectors.device)


def drawn(pairs: Tensor, count: int, seed: int, step: int) -> Tensor:
    """Draw the rows of a step, with repetition, shape (count, 2); seed and step alone decide which."""
    rows = np.random.default_rng([seed, step]).integers(len(pairs), size=count)
    return pairs[torch.from_numpy(rows).to(pairs.device)]


def start_at_frequencies(network: BigramNetwork, pairs: Tensor) -> None:
    """Set the output bias to the log-frequencies of the next words, each counted once more than seen."""
    counts = torch.bincount(pairs[:, 1], minlength=len(network.vectors)) + 1.0
    with torch.no_grad():
        network.output.bias.copy_(torch.log(counts / counts.sum()))


def half_cosine(step: int, steps: int) -> float:
    """Give a step's factor of the learning rate: from 1 down to 0 along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * step / steps))


def fit_bigrams(
    network: BigramNetwork,
    tokens: np.ndarray,
    steps: int,
    batch: int,
    learning_rate: float,
    decay: float = 0.0,
    seed: int = 0,
) -> list[float]:
    """Minimise the cross-entropy of the bigrams of a text with AdamW; return the loss of each step, in nats.

    The output bias starts at the log-frequencies of the words, the learning rate falls along half a cosine.
    """
    pairs = bigrams(network, tokens)
    start_at_frequencies(network, pairs)
    optimiser = AdamW(network.parameters(), lr=learning_rate, weight_decay=decay, fused=True)
    schedule = LambdaLR(optimiser, lambda step: half_cosine(step, steps))
    losses = []
    for step in range(steps):
        loss = bigram_loss(network, drawn(pairs, batch, seed, step))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def bigram_network_logs(network: BigramNetwork, tokens: np.ndarray) -> np.ndarray:
    """Return the log-probability of every word of a text after its first, shape (N - 1,)."""
    words, places = np.unique(tokens[:-1], return_inverse=True)
    logs = torch.log_softmax(network(torch.from_numpy(words).to(network.vectors.device)).double(), dim=-1)
    found: np.ndarray = logs.cpu().numpy()[places, tokens[1:]]
    return found


class CharacterModel(nn.Module):
    """Read characters with gated recurrent units and predict the next one at every place.

    Axes: batch ``B``, time ``T``, vocabulary ``V``, layers, hidden units ``D_h``.

    Parameters
    ----------
    vocab_size : how many different characters.
    hidden : $D_h$; embeddings have the same width.

    Examples
    --------
    >>> import torch
    >>> from workings.models.language_models import CharacterModel
    >>> logits, state = CharacterModel(7, hidden=4)(torch.zeros(2, 5, dtype=torch.long))
    >>> print(tuple(logits.shape), tuple(state.shape))
    (2, 5, 7) (1, 2, 4)
    """

    def __init__(self, vocab_size: int, hidden: int, generator: torch.Generator | None = None) -> None:
        """Draw every weight with the spread 1 / sqrt(hidden)."""
        super().__init__()
        self.embedding = nn.Embedding(whole(vocab_size, "vocab_size"), whole(hidden, "hidden"))
        self.recurrent = nn.GRU(hidden, hidden, batch_first=True)
        self.output = nn.Linear(hidden, vocab_size)
        for name, weight in self.named_parameters():
            spread = 0.3 if name.startswith("embedding") else hidden**-0.5
            nn.init.uniform_(weight, -spread, spread, generator=generator)

    def forward(self, tokens: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map tokens (B, T) to logits (B, T, V) and the last state (layers, B, D_h)."""
        hidden, last = self.recurrent(self.embedding(tokens), state)  # (B, T, D_h)
        return self.output(hidden), last


class Readers(nn.Module):
    """Readers of one text, side by side, each from a place of its own; their states are handed on.

    A step reads ``length`` characters further and gives the mean loss, in nats; gradients are not handed on.
    The states are a buffer, shape (1, readers, D_h), so that they are kept with the weights.

    Parameters
    ----------
    tokens : the text, shape (N,); who comes to its end goes on at its beginning.
    count : how many read.
    seed : decides where they begin.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.models.language_models import CharacterModel, Readers
    >>> readers = Readers(CharacterModel(7, hidden=4), np.arange(50) % 7, count=3, length=5)
    >>> loss = readers(0)
    >>> print(tuple(loss.shape), bool(readers.states.any()))
    () True
    """

    states: Tensor

    def __init__(
        self, model: CharacterModel, tokens: np.ndarray, count: int, length: int, seed: int = 0
    ) -> None:
        """Put the readers at their places."""
        super().__init__()
        weight = model.output.weight
        starts = np.random.default_rng(seed).integers(len(tokens), size=whole(count, "count"))
        self.model, self.length = model, whole(length, "length")
        self.text = torch.from_numpy(tokens).to(weight.device)
        self.starts = torch.from_numpy(starts).to(weight.device)[:, None]  # (readers, 1)
        self.register_buffer("states", weight.new_zeros(1, count, weight.shape[1]))

    def forward(self, step: int, rows: Tensor | None = None) -> Tensor:
        """Let the readers read on, those of ``rows`` alone if they are named."""
        chosen = torch.arange(len(self.starts), device=self.text.device) if rows is None else rows
        window = step * self.length + torch.arange(self.length + 1, device=self.text.device)
        read = self.text[(self.starts[chosen] + window) % len(self.text)]  # (B, length + 1)
        logits, states = self.model(read[:, :-1], self.states[:, chosen])
        self.states = self.states.index_copy(1, chosen, states.detach())
        return cross_entropy(logits.flatten(0, 1), read[:, 1:].flatten())


def one_cycle(step: int, steps: int) -> float:
    """Give a step's factor of the learning rate: up to 1 in the first three tenths, then down to nearly 0.

    Both ways along half a cosine, from 1/25.

    Source: Smith and Topin 2018, section 3; in this form Torch's ``OneCycleLR``.
    """
    height, rises = _height(step, steps)
    least = 0.04 if rises else 4e-6
    return least + (1 - least) * height


def cycle_momentum(optimiser: AdamW, step: int, steps: int) -> None:
    """Set the momentum of a step of one cycle: from 0.95 down to 0.85 while the rate rises, then back."""
    for group in optimiser.param_groups:
        group["betas"] = (0.95 - 0.1 * _height(step, steps)[0], group["betas"][1])


def _height(step: int, steps: int) -> tuple[float, bool]:
    """How far up the cycle a step is, from 0 to 1, and whether it is on the way up."""
    top = max(0.3 * steps - 1, 1e-9)
    rises = step <= top
    part = step / top if rises else (step - top) / max(steps - 1 - top, 1e-9)
    down = 0.5 * (1 + math.cos(math.pi * part))
    return (1 - down if rises else down), rises


def fit_characters(
    model: CharacterModel,
    tokens: np.ndarray,
    steps: int,
    batch: int = 32,
    length: int = 64,
    learning_rate: float = 4e-3,
    seed: int = 0,
    held: np.ndarray | None = None,
    every: int = 50,
) -> tuple[list[float], list[float]]:
    """Minimise the cross-entropy of the next character with AdamW; return the loss of each step, in nats.

    ``batch`` readers go through the text, ``length`` characters a step. The rate rises, then falls, the
    momentum the other way (one cycle). The second list is the loss on the text ``held``, after every
    ``every`` steps.
    """
    readers = Readers(model, tokens, batch, length, seed)
    optimiser = AdamW(model.parameters(), lr=learning_rate, fused=True)
    schedule = LambdaLR(optimiser, lambda step: one_cycle(step, steps))
    losses, checks = [], []
    for step in range(steps):
        cycle_momentum(optimiser, step, steps)
        loss = readers(step)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if held is not None and len(losses) % every == 0:
            checks.append(float(-character_logs(model, held).mean()))
    return losses, checks


@torch.no_grad()
def character_logs(model: CharacterModel, tokens: np.ndarray) -> np.ndarray:
    """Return the log-probability of every character of a text after its first, shape (N - 1,)."""
    read = torch.from_numpy(tokens).to(model.output.weight.device)[None]
    logits, _ = model(read[:, :-1])
    logs = torch.log_softmax(logits[0].double(), dim=-1)  # (N - 1, V)
    found: np.ndarray = logs.gather(1, read[0, 1:, None])[:, 0].cpu().numpy()
    return found


@torch.no_grad()
def write_characters(
    model: CharacterModel, start: np.ndarray, count: int, temperature: float = 1.0, seed: int = 0
) -> np.ndarray:
    """Let the model write ``count`` characters after ``start``, each drawn from what it predicts."""
    rng, written, state = np.random.default_rng(seed), [], None
    read = torch.from_numpy(start).to(model.output.weight.device)[None]
    for _ in range(count):
        logits, state = model(read, state)
        shares = torch.softmax(logits[0, -1].double() / temperature, dim=-1).cpu().numpy()
        written.append(int(rng.choice(len(shares), p=shares / shares.sum())))
        read = torch.tensor([[written[-1]]], device=read.device)
    return np.array(written, dtype=np.int64)

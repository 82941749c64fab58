"""Language models: a bigram network on fixed word vectors, and a recurrent model of characters."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

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


def bigram_loss(network: BigramNetwork, pairs: Tensor) -> Tensor:
    """Return the mean cross-entropy of pairs (word, next word), shape (B, 2), in nats.

    Logits depend on the first word alone, so they are computed once for each different one.
    """
    words, places = torch.unique(pairs[:, 0], return_inverse=True)
    logs = torch.log_softmax(network(words), dim=-1)  # (different words, V)
    return -logs[places, pairs[:, 1]].mean()


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

    The output bias starts at the log-frequencies of the words (each counted once more than it was seen). The
    learning rate falls to 0 along half a cosine.
    """
    pairs = torch.from_numpy(np.stack([tokens[:-1], tokens[1:]], axis=1)).to(network.vectors.device)
    counts = torch.bincount(pairs[:, 1], minlength=len(network.vectors)) + 1.0
    with torch.no_grad():
        network.output.bias.copy_(torch.log(counts / counts.sum()))
    optimiser = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=decay, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    rng, losses = np.random.default_rng(seed), []
    for _ in range(steps):
        rows = torch.from_numpy(rng.integers(len(pairs), size=batch)).to(pairs.device)
        loss = bigram_loss(network, pairs[rows])
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

    ``batch`` readers go through the text side by side, each from a place of its own, ``length`` characters a
    step; states are handed on, gradients are not. The rate rises, then falls (one cycle). The second list is
    the loss on the text ``held``, after every ``every`` steps.
    """
    weight = model.output.weight
    text = torch.from_numpy(tokens).to(weight.device)
    starts = np.random.default_rng(seed).integers(len(tokens), size=batch)
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    state, losses, checks, window = None, [], [], torch.arange(length + 1, device=weight.device)
    places = torch.from_numpy(starts).to(weight.device)[:, None] + window  # (batch, length + 1)
    for _ in range(steps):
        read = text[places % len(text)]  # around the end to the beginning
        logits, state = model(read[:, :-1], state)
        state = state.detach()
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), read[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        places = places + length
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

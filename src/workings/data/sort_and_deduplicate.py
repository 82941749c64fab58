"""An exam's decoder with its training sequence, and a generator of sequences to sort and deduplicate.

Source of the decoder: document 004, part 3, problem 2 (`s4.3.2`). Symbols are numbered from 0 in the order
in which they are sorted; START and STOP follow them, so ``n_symbols`` and ``n_symbols + 1``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

VOCABULARY = ("A", "B", "C", "D", "START", "STOP")
START, STOP = 4, 5
TOKENS = (3, 0, 0, START, 0, 3, STOP)  # D A A START A D STOP
E = np.vstack([np.eye(4), np.zeros((2, 4))])  # (6, d_model): START and STOP are rows of zeros
W = np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 0.0]])  # (d_model, d_k): W_Q, W_K and W_V alike
W_O = np.array([[0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]])  # (d_v, d_model)

IGNORED = -100  # a target that no loss counts, as in Torch


def hold_out(n_symbols: int, share: float = 0.25, seed: int = 0) -> np.ndarray:
    """Mark a share of all sets of symbols as held out, at random.

    Returns booleans, shape (2^n_symbols,): entry m is for the set whose members are the bits of m.

    Examples
    --------
    >>> from workings.data.sort_and_deduplicate import hold_out
    >>> print(int(hold_out(8).sum()), bool(hold_out(8)[0]))
    64 False
    """
    order = np.random.default_rng(seed).permutation(np.arange(1, 2**n_symbols))
    held = np.zeros(2**n_symbols, dtype=bool)
    held[order[: round(share * 2**n_symbols)]] = True
    return held


def draw_sequences(
    rng: np.random.Generator,
    count: int,
    n_symbols: int,
    shortest: int,
    longest: int,
    allowed: np.ndarray | None = None,
) -> list[list[int]]:
    """Draw sequences whose set of symbols is ``allowed`` (a mask as from :func:`hold_out`; all if None).

    The set is drawn first, each as likely as the others; then a length that has room for it, then which
    members repeat, then the order.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.data.sort_and_deduplicate import draw_sequences
    >>> drawn = draw_sequences(np.random.default_rng(0), 3, n_symbols=4, shortest=2, longest=5)
    >>> print(all(2 <= len(one) <= 5 and set(one) <= {0, 1, 2, 3} for one in drawn))
    True
    """
    masks = np.arange(1, 2**n_symbols) if allowed is None else np.flatnonzero(allowed)
    sets = [np.flatnonzero(mask >> np.arange(n_symbols) & 1) for mask in masks]
    sets = [members for members in sets if 1 <= len(members) <= longest]
    sequences = []
    for choice in rng.integers(len(sets), size=count):
        members = sets[choice]
        length = int(rng.integers(max(shortest, len(members)), longest + 1))
        repeats = rng.choice(members, size=length - len(members))
        sequences.append(rng.permutation(np.concatenate([members, repeats])).tolist())
    return sequences


def encode(sequences: Sequence[Sequence[int]], n_symbols: int) -> tuple[np.ndarray, np.ndarray]:
    """Lay sequences out for teacher forcing: what goes in, and which token each place must predict.

    A row is the input, START, the sorted symbols, and then STOP as padding; the target of a place is the
    token after it, from START on, and ``IGNORED`` elsewhere.

    Returns inputs and targets, shape (len(sequences), T) each.

    Examples
    --------
    >>> from workings.data.sort_and_deduplicate import encode
    >>> inputs, targets = encode([[3, 0, 0], [1]], n_symbols=4)
    >>> print(inputs.tolist())
    [[3, 0, 0, 4, 0, 3], [1, 4, 1, 5, 5, 5]]
    >>> print(targets.tolist())
    [[-100, -100, -100, 0, 3, 5], [-100, 1, 5, -100, -100, -100]]
    """
    start, stop = n_symbols, n_symbols + 1
    texts = [[*one, start, *sorted(set(one)), stop] for one in sequences]
    seq_len = max(map(len, texts)) - 1
    inputs = np.full((len(texts), seq_len), stop)
    targets = np.full((len(texts), seq_len), IGNORED)
    for row, (one, text) in enumerate(zip(sequences, texts, strict=True)):
        inputs[row, : len(text) - 1] = text[:-1]
        targets[row, len(one) : len(text) - 1] = text[len(one) + 1 :]
    return inputs, targets

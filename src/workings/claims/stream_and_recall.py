"""A stream that an RNN holds in constant memory, and recall that attention wins."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.heads import decode_step
from workings.byhand.scaled_attention import attention
from workings.claims.claim import Evidence, claim
from workings.claims.positions import random_weights
from workings.claims.witness import at_least, at_most, equal
from workings.models.sequence_tasks import (
    EVENTS,
    N_KEY,
    N_VALUE,
    STEPS,
    draw_stream,
    stream_accuracy,
    train_recall,
    train_stream,
)

SEEDS = (0, 1, 2)


@claim(
    r"A switch in a stream, trained on $32$ events: a tanh RNN of $16$ units carries $64$ bytes, however "
    r"long the stream, and is still right at event $2048$. Attention of that width carries $128$ bytes an "
    r"*event*.",
    answers=("s0.3.4", "s0.3.3"),
)
def rnn_streams() -> Evidence:
    """Train an RNN three times; weigh what each carries after 32 and 256 events, in Torch and by hand."""
    trained = [train_stream("rnn", seed) for seed in SEEDS]
    rnn, attending = trained[0], train_stream("attention", steps=1)
    events, _ = draw_stream(1, 256, torch.Generator().manual_seed(7))
    where = next(rnn.parameters()).device
    held = {
        model.kind: [model.carried_bytes(events[0, :t].to(where)) for t in (32, 256)]
        for model in (rnn, attending)
    }
    cache, weights = None, random_weights(16)
    for x in np.ones((32, 16)):
        _, cache = decode_step(x, cache, *weights, 2)
    by_hand = 0 if cache is None else sum(part.size for part in cache) * 4  # four bytes a float32
    accuracy = min(stream_accuracy(model, 2048) for model in trained)
    return Evidence(
        [
            at_least("trained RNN, least accuracy at events 2017 to 2048", accuracy, 0.98),
            equal("Torch, bytes the RNN carries after 32 and 256 events", held["rnn"], [64, 64]),
            equal(
                "Torch, bytes attention carries after 32 and 256 events",
                held["attention"],
                [32 * 128, 256 * 128],
            ),
            equal("by hand, attention after 32 events", by_hand, 32 * 128),
        ],
        {
            "accuracy": accuracy,
            "rnn": held["rnn"][1],
            "attention": held["attention"][1],
            "at_2048": 2048 * 128,
            "width": rnn.d_model,
            "steps": STEPS,
            "events": EVENTS,
            "seeds": len(SEEDS),
        },
    )


@claim(
    r"Sixteen pairs of key and value, then a key: one head of attention names the value in more than $95$ % "
    r"of cases after $200$ steps of training, an LSTM of the same width and twice the weights in fewer than "
    r"half.",
    answers=("s0.3.4",),
)
def attention_recalls() -> Evidence:
    """Train both three times; build the head by hand, with one-hot keys, and ask it for every key."""
    model, _ = train_recall("attention", 16, steps=1)
    attending = min(train_recall("attention", 16, seed)[1] for seed in SEEDS)
    lstm = max(train_recall("lstm", 16, seed)[1] for seed in SEEDS)
    rng = np.random.default_rng(5)
    right = []
    for _ in range(50):
        keys, values = rng.permutation(N_KEY)[:16], rng.integers(N_VALUE, size=16)
        K, V = 60 * np.eye(N_KEY)[keys], np.eye(N_VALUE)[values]
        answers = attention(np.eye(N_KEY)[keys], K, V).argmax(axis=1)
        right.append(float((answers == values).mean()))
    return Evidence(
        [
            at_least("trained, attention, least of the seeds", attending, 0.95),
            at_most("trained, LSTM, greatest of the seeds", lstm, 0.5),
            at_least("by hand, attention with one-hot keys", float(np.mean(right)), 0.95),
        ],
        {
            "attention": attending,
            "lstm": lstm,
            "by_hand": float(np.mean(right)),
            "width": model.readout.in_features,
            "steps": STEPS,
            "seeds": len(SEEDS),
        },
    )

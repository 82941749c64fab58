"""The two tasks: answers that a plain loop confirms, models that learn, bytes that are weighed."""

from __future__ import annotations

import pytest
import torch

from workings.models.heads import MultiHeadAttention
from workings.models.measuring import saved_bytes
from workings.models.sequence_tasks import (
    Recall,
    Stream,
    draw_pairs,
    draw_stream,
    stream_accuracy,
    train_recall,
    train_stream,
)
from workings.models.two_places import TwoPlaces, train_two_places


def test_stream_answers_are_the_last_switch() -> None:
    events, answers = draw_stream(5, 40, torch.Generator().manual_seed(0))
    for row, expected in zip(events.tolist(), answers.tolist(), strict=True):
        state = -1
        for event, answer in zip(row, expected, strict=True):
            state = event - 1 if event else state
            assert answer == state


def test_recall_answers_belong_to_the_key() -> None:
    keys, values, asked, answers = draw_pairs(50, 8, torch.Generator().manual_seed(0))
    for k, v, q, a in zip(keys.tolist(), values.tolist(), asked.tolist(), answers.tolist(), strict=True):
        assert len(set(k)) == 8
        assert dict(zip(k, v, strict=True))[q] == a


def test_carried_bytes() -> None:
    events = torch.zeros(10, dtype=torch.long)
    assert Stream("rnn").carried_bytes(events) == 64
    assert Stream("attention").carried_bytes(events) == 10 * 2 * 16 * 4


def test_models_learn() -> None:
    assert stream_accuracy(train_stream("rnn"), 200) > 0.95
    assert train_recall("attention", 4)[1] > 0.9
    assert train_two_places(2, 0).both_right > 0.9


def test_seeds_repeat_and_leave_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = (train_two_places(1, 3, steps=5).losses for _ in range(2))
    assert first == second
    assert torch.equal(before, torch.get_rng_state())


def test_saved_bytes_of_naive_attention_hold_the_weights() -> None:
    X = torch.ones(1, 32, 4, requires_grad=True)
    naive, fused = (saved_bytes(MultiHeadAttention(4, 1, fused=fused), X) for fused in (False, True))
    assert naive >= 32 * 32 * 4
    assert fused < naive


@pytest.mark.parametrize("make", [Stream, Recall])
def test_refuses(make: type[Stream] | type[Recall]) -> None:
    with pytest.raises(ValueError, match=r"kind must be .* got 'gru'"):
        make("gru")


def test_two_places_reads_two_tokens() -> None:
    assert TwoPlaces(2, 8).look(torch.zeros(3, 6, dtype=torch.long)).sum(dim=1).allclose(torch.ones(2))

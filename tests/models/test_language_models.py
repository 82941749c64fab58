"""The bigram network against the network by hand, the character model against a step at a time; measures."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from workings.byhand.backpropagation import network_forward, network_loss
from workings.byhand.perplexity import perplexity
from workings.data.small_texts import ARTICLE, SONNETS, verse
from workings.data.symbols import UNKNOWN, Symbols, normal_form, printable, restoring_bits, split_words
from workings.models import language_measures as measures
from workings.models.language_models import (
    BigramNetwork,
    CharacterModel,
    Readers,
    bigram_loss,
    bigram_network_logs,
    character_logs,
    cycle_momentum,
    fit_bigrams,
    fit_characters,
    half_cosine,
    one_cycle,
    write_characters,
)

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_network_equals_the_one_by_hand(device: str, dtype: torch.dtype, tolerance: float) -> None:
    vectors = np.random.default_rng(0).normal(size=(7, 3))
    network = BigramNetwork(vectors, 4, torch.Generator().manual_seed(0)).to(device, dtype)
    vectors = network.vectors.double().cpu().numpy()
    weights = [
        one.detach().double().cpu().numpy()
        for layer in (network.hidden, network.output)
        for one in (layer.weight.T, layer.bias)
    ]
    tokens = np.array([0, 3, 6, 3, 3, 1, 0])
    pairs = np.stack([tokens[:-1], tokens[1:]], axis=1)
    _, scores, shares = network_forward(vectors[tokens[:-1]], *weights)
    found = network(torch.tensor(tokens[:-1], device=device)).detach().double().cpu().numpy()
    assert np.abs(found - scores).max() < tolerance
    loss = bigram_loss(network, torch.from_numpy(pairs).to(device)).item()
    assert loss == pytest.approx(
        network_loss(vectors[pairs[:, 0]], np.eye(7)[pairs[:, 1]], *weights), abs=tolerance
    )
    logs = bigram_network_logs(network, tokens)
    assert np.allclose(logs, np.log(shares[np.arange(6), tokens[1:]]), atol=10 * tolerance)


def test_training_is_the_same_every_time_and_lowers_the_loss() -> None:
    tokens = np.tile([0, 3, 1, 4, 2], 60)
    runs = []
    for _ in range(2):
        network = BigramNetwork(np.eye(5), 6, torch.Generator().manual_seed(0))
        runs.append(fit_bigrams(network, tokens, 40, 64, 0.05))
    assert runs[0] == runs[1]
    assert runs[0][-1] < runs[0][0]


def test_character_logs_are_those_of_a_step_at_a_time() -> None:
    model = CharacterModel(6, 5, torch.Generator().manual_seed(0)).double()
    tokens = np.array([0, 5, 2, 2, 1])
    logs, state = [], None
    for now, following in itertools.pairwise(tokens):
        logits, state = model(torch.tensor([[now]]), state)
        logs.append(torch.log_softmax(logits[0, 0], 0)[following].item())
    assert np.allclose(character_logs(model, tokens), logs, atol=1e-12)


def test_characters_are_learnt_and_written() -> None:
    tokens = np.tile([0, 1, 2], 60)
    model = CharacterModel(3, 8, torch.Generator().manual_seed(0))
    losses, checks = fit_characters(model, tokens, 60, 4, 12, 0.02, held=tokens[:31], every=20)
    assert len(checks) == 3
    assert losses[-1] < 0.1 < losses[0]
    assert write_characters(model, tokens[:3], 6).tolist() == [0, 1, 2, 0, 1, 2]


def test_rates_are_those_of_torchs_schedules() -> None:
    for ours, theirs in (
        (half_cosine, lambda one: torch.optim.lr_scheduler.CosineAnnealingLR(one, 50)),
        (one_cycle, lambda one: torch.optim.lr_scheduler.OneCycleLR(one, 0.5, total_steps=50)),
    ):
        optimiser = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
        schedule = theirs(optimiser)
        for step in range(50):
            group = optimiser.param_groups[0]
            assert ours(step, 50) == pytest.approx(group["lr"] / 0.5, abs=1e-12)
            if ours is one_cycle:
                theirs_momentum = group["betas"]
                cycle_momentum(optimiser, step, 50)
                assert group["betas"] == pytest.approx(theirs_momentum, abs=1e-12)
            optimiser.step()
            if step < 49:
                schedule.step()


def test_readers_go_on_from_their_states() -> None:
    def readers() -> Readers:
        made = CharacterModel(6, 5, torch.Generator().manual_seed(0)).double()
        return Readers(made, np.arange(40) % 6, count=4, length=7)

    unbroken, later, whole = readers(), readers(), readers()
    losses = [unbroken(step).item() for step in range(4)]
    for step in range(2):
        whole(step)
    later.load_state_dict(whole.state_dict())
    assert [later(step).item() for step in (2, 3)] == losses[2:]
    halves = [later(4, torch.tensor(rows)).item() for rows in ([0, 2], [1, 3])]
    assert np.mean(halves) == pytest.approx(unbroken(4).item())
    assert torch.allclose(later.states, unbroken.states)
    assert not later.states.requires_grad


def test_refuses_vectors_of_one_axis() -> None:
    with pytest.raises(ValueError) as caught:
        BigramNetwork(np.ones(3), 2)
    assert str(caught.value) == "vectors must have shape (V, D_x), got (3,)"


def test_one_string_has_one_number_of_bits() -> None:
    train, test = split_words(verse()), split_words(SONNETS[73])
    found = measures.word_bits(train, test, 50)
    assert math.log2(found["priced"]) * found["tokens"] / found["characters"] == pytest.approx(found["bits"])
    assert found["characters"] == len(" ".join(test[1:])) + 1


def test_parts_add_up() -> None:
    logs = np.random.default_rng(0).uniform(-3, 0, size=len(ARTICLE) - 1)
    parts = measures.parts_of(ARTICLE, logs, verse())
    assert sum(one["bits"] for one in parts.values()) == pytest.approx(-logs.mean() / math.log(2))
    assert sum(one["characters"] for one in parts.values()) == len(logs)


def test_sweep_without_words_is_one() -> None:
    rows = measures.unknown_sweep(["a", "b", "a", UNKNOWN] * 5, ["a", "c", "a"], (0, 2))
    assert rows[0]["perplexity"] == pytest.approx(1)
    assert rows[0]["kinds"] == 3
    assert rows[1]["perplexity"] > 1


def test_spelling_does_not_see_other_words() -> None:
    one = measures.spelling_logs(["sing", "ring"], ["king"])
    two = measures.spelling_logs(["sing", "ring"], ["zing", "king", "a", "king"])
    assert two[1] == pytest.approx(one[0])
    assert two[3] == pytest.approx(one[0])


def test_symbols_and_normal_forms() -> None:
    assert Symbols.of(["b", "a", "b", UNKNOWN], size=1).tokens == ("b", UNKNOWN)
    with pytest.raises(ValueError, match="tokens must differ"):
        Symbols(["a", "a"])
    assert printable().encode("a\n").tolist() == [10, 96]
    plain = normal_form(ARTICLE, set(verse()))
    assert len(plain) == len(ARTICLE)
    assert set(plain) <= set(verse())
    assert normal_form(plain, set(verse())) == plain
    with pytest.raises(ValueError) as caught:
        restoring_bits("ab", "a")
    assert str(caught.value) == "both texts must have one length, got 2 and 1"


def test_restoring_is_an_upper_bound_that_is_not_far() -> None:
    old, new = "aAaA" * 50, "aaaa" * 50
    assert 200 < restoring_bits(old, new) < 210
    assert perplexity(np.zeros(3)) == 1

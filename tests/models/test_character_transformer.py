"""The character transformer against what it must be: causal, a bag of blocks without biases."""

import math

import pytest
import torch
from torch import nn

from workings.models.character_transformer import (
    CharacterTransformer,
    Sizes,
    adamw_recipe,
    mean_loss,
    muon_recipe,
    next_loss,
    random_blocks,
    sampled_loss,
    write_text,
)

SMALL = Sizes(vocab_size=7, block_size=6, d_model=8, n_head=2, n_layer=2)


@pytest.fixture
def model() -> CharacterTransformer:
    made = CharacterTransformer(SMALL, seed=1)
    with torch.no_grad():
        for weight in made.parameters():
            weight += 0.3 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(weight.numel()))
    return made.eval()


def test_later_characters_change_nothing(model: CharacterTransformer) -> None:
    tokens = torch.tensor([[0, 1, 2, 3, 4, 5]])
    other = torch.tensor([[0, 1, 2, 6, 6, 6]])
    assert torch.allclose(model(tokens)[:, :3], model(other)[:, :3], atol=1e-6)
    assert not torch.allclose(model(tokens)[:, 3:], model(other)[:, 3:], atol=1e-3)


def test_it_equals_torchs_own_layers(model: CharacterTransformer) -> None:
    tokens = torch.tensor([[0, 1, 2, 3, 4, 5], [6, 5, 4, 3, 2, 1]])
    X = model.characters.weight[tokens] + model.positions.weight[:6]
    for block in model.blocks:
        layer = nn.TransformerEncoderLayer(
            8, 2, 32, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        ).eval()
        attention = block.attention
        with torch.no_grad():
            parts = (attention.query, attention.key, attention.value)
            layer.self_attn.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
            layer.self_attn.in_proj_bias.zero_()
            layer.self_attn.out_proj.weight.copy_(attention.output.weight)
            layer.self_attn.out_proj.bias.zero_()
            parts = (block.norm, block.network[0], block.network[1], block.network[3])
            for own, part in zip(
                (layer.norm1, layer.norm2, layer.linear1, layer.linear2), parts, strict=True
            ):
                own.weight.copy_(part.weight)
                own.bias.zero_()
        X = layer(X, src_mask=nn.Transformer.generate_square_subsequent_mask(6), is_causal=True)
    expected = nn.functional.linear(
        nn.functional.layer_norm(X, (8,), model.norm.weight), model.characters.weight
    )
    assert torch.allclose(model(tokens), expected, atol=1e-5)


def test_the_sizes_of_nanogpts_small_setting() -> None:
    model = CharacterTransformer(Sizes(vocab_size=65))
    blocks = 4 * (4 * 128**2 + 2 * 128 * 512 + 2 * 128)
    assert sum(weight.numel() for weight in model.parameters()) == (65 + 64) * 128 + blocks + 128
    assert all(not name.endswith("bias") for name, _ in model.named_parameters())


def test_at_the_start_nothing_is_known() -> None:
    text = torch.randint(7, (200,), generator=torch.Generator().manual_seed(0))
    assert mean_loss(CharacterTransformer(SMALL), text) == pytest.approx(math.log(7), abs=0.02)


def test_the_mean_loss_is_of_every_block(model: CharacterTransformer) -> None:
    text = torch.randint(7, (6 * 5 + 1,), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        losses = [
            nn.functional.cross_entropy(model(text[None, at : at + 6])[0], text[at + 1 : at + 7])
            for at in range(0, 30, 6)
        ]
    assert mean_loss(model, text, at_once=2) == pytest.approx(float(torch.stack(losses).mean()), abs=1e-6)


def test_an_estimate_is_near_the_mean_of_all(model: CharacterTransformer) -> None:
    text = torch.randint(7, (601,), generator=torch.Generator().manual_seed(0))
    found = sampled_loss(model, text, 300, at_once=64)
    assert abs(found["mean"] - mean_loss(model, text)) < 4 * found["error"]
    assert 0 < found["error"] < 0.1


def test_half_precision_is_near(model: CharacterTransformer) -> None:
    inputs, targets = random_blocks(torch.arange(300) % 7, 6, 50, (0, 1))
    exact = next_loss(model, inputs, targets)
    near = next_loss(model, inputs, targets, half=True)
    assert near.dtype == torch.float32
    assert abs(near.item() / exact.item() - 1) < 0.01
    near.backward()
    assert all(weight.grad.dtype == torch.float32 for weight in model.parameters())


def test_attention_written_out_is_the_same(model: CharacterTransformer) -> None:
    tokens = torch.tensor([[0, 1, 2, 3, 4, 5]])
    fused = model(tokens)
    for block in model.layers():
        block.attention.fused = False
    assert torch.allclose(model(tokens), fused, atol=1e-5)


def test_weights_are_of_every_head_and_causal(model: CharacterTransformer) -> None:
    found = model.weights(torch.tensor([[0, 1, 2, 3], [4, 5, 6, 0]]))
    assert found.shape == (2, 2, 2, 4, 4)
    assert torch.allclose(found.sum(-1), torch.ones(2, 2, 2, 4))
    assert not found.triu(1).any()


def test_a_step_draws_by_seed_and_number_alone() -> None:
    text = torch.arange(1000)
    one, two, other = (random_blocks(text, 6, 8, seed)[0] for seed in ((0, 5), (0, 5), (0, 6)))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


@pytest.mark.parametrize("recipe", [adamw_recipe, muon_recipe])
def test_both_recipes_learn_a_cycle(recipe: type) -> None:
    model = CharacterTransformer(SMALL)
    text = torch.arange(300) % 7
    steps = 300
    chosen = recipe(model, steps)
    for step in range(steps):
        inputs, targets = random_blocks(text, 6, 8, seed=step)
        loss = nn.functional.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        loss.backward()
        for optimizer in chosen.optimizers:
            optimizer.step()
            optimizer.zero_grad()
    assert mean_loss(model, text) < 0.8
    drawn = write_text(model, torch.tensor([0, 1, 2]), 5)
    assert drawn.shape == (5,)


@pytest.mark.parametrize("recipe", [adamw_recipe, muon_recipe])
def test_every_weight_is_in_one_optimizer(recipe: type) -> None:
    model = CharacterTransformer(SMALL)
    groups = [group for optimizer in recipe(model, 10).optimizers for group in optimizer.param_groups]
    ids = [id(weight) for group in groups for weight in group["params"]]
    assert sorted(ids) == sorted(id(weight) for weight in model.parameters())
    factors = [recipe(model, 200).factor(step) for step in range(200)]
    assert max(factors) == pytest.approx(1.0)
    assert min(factors) > 0


def test_texts_that_are_too_long_are_refused(model: CharacterTransformer) -> None:
    with pytest.raises(ValueError, match=r"\(B, T\) with T from 1 to 6, got \(1, 7\)"):
        model(torch.zeros(1, 7, dtype=torch.long))

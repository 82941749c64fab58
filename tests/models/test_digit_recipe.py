"""The trained form is the exam's network; the recipe draws by the number of the step alone."""

import pytest
import torch
from torch.nn.functional import avg_pool2d, conv2d

from workings.models.cnn_shapes import DigitNetwork
from workings.models.digit_recipe import TrainedForm, epoch_order, jiggled, merged, recipe

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("channels", "size", "k", "padding"), [((1, 8), 4, 5, 0), ((8, 16), 2, 4, 1)])
def test_a_merged_kernel_is_convolution_and_pooling(
    channels: tuple[int, int], size: int, k: int, padding: int
) -> None:
    X, weight = draw(2, channels[0], 31, 31), draw(channels[1], channels[0], k, k, seed=1)
    expected = avg_pool2d(conv2d(X, weight, padding=padding), size)
    found = conv2d(X, merged(weight, size), stride=size, padding=padding)
    assert torch.allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("normalize", [True, False])
def test_folded_it_is_the_exams_network(device: str, normalize: bool) -> None:
    form = TrainedForm(seed=3, normalize=normalize).double().to(device)
    images = torch.rand(16, 1, 32, 32, generator=torch.Generator().manual_seed(0)).double().to(device)
    for _ in range(3):
        form(images)  # gives the norms something to remember
    with torch.no_grad():
        for number, one in enumerate(form.parameters()):
            one.add_(0.05 * draw(*one.shape, seed=number).to(device))
    exam = form.eval().folded()
    assert isinstance(exam, DigitNetwork)
    assert sum(one.numel() for one in exam.parameters()) == 3722
    assert torch.allclose(exam(images), form(images), atol=1e-10)


def test_unnormalised_it_begins_as_the_exams_network() -> None:
    drawn, form = DigitNetwork(seed=5), TrainedForm(seed=5, normalize=False)
    same = zip(drawn.parameters(), form.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in same)


def test_gradients_reach_every_number() -> None:
    form = TrainedForm()
    form(torch.rand(8, 1, 32, 32, generator=torch.Generator().manual_seed(0))).square().sum().backward()
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in form.parameters())


def test_jiggling_is_repeatable_and_small() -> None:
    images = torch.zeros(4, 1, 32, 32)
    images[:, :, 12:20, 12:20] = 1
    moved = jiggled(images, seed=7)
    assert torch.equal(moved, jiggled(images, seed=7))
    assert not torch.equal(moved, jiggled(images, seed=8))
    assert not torch.equal(moved[0], moved[1])
    assert (moved.sum(dim=(1, 2, 3)) / 64 - 1).abs().max() < 0.3
    assert torch.equal(jiggled(images, seed=7, strength=0.0), images)
    with pytest.raises(ValueError, match="strength must be"):
        jiggled(images, seed=7, strength=-1.0)


def test_the_recipe_learns_and_leaves_the_global_generator() -> None:
    images = torch.rand(64, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(64) % 10
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    form = TrainedForm(seed=1)
    optimizer, factor = recipe(form, 60, rate=0.02)
    losses = []
    for step in range(60):
        optimizer.param_groups[0]["lr"] = 0.02 * factor(step)
        loss = torch.nn.functional.cross_entropy(form(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert torch.equal(torch.rand(3), expected)
    assert losses[-1] < 0.2 * losses[0]


def test_an_epoch_reads_each_image_once() -> None:
    order = epoch_order(50, epoch=3, seed=1)
    assert sorted(order.tolist()) == list(range(50))
    assert torch.equal(order, epoch_order(50, epoch=3, seed=1))
    assert not torch.equal(order, epoch_order(50, epoch=4, seed=1))

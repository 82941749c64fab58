# %% [markdown]
# # Train a network on digits
#
# An exam asks for a convolutional network with 3,722 weights. How well does it read digits, what do its
# kernels look for, and what happens when a digit moves? The chapter [Shapes of a convolutional
# network](../images/cnn-shapes.md) counts its weights.
#
# The digits come with scikit-learn: 8 by 8 pixels each. The network wants 32 by 32, so every pixel is
# repeated four times both ways.

# %%
import numpy as np
import torch

from workings.data.digits import digits, enlarge

found = digits()
images, test_images = (
    torch.from_numpy(enlarge(one)).float()[:, None] for one in (found.train_images, found.test_images)
)  # (N, 1, 32, 32)
labels, test_labels = torch.from_numpy(found.train_labels), torch.from_numpy(found.test_labels)
print(tuple(images.shape), "to learn from,", tuple(test_images.shape), "for the test")

# %%
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.notebook import show

figure, axes = canvas(5, 1.2, columns=5)
for place, one in enumerate(axes):
    rows, columns = np.nonzero(found.train_images[place] > 0.4)
    one.scatter(columns, -rows, marker="s", s=24, color=INK, linewidths=0)
    one.set(xlim=(-1, 8), ylim=(-8, 1), aspect="equal", title=str(found.train_labels[place]))
    one.axis("off")
show(Figure(figure, alt="Five digits of 8 by 8 pixels, each with its label above it"))

# %% [markdown]
# ## How well does it read?
#
# Two convolutions, each followed by average pooling and ReLU, then one linear layer. The loss is the
# cross-entropy of the ten logits.

# %%
from workings.models.cnn_shapes import DigitNetwork, accuracy, train

net = DigitNetwork()
print(sum(one.numel() for one in net.parameters()), "weights")
losses = train(net, images, labels, epochs=8)
print("loss by epoch:", " ".join(f"{one:.3f}" for one in losses))
print(f"test: {accuracy(net, test_images, test_labels):.1%} right")

# %%
from workings.exhibits.exhibit import Table

with torch.no_grad():
    guesses = net(test_images).argmax(dim=1)  # (N,)
table = torch.zeros(10, 10, dtype=torch.long)
table.index_put_((test_labels, guesses), torch.tensor(1), accumulate=True)
wrong = [(int(table[a, b]), a, b) for a in range(10) for b in range(10) if a != b and table[a, b]]
rows = [[f"{a} read as {b}", count] for count, a, b in sorted(wrong, reverse=True)[:5]]
show(Table(["mistake", "times"], rows))

# %% [markdown]
# ## What do its kernels look for?
#
# The first layer has eight kernels of 5 by 5. A kernel answers strongly where the image is bright under its
# positive weights and dark under its negative ones.

# %%
kernels = net.layers[0].weight.detach()[:, 0]  # (8, 5, 5)
figure, axes = canvas(5, 2.6, columns=4, nrows=2)
for kernel, one in zip(kernels, axes.flat, strict=True):
    for sign, colour in ((1, SERIES[0]), (-1, SERIES[1])):
        rows, columns = np.nonzero((sign * kernel).numpy() > 0)
        sizes = 90 * kernel.abs().numpy()[rows, columns] / kernel.abs().max().item()
        one.scatter(columns, -rows, marker="s", s=sizes, color=colour, linewidths=0)
    one.set(xlim=(-0.7, 4.7), ylim=(-4.7, 0.7), aspect="equal")
    one.axis("off")
show(Figure(figure, alt="Eight kernels: the size of a square is the weight's size, its colour the sign"))

# %% [markdown]
# Some kernels are positive on one side and negative on the other: they answer at edges of one direction.
#
# ## What happens when the digit moves?
#
# Convolutions move with the image, and the linear layer does not: it expects each feature in its place.
# Move the test images to the right, without training again.

# %%
from workings.models.cnn_shapes import shifted

moves = (0, 1, 2, 4, 6, 8)
rows = [[right, accuracy(net, shifted(test_images, right), test_labels)] for right in moves]
show(Table(["pixels to the right", "right answers"], rows, ["d", ".1%"]))

# %% [markdown]
# **What goes wrong.** "Convolutional networks do not mind shifts" is half of the truth. Pooling forgives a
# pixel, hardly more. Whoever needs more must show shifted digits in training.

# %%
moved = torch.cat([images, *(shifted(images, right) for right in (-6, -3, 3, 6))])
second = DigitNetwork()
train(second, moved, labels.repeat(5), epochs=4)
rows = []
for right in moves:
    there = shifted(test_images, right)
    rows.append([right, accuracy(net, there, test_labels), accuracy(second, there, test_labels)])
show(Table(["pixels to the right", "trained in place", "trained with shifts"], rows, ["d", ".1%", ".1%"]))

# %% [markdown]
# The second network has as many weights, and reads digits that stand elsewhere at hardly any cost to those
# that do not. At eight pixels, further than any move it was shown, it is much better than the first.
#
# Try it: move the digits down, by `shifted(test_images, 0, down)`, and see whether what it learnt about left
# and right helps.

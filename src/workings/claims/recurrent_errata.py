"""Errata of the published answer to s3.1 (document 003): why vanishing and exploding gradients matter."""

from __future__ import annotations

import numpy as np

from workings.byhand.recurrent import jacobian_norms, rnn_states
from workings.claims.claim import Evidence, erratum
from workings.claims.recurrent import random_network, sure_to_vanish
from workings.claims.recurrent_memory import (
    by_distance,
    initialisation,
    latch,
    latch_remembers,
    shared_weight,
    surviving,
)
from workings.claims.recurrent_norm import batch_norm, gradient_ratio
from workings.claims.recurrent_steps import (
    cliff_gradient,
    cliff_loss,
    jump_and_stop,
    short_steps_descend,
    train_exploding,
)
from workings.claims.witness import at_least, at_most


@erratum(
    r"Both vanishing and exploding arise especially with activations of steep or flat slope, such as "
    r"sigmoid and tanh.",
    truth=r"For exploding it is the other way round. No slope of tanh passes 1 and none of sigmoid passes "
    r"$\tfrac14$: they can only hold a gradient down. What explodes is the power of $W_{hh}$, which the "
    r"answer does not mention, and most of all without an activation.",
    question="s3.1",
    corrected=sure_to_vanish,
)
def steep_activations_explode() -> Evidence:
    """Ask for more growth with tanh or sigmoid than without an activation; and for any at norm 1."""
    at_two = {}
    for name in ("tanh", "sigmoid", "linear"):
        _, _, W_hh, H = random_network(name, 2.0, seed=8, steps=100)
        at_two[name] = float(jacobian_norms(H[0], W_hh, name)[-1])
    rng = np.random.default_rng(8)
    growth = []
    for name in ("tanh", "sigmoid"):
        W = rng.normal(size=(16, 16))
        W /= np.linalg.norm(W, 2)
        H = rnn_states(np.zeros((1, 100, 1)), np.zeros((1, 16)), W, activation=name)  # tanh at its steepest
        growth.append(float(jacobian_norms(H[0], W, name).max()))
    ratio = max(at_two["tanh"], at_two["sigmoid"]) / at_two["linear"]
    return Evidence(
        [
            at_least("by hand, radius 2, 100 steps: with an activation over without", ratio, 1),
            at_least("by hand, largest norm in 100 steps, weights of norm 1", max(growth), 1.5),
        ]
    )


@erratum(
    r"With vanishing gradients the weight updates become negligible, and training is very slow or stalls.",
    truth=r"The gradient of a weight is a sum over all distances. Its far terms vanish, its near ones do "
    r"not: the updates stay large and training goes on, deaf to far inputs. That is why the fault is easy "
    r"to miss.",
    question="s3.1",
    corrected=shared_weight,
    certainty="arguable",
    reading="only a far input can lower the loss, so that the near terms average out",
)
def updates_negligible() -> Evidence:
    """Take the network whose state gradient vanishes, and measure the gradient of its weights."""
    _, total, _ = by_distance()
    return Evidence([at_most("by hand, norm of dL/dW_hh", float(np.linalg.norm(total)), 0.1)])


@erratum(
    r"With vanishing gradients the network struggles to pass information through many steps; information "
    r"fails to flow.",
    truth=r"Forward and backward are different matters. A saturated latch keeps a bit for ever, and it is "
    r"this saturation that kills the gradient (Bengio, Simard and Frasconi 1994). What fails is learning to "
    r"store, not storing.",
    question="s3.1",
    corrected=latch_remembers,
    certainty="arguable",
    reading="the information meant is the error signal that flows backward",
)
def information_is_lost() -> Evidence:
    """Let the latch forget, where its gradient is below 10^-100."""
    up, gradient = latch(1.0)
    down, _ = latch(-1.0)
    lost = abs(up[-1] - down[-1]) if gradient < 1e-100 else 0.0
    return Evidence([at_most("by hand, what is left of two different inputs", lost, 0.01)])


@erratum(
    r"Exploding gradients make the weights grow exponentially during training.",
    truth=r"Exponential is the growth over the *distance* in one backward pass. Over training steps a tanh "
    r"network jumps once or twice, saturates, and its weights stand still; without an activation the growth "
    r"is faster than exponential.",
    question="s3.1",
    corrected=jump_and_stop,
    certainty="arguable",
    reading="“exponentially” stands for “fast”, and the first throw is meant",
)
def weights_grow_exponentially() -> Evidence:
    """Ask for growth by at least one per cent a step, steps 3 to 40 of an exploding training run."""
    weights, _, _ = train_exploding(rate=0.5)
    return Evidence([at_least("Torch, growth from step 3 to 40", weights[-1] / weights[3], 1.01**36)])


@erratum(
    r"High gradients raise the loss rapidly (the answer calls this loss saturation).",
    truth=r"The gradient points uphill, and however large it is, a short step against it goes down. Steps "
    r"that are too long raise the loss. And a loss that rises rapidly does not saturate; a squared error on "
    r"a tanh state is bounded.",
    question="s3.1",
    corrected=short_steps_descend,
    certainty="arguable",
    reading="the learning rate is fixed and too large for the gradient",
)
def high_gradients_raise_loss() -> Evidence:
    """Step against the gradient on the steep side of the cliff and look for a rise."""
    w = 6.4838
    before, slope = cliff_loss(w), cliff_gradient(w)
    return Evidence(
        [at_least("by hand, rise of the loss", cliff_loss(w - 1e-4 * np.sign(slope)) - before, 1e-5)]
    )


@erratum(
    r"Xavier's or He's initialisation helps to keep the gradients of a recurrent network stable.",
    truth=r"Both keep one layer's variance, for weights that differ from layer to layer. A recurrent "
    r"network multiplies by the same matrix at every step: over 200 with tanh both rules lose the gradient, "
    r"without activation He's explodes. Orthogonal weights are made for this, and keep its length without an "
    r"activation only; with tanh or ReLU they lose it as well.",
    question="s3.1",
    corrected=initialisation,
    certainty="arguable",
    reading="it compares with worse draws, over few steps or for the weights of the inputs",
)
def xavier_or_he() -> Evidence:
    """Ask that one of the two keep a thousandth of the gradient, tanh, 200 steps."""
    best = max(surviving("Xavier", "tanh"), surviving("He", "tanh"))
    return Evidence([at_least("by hand, what is left of the gradient", best, 1e-3)])


@erratum(
    r"Batch normalisation helps to prevent extreme gradients in a recurrent network.",
    truth=r"In a ReLU network, normalising the recurrent products to deviation 1 makes the gradient explode "
    r"where the plain one's vanishes; with tanh it grows as well. Whether it helps hangs on the "
    r"activation and on that deviation: Cooijmans et al. (2017), whose tanh cells' gradients vanished at 1, "
    r"start it at a tenth.",
    question="s3.1",
    corrected=batch_norm,
    certainty="arguable",
    reading="with a small scale, as in Cooijmans et al. 2017, or applied to the inputs only",
)
def batch_norm_prevents() -> Evidence:
    """Ask for a gradient within a thousand times of its start, over 100 normalised steps with ReLU."""
    return Evidence([at_most("Torch autograd, gradient at distance 100", gradient_ratio("batch"), 1e3)])

"""Errata of the published answer to s3.1 (document 003): why vanishing and exploding gradients matter."""

from __future__ import annotations

import numpy as np

from workings.byhand.recurrent import jacobian_norms, rnn_backward, rnn_states
from workings.claims.claim import Evidence, erratum
from workings.claims.clipping import clipping_infinity
from workings.claims.recurrent import product_of_jacobians, random_network, sure_to_vanish
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
from workings.claims.witness import at_least, at_most, close, equal


@erratum(
    r"Exploding gradients come, like vanishing ones, from activations with steep or flat slopes, such as "
    r"sigmoid and tanh.",
    truth=r"No slope of tanh passes 1 and none of sigmoid passes $\tfrac14$, so neither can make anything "
    r"explode. What explodes is the power of $W_{hh}$, which the answer does not mention; a network without "
    r"an activation explodes too.",
    question="s3.1",
    corrected=sure_to_vanish,
)
def steep_activations_explode() -> Evidence:
    """Scale the weights to norm 1: with the steepest of both activations, does anything grow?"""
    rng = np.random.default_rng(8)
    growth = []
    for name in ("tanh", "sigmoid"):
        W = rng.normal(size=(16, 16))
        W /= np.linalg.norm(W, 2)
        H = rnn_states(np.zeros((1, 100, 1)), np.zeros((1, 16)), W, activation=name)  # tanh at its steepest
        growth.append(float(jacobian_norms(H[0], W, name).max()))
    return Evidence([at_least("by hand, largest norm in 100 steps, weights of norm 1", max(growth), 1.5)])


@erratum(
    r"The cause is that gradients are multiplied by each other, step after step.",
    truth=r"What is multiplied are Jacobians, $\partial h_t/\partial h_{t-1}$; the gradient enters once, at "
    r"the end of the product. Losses of several steps have their gradients added, not multiplied.",
    question="s3.1",
    corrected=product_of_jacobians,
    certainty="arguable",
    reading="by the gradients of the steps it means the Jacobians between neighbouring states",
)
def gradients_multiplied() -> Evidence:
    """Multiply the gradients of two steps' losses, entry by entry; compare with the gradient of their sum."""
    inputs, _, W_hh, H = random_network("tanh", 0.9, seed=9, d_h=4, steps=6)
    one, two = np.zeros_like(H), np.zeros_like(H)
    one[:, -1], two[:, -2] = 1, 1
    last, before, both = (rnn_backward(inputs, H, W_hh, dH)[1] for dH in (one, two, one + two))
    return Evidence([close("by hand, product against the gradient of the sum", last * before, both, 0.01)])


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
    r"With vanishing gradients information fails to flow through the network: it cannot carry what it read.",
    truth=r"Forward and backward are different matters. A saturated latch keeps a bit for ever, and it is "
    r"this saturation that kills the gradient (Bengio, Simard and Frasconi 1994, section IV). What fails is "
    r"learning to store, not storing.",
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
)
def weights_grow_exponentially() -> Evidence:
    """Ask for growth by at least one per cent a step, steps 3 to 40 of an exploding training run."""
    weights, _, _ = train_exploding(rate=0.5)
    return Evidence([at_least("Torch, growth from step 3 to 40", weights[-1] / weights[3], 1.01**36)])


@erratum(
    r"High gradients raise the loss rapidly (the answer calls this loss saturation).",
    truth=r"The gradient points uphill; a short step against it goes down, however long it is. Steps that "
    r"are too long raise the loss. And a loss that rises rapidly does not saturate; a squared error on a "
    r"tanh state is bounded.",
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
    r"Gradient clipping prevents gradients from exploding.",
    truth=r"It shortens the step, after the backward pass is done. The products explode as before, and "
    r"where they overflow there is nothing left to clip: Torch's clipping then returns `nan`.",
    question="s3.1",
    corrected=clipping_infinity,
    certainty="arguable",
    reading="the gradient that reaches the update is meant, and it is finite",
)
def clipping_prevents() -> Evidence:
    """Clip as the answer says, g times c over its norm, after 130 doublings in float32."""
    gradient = np.ones(1, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(130):
            gradient = gradient * np.float32(2)
        clipped = gradient * (np.float32(1) / np.abs(gradient))
    return Evidence(
        [equal("NumPy, float32: the clipped gradient is finite", bool(np.isfinite(clipped[0])), True)]
    )


@erratum(
    r"Xavier's or He's initialisation keeps the gradients of a recurrent network stable.",
    truth=r"Both keep one layer's variance, for weights that differ from layer to layer. A recurrent "
    r"network multiplies by the same matrix 200 times: with tanh both rules lose the gradient, without "
    r"activation He's explodes. Orthogonal or identity weights are the remedies made for this.",
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
    r"Batch normalisation prevents extreme gradients in a recurrent network.",
    truth=r"Normalising the recurrent products to deviation 1 makes a ReLU network's gradient explode where "
    r"the plain one's vanishes. It took a deviation of a tenth to train at all (Cooijmans et al. 2017, "
    r"section 4); layer normalisation became the common choice.",
    question="s3.1",
    corrected=batch_norm,
    certainty="arguable",
    reading="with a small scale, as in Cooijmans et al. 2017, or applied to the inputs only",
)
def batch_norm_prevents() -> Evidence:
    """Ask for a gradient within a thousand times of its start, over 100 normalised steps."""
    return Evidence([at_most("Torch autograd, gradient at distance 100", gradient_ratio(True), 1e3)])

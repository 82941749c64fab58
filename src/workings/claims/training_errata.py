"""Errata of the published answers to s4.2.1, s4.2.2 and s4.2.3 (document 004)."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.deep_network import deep_gradients, deep_states, layer_weights
from workings.claims.batch_size import best_steps, chance_of_escape, escaped, steps_and_examples, wells
from workings.claims.claim import Evidence, erratum
from workings.claims.skip_connections import HE, branches_need_a_scale
from workings.claims.skip_training import learns_noise_by_heart, memorised
from workings.claims.step_times import seconds, seconds_per_step
from workings.claims.vanishing_depth import at_its_steepest, by_autograd, first_network, initialisation
from workings.claims.witness import at_least, at_most


@erratum(
    r"Large minibatches are slower to compute.",
    truth=r"One *step* is slower. An *example* is much faster, since one large matrix product does the work "
    r"of many small ones: so is a pass over the data, as long as the steps suffice.",
    question="s4.2.1",
    corrected=seconds,
    certainty="arguable",
    reading="“slower” is said of one step, not of the same number of examples",
)
def large_is_slower() -> Evidence:
    """Time 4 096 examples in one batch and one by one (one measured, times 4 096)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        together, alone = seconds_per_step(4_096), seconds_per_step(1)
    return Evidence(
        [at_least("Torch, time of 4 096 together over one by one", together / (4_096 * alone), 1)]
    )


@erratum(
    r"In practice the batch is chosen as large as the GPU's memory allows.",
    truth=r"As a habit, perhaps; as advice it wastes work. Past a critical size steps hardly fall any more: "
    r"on real data from $B = 64$ to $256$ four times the examples buy a fifth fewer steps.",
    question="s4.2.1",
    corrected=steps_and_examples,
    certainty="arguable",
    reading="it only reports what people do, or the memory is full before the critical size",
)
def fill_the_memory() -> Evidence:
    """Ask for a gain of a half in steps from four times the batch."""
    gain = best_steps(64)[0] / best_steps(256)[0]
    return Evidence([at_least("by hand, steps at 64 over steps at 256", gain, 1.5)])


@erratum(
    r"Small minibatches explore more and can escape local minima; large ones have a higher risk of getting "
    r"stuck.",
    truth=r"At the same learning rate, yes. What decides is nearly $\eta/B$: a small batch with a small "
    r"rate, which the same answer recommends, stays in the well as often as a large one. A convex loss has "
    r"no such wells.",
    question="s4.2.1",
    corrected=wells,
    certainty="arguable",
    reading="the learning rate is the same for both sizes",
)
def large_gets_stuck() -> Evidence:
    """Ask B = 4 with a quarter of the rate to escape more often than B = 16, by runs and by the matrix."""
    runs = escaped(4, 0.0125).mean() - escaped(16, 0.05).mean()
    matrix = chance_of_escape(16, 0.05) - chance_of_escape(64, 0.2)
    return Evidence(
        [
            at_least("a thousand runs, share escaped, small minus large", float(runs), 0.05),
            at_least("matrix, chance of escape, 16 minus 64", matrix, 0.05),
        ]
    )


@erratum(
    r"Sigmoid and tanh make gradients vanish because their slopes go to zero exponentially for large inputs.",
    truth=r"That is one cause. The sigmoid vanishes at its very steepest too, where "
    r"its slope is $\tfrac14$: fifty layers with all sums at zero pass $4^{-50}$. So centring or "
    r"normalising the sums can save tanh, not the sigmoid.",
    question="s4.2.2",
    corrected=at_its_steepest,
    certainty="arguable",
    reading="saturation is meant as one cause among others",
)
def only_large_inputs() -> Evidence:
    """Keep every sum at zero, far from saturation, and ask the sigmoid for one part in a thousand."""
    W = np.ones((50, 1, 1))
    passed = float(np.prod([0.25 * layer[0, 0] for layer in W]))
    start = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    h = start
    for _ in range(50):
        h = torch.sigmoid(h - 0.5)
    return Evidence(
        [
            at_least("by hand, product of slopes at zero", passed, 1e-3),
            at_least("Torch autograd, the same", torch.autograd.grad(h, start)[0].item(), 1e-3),
        ]
    )


@erratum(
    r"ReLU is a good workaround: it lets gradients through for positive inputs, and so they vanish less "
    r"than with tanh.",
    truth=r"It needs weights to match. It shuts half of the units, and with Xavier's rule it loses $\sqrt2$ "
    r"per layer: through 50 layers it keeps a millionth of what tanh keeps. With He's rule it holds. And a "
    r"unit that is shut for all is dead.",
    question="s4.2.2",
    corrected=initialisation,
    certainty="arguable",
    reading="the weights are drawn by He's rule, or the network is shallow",
)
def relu_whatever_the_weights() -> Evidence:
    """Compare ReLU with tanh through 50 layers of the same weights."""
    by_hand = first_network("relu", 1.0) / first_network("tanh", 1.0)
    graph = by_autograd("relu", 1.0) / by_autograd("tanh", 1.0)
    return Evidence(
        [
            at_least("by hand, what ReLU keeps over what tanh keeps", by_hand, 1),
            at_least("Torch autograd, the same", graph, 1),
        ]
    )


@erratum(
    r"Skip connections help gradients flow.",
    truth=r"They keep them from vanishing, and can make them *explode*: with He's rule in every branch a "
    r"gradient grows more than $10^9$-fold through 50 layers. They need a scale, a norm, or branches that "
    r"start at zero.",
    question="s4.2.3",
    corrected=branches_need_a_scale,
    certainty="arguable",
    reading="the branches are scaled or normalised, as residual networks in use are",
)
def skips_alone_suffice() -> Evidence:
    """Ask a gradient through 50 bare residual layers to keep its size within a factor of a thousand."""
    rng = np.random.default_rng(100)
    W = layer_weights(50, 128, HE, 0)
    X, top = rng.normal(size=(8, 128)), rng.normal(size=(8, 128))
    H = deep_states(X, W, skip=True)
    ratio = float(np.linalg.norm(deep_gradients(H, W, top, skip=True)[0]) / np.linalg.norm(top))
    return Evidence(
        [
            at_most("by hand, bottom over top", ratio, 1e3),
            at_most("Torch autograd, bottom over top", by_autograd("relu", HE, True), 1e3),
        ]
    )


@erratum(
    r"Skip connections are a safeguard against overfitting: a form of regularisation that makes the network "
    r"learn simpler features.",
    truth=r"They add no penalty and remove no weight. The network with skips learns purely random labels by "
    r"heart. They were made against the opposite, *training* error that rises with depth (He et al. 2016, "
    r"section 1).",
    question="s4.2.3",
    corrected=learns_noise_by_heart,
    certainty="arguable",
    reading="compared with a plain network of the same depth that also fits the noise: in our run it loses "
    "less by noisy labels",
)
def safeguard_against_overfitting() -> Evidence:
    """Ask a network with skips to learn fewer random labels: half of them, or fewer than the plain one."""
    skip, plain = memorised(True, 1.0)[0], memorised(False, 1.0)[0]
    return Evidence(
        [
            at_most("Torch, random labels learnt", skip, 0.5),
            at_most("Torch, random labels learnt, skips over plain", skip / plain, 0.9),
        ]
    )

"""What is wrong in the published answers on encoder reuse and parallelism (documents 003, 7.4; 004, 1.7)."""

from __future__ import annotations

import torch

from workings.claims import encoder_reuse, layer_costs, parallel
from workings.claims.claim import Evidence, erratum
from workings.claims.crossovers import M, N, k
from workings.claims.encoder_reuse import DECODER, counted
from workings.claims.parallel import TinyDecoder
from workings.claims.witness import at_least, at_most, close


@erratum(
    r"The encoder's activations are independent of the decoder.",
    truth=r"Within a forward pass. The encoder's weights are trained through the decoder, so another target "
    r"gives other activations after one step; and an encoder that is told the target language cannot be "
    r"reused for another.",
    question="s3.7.4.a",
    corrected=encoder_reuse.encoder_is_free,
    certainty="arguable",
    reading="one forward pass with fixed weights is meant, and a source without a language token",
)
def independent_in_training() -> Evidence:
    """Train one step on two targets; prepend two language tokens; compare the encoder's activations."""
    tied, told = (
        encoder_reuse.training_ties_them.decide().values,
        encoder_reuse.language_token_ends_reuse.decide().values,
    )
    return Evidence(
        [
            close("after one step on another target: change", tied["change"], 0, 1e-6),
            close("with another language token: change", told["least"], 0, 1e-6),
        ],
        {"trained": tied["change"], "told": told["least"]},
    )


@erratum(
    r"$O(N^2 k) + O(MNk)$ simplifies to $O(N^2) + O(MN)$, for $k$ is a constant.",
    truth=r"$k$ is the model's width, a variable of the question before. Only if it is held fixed may it "
    r"go; and then it hides what costs most: the projections and the feed-forward layer, $14Nk^2 + 2Mk^2$, "
    r"which the answer leaves out.",
    question="s3.7.4.b",
    corrected=encoder_reuse.second_language,
    certainty="arguable",
    reading="the question asks in terms of $M$ and $N$ alone, with $k$ fixed",
)
def k_is_constant() -> Evidence:
    """Double k at fixed M and N: a constant changes nothing. And weigh what the terms leave out."""
    small, large = counted(20, 20, 64)[1], counted(20, 20, 128)[1]
    left_out = (DECODER - 2 * N**2 * k - 2 * M * N * k).subs({M: 30, N: 30, k: 512})
    total = DECODER.subs({M: 30, N: 30, k: 512})
    return Evidence(
        [
            at_most("Torch's counter, cost at k = 128 over cost at k = 64", large / small, 1),
            at_most("SymPy, share of what is left out, M = N = 30, k = 512", float(left_out / total), 0.5),
        ],
        {"growth": large / small, "left_out": float(left_out / total)},
    )


@erratum(
    r"The test-time forward pass of a sequence cannot be parallelised in a decoder transformer.",
    truth=r"Generating cannot. Scoring a given text at test time (perplexity, ranking translations, reading "
    r"a prompt) is one parallel pass, as in training.",
    question="s4.1.7",
    corrected=parallel.scoring_is_parallel,
    certainty="arguable",
    reading="the test-time pass is one that generates",
)
def test_pass_is_sequential() -> Evidence:
    """Score a given text at test time, and count how its chain of products grows with its length."""
    model = TinyDecoder().eval()
    text = torch.randint(11, (1, 16), generator=torch.Generator().manual_seed(3))
    chains = [layer_costs.matrix_chain(model(text[:, :t])) for t in (4, 8, 16)]
    return Evidence(
        [
            at_least(
                "Torch's graph, growth of the chain from 4 tokens to 16, one a token",
                chains[2] - chains[0],
                12,
            )
        ],
        {"chains": chains},
    )


@erratum(
    r"The training pass of a sequence cannot be parallelised in a recurrent encoder-decoder.",
    truth=r"With an activation between the steps. A *linear* recurrence is a scan of $\lceil \log_2 T "
    r"\rceil$ parallel rounds.",
    question="s4.1.7",
    corrected=parallel.linear_recurrence_scans,
    certainty="arguable",
    reading="RNN means one with an activation between its steps, as in Elman's, the LSTM and the GRU",
)
def no_recurrence_is_parallel() -> Evidence:
    """Measure the chain of a linear recurrence computed by a scan: sequential would be a step a token."""
    depths = parallel.linear_recurrence_scans.decide().values
    return Evidence(
        [at_least("counting numbers, chain of a scan over 64 steps", depths["scan"], 63)],
        {"scan": depths["scan"], "loop": depths["loop"]},
    )

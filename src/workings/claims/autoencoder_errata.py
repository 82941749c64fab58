"""Erratum of the published answer to s4.1.5 (document 004)."""

from __future__ import annotations

import torch

from workings.claims import latent_limits, latent_space
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_most
from workings.models.autoencoder import DenseAutoencoder


@erratum(
    r"The latent space of a dense autoencoder has fewer dimensions than the input, and so holds a compressed "
    r"representation.",
    truth=r"If its author makes it so. Overcomplete autoencoders have more latent numbers than inputs; "
    r"without a penalty they can copy, noise as well as digits, and capture nothing. And fewer dimensions "
    r"are no compression by themselves: one number can hold a whole digit, in as many bits.",
    question="s4.1.5",
    corrected=latent_space.wide_codes_copy,
    certainty="arguable",
    reading=r"the usual autoencoder is meant, with a bottleneck and a smooth decoder; of the four options "
    r"this is the best",
)
def always_lower_dimensional() -> Evidence:
    """Count the latent numbers of a net that restores noise, and the bits of a digit's one latent number."""
    found = latent_space.wide_codes_copy.decide().values
    with torch.no_grad():
        codes = DenseAutoencoder(64, 80, dtype=torch.float64).encoder(torch.zeros(1, 64, dtype=torch.float64))
    bits = latent_limits.one_whole_number.decide().values
    return Evidence(
        [
            at_most("Torch, latent numbers of an autoencoder for 64 pixels", codes.shape[1], 63),
            at_most("Torch, features kept for noise: share restored by it", 1 - found["wide"], 0.5),
            at_most(
                "whole numbers, bits of one latent number over the image's",
                bits["greatest"] / bits["bits"],
                0.9,
            ),
        ],
        {"latent": codes.shape[1], "restored": 1 - found["wide"]},
    )

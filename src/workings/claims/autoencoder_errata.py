"""Erratum of the published answer to s4.1.5 (document 004): what a latent space captures."""

from __future__ import annotations

from workings.byhand.principal_components import principal_components, project
from workings.claims.claim import Evidence, erratum
from workings.claims.latent_space import classes_can_vanish, two_classes
from workings.claims.witness import at_least


@erratum(
    r"The latent space of a dense autoencoder aims to capture the most salient features of the input.",
    truth=r"It captures what lowers the reconstruction error, which is what varies most, salient or not. "
    r"Where noise varies more than the one thing that tells two classes apart, the code keeps the noise.",
    question="s4.1.5",
    corrected=classes_can_vanish,
    certainty="arguable",
    reading="salient means just that: what matters most for the squared error",
)
def salient_is_kept() -> Evidence:
    """Ask that a code of one number hold two classes apart: their means, over its deviation."""
    X, labels = two_classes()
    mean, components, _ = principal_components(X, 1)
    codes = project(X, mean, components)[0][:, 0]
    apart = abs(codes[labels == 0].mean() - codes[labels == 1].mean()) / codes.std()
    return Evidence([at_least("distance of the classes in deviations of the code", apart, 1.0)])

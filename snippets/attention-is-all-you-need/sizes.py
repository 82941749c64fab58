"""Count the parameters of the 2017 transformer without allocating one of them."""

from torch import nn


def millions(d_model, d_ff, n_head, vocab_size):
    """Build the paper's model on the meta device and count."""
    whole = nn.Transformer(d_model, n_head, 6, 6, d_ff, batch_first=True, device="meta")
    shared = nn.Embedding(vocab_size, d_model, device="meta")
    count = sum(p.numel() for p in whole.parameters()) + sum(p.numel() for p in shared.parameters())
    count -= 18 * 4 * d_model  # the paper's projections have no biases
    count -= 2 * 2 * d_model  # nor does it norm once more after each stack
    return count / 1e6


for vocab_size in (37_000, 41_100, 35_900):
    base, big = millions(512, 2048, 8, vocab_size), millions(1024, 4096, 16, vocab_size)
    print(f"{vocab_size} tokens: base {base:6.2f}, big {big:6.2f} million")

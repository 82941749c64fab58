"""What is wrong in the published answers to document 004, part 3, problem 2, questions 1 to 4."""

from __future__ import annotations

from fractions import Fraction

from workings.byhand.scaled_attention import causal_mask, self_attention
from workings.byhand.sort_and_deduplicate import decoder_logits
from workings.claims import sort_and_deduplicate as exam
from workings.claims import sort_and_deduplicate_heads as heads
from workings.claims import sort_and_deduplicate_positions as positions
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_most, close, equal
from workings.data.sort_and_deduplicate import START, TOKENS, W_O, E, W


@erratum(
    r"Without positional encodings the transformer treats its input as a bag of symbols and ignores the "
    r"order.",
    truth=r"That holds for one causal layer, from START on. Before START each row sees another beginning, "
    r"and from the second layer on the causal mask alone lets the output depend on the order: the exam's "
    r"own layer, applied twice with softmax, tells D A A, A D A and A A D apart.",
    question="s4.3.2.1",
    corrected=positions.two_layers_see_order,
    certainty="arguable",
    reading=r"only the exam's single layer is meant, and only its rows from START on, where the loss is "
    r"taken",
)
def without_positions_a_bag() -> Evidence:
    """Compare the rows of three orders after two layers, by hand and in an untrained Torch model."""
    rows = []
    for order in positions.ORDERS:
        X = E[[*order, START]]
        for _ in range(2):
            X = self_attention(X, W, W, W, causal_mask(4)) @ W_O
        rows.append(X[-1])
    model = positions.random_sorter(2)
    return Evidence(
        [
            close("by hand, exam's layer twice, START's row", rows, [rows[0]] * 3, 1e-9),
            at_most(
                "Torch, two layers, spread over 24 orders",
                positions.spread_at_start(model, (3, 0, 1, 2)),
                1e-9,
            ),
        ]
    )


@erratum(
    r"Leaving positions out was wise *since* the output does not depend on the order of the input.",
    truth=r"The conclusion is right, the reason is not enough: sorting without removing duplicates does not "
    r"depend on that order either, and one layer without positions cannot do it. What decides is that the "
    r"next token is a function of the last token and the *set* so far, and the decoder has both.",
    question="s4.3.2.1",
    corrected=positions.invariance_is_not_enough,
    certainty="arguable",
    reading=r"the conclusion alone is meant, for this task",
)
def invariance_is_reason_enough() -> Evidence:
    """Ask a task whose output ignores the order for one answer to each bag and last token."""
    found = positions.invariance_is_not_enough.decide().values
    return Evidence(
        [equal("counting, (last token, bag) with two answers, sorting alone", found["with_two_answers"], 0)]
    )


PRINTED = [[Fraction(1, 7)] * 8]  # the last row of the published attention matrix


@erratum(
    r"$K^\top$, $QK^\top$ and the attention matrix $P$ have eight columns; the last row of $P$ is "
    r"$\tfrac17$ eight times.",
    truth=r"Seven tokens have seven keys. With eight columns the last row sums to $\tfrac87$, and $PV$ is "
    r"undefined, for $V$ has seven rows. The eighth column is to be struck out; the note of the next "
    r"question prints the matrix without it.",
    question="s4.3.2.2",
    corrected=exam.attention_matrix,
)
def eight_columns() -> Evidence:
    """Sum the printed last row; count its columns against the keys."""
    weights, _ = exam.counted()
    return Evidence(
        [
            equal("fractions, sum of the printed last row", sum(PRINTED[0]), 1),
            equal("counting, columns as keys", len(PRINTED[0]), len(TOKENS)),
            equal("fractions, the printed last row as counted", PRINTED[0], weights[6]),
        ]
    )


f = Fraction
PRINTED_R = [  # the product of Z and W_O as printed
    [0, 3, 0, 3],
    [3, 0, 3, 0],
    [f(3, 2), f(3, 4), f(3, 2), f(3, 4)],
    [3, 0, 3, 0],
    [0, 3, 0, 3],
    [f(9, 7), f(6, 7), f(9, 7), f(6, 7)],
]


@erratum(
    r"$R = Z W_O$ has six rows.",
    truth=r"$Z$ has seven rows, one for each token, and so has $R$. Of the two rows $(3, 0, 3, 0)$ of the "
    r"input's A, the second and the third, one is not printed, so that START's row stands third in place "
    r"of fourth. The last three rows, which the answer goes on with, are right.",
    question="s4.3.2.3",
    corrected=exam.logits,
)
def six_rows() -> Evidence:
    """Count the rows, and multiply: fractions, and the by-hand logits."""
    rows = [exam.written(pair)[:4] for pair in exam.counted()[1]]
    byhand = decoder_logits(TOKENS, E, [exam.HEAD], W_O, temperature=0)[:, :4]
    return Evidence(
        [
            equal("counting, rows as tokens", len(PRINTED_R), len(TOKENS)),
            equal("fractions, the product as printed", PRINTED_R, rows),
            equal("by hand, shape of the product", (len(PRINTED_R), 4), byhand.shape),
            equal("fractions, the product without its third row", PRINTED_R, rows[:2] + rows[3:]),
        ]
    )


@erratum(
    r"Only the last three representations, rows 5, 6 and 7, matter for the loss of A, D and STOP, which is "
    r"4.2114.",
    truth=r"A row predicts the token *after* it: A is predicted by START (row 4), D by A (row 5), STOP by D "
    r"(row 6), and the loss is 8.7973 (sum; mean 2.9324). Rows 5 to 7 already hold the token that they are "
    r"asked for, so a model could copy it, and could not generate: the probabilities of all outputs would "
    r"sum to 1.365.",
    question="s4.3.2.3",
    corrected=exam.loss,
)
def rows_shifted_by_one() -> Evidence:
    """Compare the published loss with the next-token loss, by hand and exactly; sum over all outputs."""
    return Evidence(
        [
            close("by hand, next-token loss", float(exam.by_hand(exam.RIGHT).sum()), 4.2114, 5e-5),
            close("SymPy over counted fractions", float(sum(exam.exact_losses(exam.RIGHT))), 4.2114, 5e-5),
            close(
                "by hand, all outputs read from rows 5 to 7", exam.total_probability(exam.PUBLISHED), 1, 1e-9
            ),
        ],
        {
            "published": float(exam.by_hand(exam.PUBLISHED).sum()),
            "true": float(exam.by_hand(exam.RIGHT).sum()),
        },
    )


@erratum(
    r"With a second, identical head and $W_O = I_4$, concatenating two copies of $Z$ gives the same $R$, so "
    r"the loss is the same.",
    truth=r"Two copies of $Z$ are $(a, b, a, b)$; $R$ was $(b, a, b, a)$. The logits of A and B, and of C "
    r"and D, change places. The loss is 6.5473 instead of 8.7973; on the published rows it is 10.2114 "
    r"instead of 4.2114.",
    question="s4.3.2.4",
    corrected=heads.duplicated_head,
)
def second_head_changes_nothing() -> Evidence:
    """Compare one head with two on both choices of rows: by hand, exactly, in Torch."""
    one, two = (exam.exact_losses(exam.RIGHT, heads=count) for count in (1, 2))
    return Evidence(
        [
            close(
                "by hand, losses on rows 4 to 6", exam.by_hand(exam.RIGHT, 2), exam.by_hand(exam.RIGHT), 1e-9
            ),
            close(
                "by hand, losses on rows 5 to 7",
                exam.by_hand(exam.PUBLISHED, 2),
                exam.by_hand(exam.PUBLISHED),
                1e-9,
            ),
            equal("SymPy, losses on rows 4 to 6", two, one),
            close("Torch, all logits", exam.torch_logits(2).numpy(), exam.torch_logits().numpy(), 1e-9),
        ],
        {
            "right": float(exam.by_hand(exam.RIGHT, 2).sum()),
            "published_rows": float(exam.by_hand(exam.PUBLISHED, 2).sum()),
        },
    )

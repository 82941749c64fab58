"""The numbers that the errata's corrections state in words are those that the claims measure."""

from __future__ import annotations

from workings.claims import sort_and_deduplicate as exam
from workings.claims import sort_and_deduplicate_errata as errata
from workings.claims import sort_and_deduplicate_gradients as gradients
from workings.claims import sort_and_deduplicate_heads as heads
from workings.claims import sort_and_deduplicate_learning_errata as learning
from workings.claims import sort_and_deduplicate_softmax as softened


def test_numbers_in_words() -> None:
    loss, published = exam.loss.decide().values, exam.loss_of_published_rows.decide().values
    rows = exam.rows_that_predict.decide().values
    shifted = errata.rows_shifted_by_one
    assert f"{published['sum']:.4f}" in shifted.statement
    for number in (f"{loss['sum']:.4f}", f"{loss['mean']:.4f}", f"{rows['published']:.3f}"):
        assert number in shifted.truth
    doubled = heads.duplicated_head.decide().values
    for number in (doubled["right"]["sum"], loss["sum"], doubled["published"]["sum"], published["sum"]):
        assert f"{number:.4f}" in errata.second_head_changes_nothing.truth


def test_numbers_about_learning() -> None:
    learned = gradients.values_still_learn.decide().values
    assert f"{learned['first']:.3f} to {learned['last']:.3f}" in learning.values_get_no_gradient.truth
    norms = softened.gradients_return.decide().values["norms"]
    assert f"{norms['W_V'] / norms['W_Q']:.0f} times" in learning.softmax_is_the_cure.truth
    readings = softened.which_d.decide().values["readings"]
    for reading in readings.values():
        assert f"{reading['loss']:.3f}" in learning.d_is_the_number_of_scores.truth

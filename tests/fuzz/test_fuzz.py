"""A short run of what bin/fuzz does at length."""

from tests.fuzz.run import fuzz


def test_whatever_is_sent_the_answer_is_one_that_the_document_says() -> None:
    fuzzed = fuzz(examples=3, seed=1)

    assert fuzzed.passed, fuzzed.report[-6000:]
    assert fuzzed.requests > 500

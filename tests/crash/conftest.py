from tests.crash.test_crashes import doomed_nursery, stage  # noqa: F401  # one stage for every test of a crash

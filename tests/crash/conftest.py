from tests.crash.test_crashes import stage  # noqa: F401  # one stage for every test of a crash

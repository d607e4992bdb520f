"""bin/fuzz, second half: send requests until there were so many, and tell what was answered wrongly."""

import argparse
import sys

from tests.fuzz.run import fuzz

ABOUT = "Generated requests to a live server; each answer is held against the API's document."


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bin/fuzz",
        description=ABOUT,
    )
    parser.add_argument("--requests", type=int, default=20_000, help="at least so many (default 20000)")
    parser.add_argument(
        "--examples", type=int, default=150, help="for each operation and round (default 150)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="of the first round; each further one takes the next"
    )
    wanted = parser.parse_args()
    sent, failed, seed = 0, 0, wanted.seed
    while sent < wanted.requests:
        done = fuzz(examples=wanted.examples, seed=seed)
        sent, failed = sent + done.requests, failed + (not done.passed)
        print(f"seed {seed}: {done.requests} requests, {'passed' if done.passed else 'failed'}", flush=True)
        if not done.passed:
            print(done.report, flush=True)
        if not done.requests:
            return 1
        seed += 1
    print(f"FUZZ requests={sent} rounds={seed - wanted.seed} failed={failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

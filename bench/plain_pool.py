"""The plain program beside which the worker is measured: a thread pool of requests.post, nothing stored.

`python -m bench.plain_pool URL COUNT THREADS`, with {"body": …, "headers": …} on standard input.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import requests


def main(url: str, count: int, threads: int) -> None:
    given = json.load(sys.stdin)
    body: bytes = given["body"].encode()
    headers: dict[str, str] = given["headers"]

    def post(_number: int) -> None:
        requests.post(url, data=body, headers=headers, timeout=15).raise_for_status()

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(post, range(count)):
            pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

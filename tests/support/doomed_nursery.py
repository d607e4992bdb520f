"""The process that every doomed program is a child of, so that each starts at once: the tests start hundreds."""

import sys

from app.chaos import nursery
from tests.support import doomed

nursery.ENTRIES["doomed"] = lambda: doomed.main(*sys.argv[1:])

if __name__ == "__main__":
    nursery.main()

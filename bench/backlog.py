"""How fast a worker drains a backlog, by how long the backlog is."""

from statistics import median

from bench.deliveries import new_model
from bench.options import Options
from bench.programs import listening
from bench.webhooks import RECEIVER, Sides
from bench.world import World
from bin._progress import Progress

SHORT, LONG = 1_000, 100_000
AIM = 1.0


def measure_backlog(world: World, options: Options) -> list[str]:
    """Lines to print. The short ones are drained before and after the long one, so that what else the machine does
    hits both."""
    around = max(1, options.rounds // 2)
    model = new_model(world)
    with listening(RECEIVER, world.environ) as receiver, Progress("Draining backlogs") as progress:
        sides = Sides(world, model, receiver)
        sides.ours(SHORT)  # warm
        short = [sides.ours(SHORT).rate for _ in range(around)]
        progress.show(f"{SHORT:,}: {median(short):.0f}/s; now {LONG:,}")
        long = sides.ours(LONG).rate
        short += [sides.ours(SHORT).rate for _ in range(around)]
    ratio = long / median(short)
    return [
        f"{'due':<10}{SHORT:>10,}{LONG:>12,}{'ratio':>8}{'aim':>8}",
        f"{'backlog':<10}{median(short):>8.0f}/s{long:>10.0f}/s{ratio:>8.2f}{AIM:>8}",
        f"The short ones went from {min(short):.0f} to {max(short):.0f} a second.",
        "",
        f"BACKLOG ratio={ratio:.2f}",
    ]

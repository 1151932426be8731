"""`python -m tests.storm [--calls 2000] [--seed N]`: calls, kills, lost signals, and then the reckoning."""

import argparse
import random
import sys

from tests.storm.storm import Story, Weather, blow

KILLS = {"web worker": 8, "web server": 3, "job worker": 4, "database": 4}


def main() -> int:
    """Blow, and tell what happened; 1 when a penny went astray."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--minutes-max", type=float, default=20, help="no call begins after that")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    story = blow(
        Weather(
            calls=asked.calls,
            kills=KILLS,
            seed=asked.seed,
            threads=asked.threads,
            seconds_max=asked.minutes_max * 60,
        )
    )
    tell(story)
    return 0 if story.is_good else 1


def tell(story: Story) -> None:
    """Print the story."""
    for title, counts in (
        ("What happened", story.counts),
        ("Killed with SIGKILL", story.kills),
        ("Calls ended by", story.settled_by),
        ("Seconds", story.seconds),
    ):
        print(f"\n{title}")
        for name, count in counts.items():
            print(f"  {name:36} {count:>8.0f}")
    print(f"\nledger check: {story.ledger}")
    print("\n".join(story.faults[:40]) or "the provider's books and ours agree to the millionth")


if __name__ == "__main__":
    sys.exit(main())

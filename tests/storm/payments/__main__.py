"""`python -m tests.storm.payments [--top-ups 500] [--seed N]`: buyers, kills, faults, and the reckoning."""

import argparse
import random
import sys

from tests.storm.payments.storm import Story, Weather, blow

KILLS = {"web worker": 6, "web server": 3, "job worker": 8, "database": 4}


def main() -> int:
    """Blow, and tell what happened; 1 when a penny went astray."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm.payments", description=__doc__)
    parser.add_argument("--top-ups", type=int, default=500)
    parser.add_argument("--calls", type=int, help="default: half as many again as top-ups")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--threads", type=int, default=10)
    parser.add_argument("--minutes-max", type=float, default=15, help="nobody begins to buy after that")
    parser.add_argument("--kills", type=float, default=1.0, help="how many, of the usual number")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    story = blow(
        Weather(
            top_ups=asked.top_ups,
            calls=asked.top_ups * 3 // 2 if asked.calls is None else asked.calls,
            kills={victim: round(count * asked.kills) for victim, count in KILLS.items()},
            seed=asked.seed,
            threads=asked.threads,
            seconds_max=asked.minutes_max * 60,
        )
    )
    tell(story)
    return 0 if story.is_good else 1


def tell(story: Story) -> None:
    """Print the story."""
    for title, counts in story.tables.items():
        print(f"\n{title}")
        for name, count in sorted(counts.items()):
            print(f"  {name:62} {count:>9}")
    print("\nSeconds")
    for name, seconds in story.seconds.items():
        print(f"  {name:62} {seconds:>9.1f}")
    print(f"\nledger check: {story.ledger}")
    for fault in story.faults[:60]:
        print(fault)
    print(f"{len(story.faults)} faults" if story.faults else "PayPal's books and ours agree to the penny")


if __name__ == "__main__":
    sys.exit(main())

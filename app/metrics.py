"""What is counted while it happens, for whoever watches over us."""

from prometheus_client import Counter, Histogram

CALLS = Counter("farthing_calls", "Calls that ended, by what became of them.", ["outcome"])
WEBHOOK_SECONDS = Histogram(
    "farthing_webhook_seconds",
    "Time to answer the phone provider, by route.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15),
)

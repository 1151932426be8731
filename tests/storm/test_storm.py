"""A small storm, as a test: `python -m tests.storm` blows a large one."""

from tests.storm.storm import Weather, blow


def test_no_penny_goes_astray_in_a_storm() -> None:
    story = blow(
        Weather(
            calls=150,
            kills={"web worker": 1, "database": 1},
            seed=7,
            hot_cards=4,
            cold_cards=16,
            threads=8,
            seconds_max=40,
        )
    )
    assert not story.faults, story.faults[:5]
    assert story.ledger["balanced"], story.ledger
    assert story.ledger["open_holds"] == 0
    assert story.counts["calls charged"] > 20

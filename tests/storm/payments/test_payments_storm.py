"""A small storm over payments, as a test: `python -m tests.storm.payments` blows a large one."""

from tests.storm.payments.storm import Weather, blow


def test_no_penny_goes_astray_whatever_paypal_and_buyers_do() -> None:
    story = blow(
        Weather(
            top_ups=25,
            calls=10,
            kills={"web server": 1},
            seed=7,
            buyers=8,
            hot_cards=2,
            threads=6,
            calling_threads=2,
            job_workers=1,
            staff_refunds=0,
            seconds_max=40,
            quiet_seconds=2,
        )
    )
    assert not story.faults, story.faults[:5]
    assert story.ledger["balanced"], story.ledger
    assert story.tables["Top-ups"]["credited"] > 10

"""A recording takes the place of a voice where all the words of a prompt are recorded, and nowhere else."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.money import Money
from ivr import prompts, recorded
from ivr.prompts import Prompt, Seconds
from ivr.words import balance, pieces, tell
from tests.support.world import KABUL, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

AT = "http://127.0.0.1:8000/static/prompts/en-GB"
SOUND = b"ID3 not a sound, but nobody here listens"


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the recordings for Britain are, in a static folder of the test's own."""
    monkeypatch.setattr(recorded, "FOLDER", tmp_path / "prompts")
    app.static_folder = str(tmp_path)
    folder = tmp_path / "prompts" / "en-GB"
    folder.mkdir(parents=True)
    return folder


def record(folder: Path, *names: str) -> None:
    """Put recordings there."""
    for name in names:
        (folder / name).write_bytes(SOUND)


def test_a_call_is_heard_in_recordings_with_the_voice_in_the_gaps(world: World, folder: Path) -> None:
    record(folder, "enter_pin.mp3", "balance.1.mp3", "enter_number.wav", "up_to.1.mp3")
    phone = world.ring()
    assert phone.heard == f"Farthing. [plays {AT}/enter_pin.mp3]"
    heard = phone.press(world.card("10.00").pin)
    assert heard == f"[plays {AT}/balance.1.mp3] ten dollars [plays {AT}/enter_number.wav]"
    assert phone.press(f"{KABUL}#") == f"[plays {AT}/up_to.1.mp3] twenty two minutes"


def test_what_is_to_be_played_is_served(world: World, folder: Path) -> None:
    record(folder, "enter_pin.mp3")
    address = urlsplit(world.ring().heard.split()[-1].rstrip("]"))
    with world.app.test_client().get(address.path) as found:
        assert (found.status_code, found.mimetype, found.data) == (200, "audio/mpeg", SOUND)


def test_a_prompt_with_a_word_that_nobody_recorded_is_said_by_the_voice(world: World, folder: Path) -> None:
    record(folder, "first_time.1.mp3", "voucher_added.1.mp3", "balance.2.mp3", "balance.mp3")
    assert clips(Prompt.FIRST_TIME) == {}
    added = tell(Prompt.VOUCHER_ADDED, amount=Money(1_000_000, "GBP"), balance=Money(2_000_000, "GBP"))
    assert recorded.clips(Prompt.VOUCHER_ADDED, "en-GB", pieces(added, "en-GB")) == {}
    has = balance(Money(1_000_000, "GBP"))
    assert recorded.clips(Prompt.BALANCE, "en-GB", pieces(has, "en-GB")) == {}
    record(folder, "voucher_added.2.mp3")
    assert sorted(recorded.clips(Prompt.VOUCHER_ADDED, "en-GB", pieces(added, "en-GB"))) == [1, 2]


def test_a_recording_is_found_as_soon_as_it_is_there_and_not_when_it_is_gone(folder: Path) -> None:
    assert clips(Prompt.ENTER_PIN) == {}
    record(folder, "enter_pin.mp3")
    assert clips(Prompt.ENTER_PIN) == {1: "/static/prompts/en-GB/enter_pin.mp3"}
    (folder / "enter_pin.mp3").unlink()
    assert clips(Prompt.ENTER_PIN) == {}


def test_a_language_without_recordings_is_said(folder: Path) -> None:
    record(folder, "up_to.1.mp3")
    sentence = tell(Prompt.UP_TO, time=Seconds(60))
    for language in set(prompts.LANGUAGES) - {"en-GB"}:
        assert recorded.clips(Prompt.UP_TO, language, pieces(sentence, language)) == {}


@pytest.mark.parametrize(
    "name",
    ["enter_pin.txt", "enter_pin.mp3.html", "ENTER_PIN.mp3", 'enter_pin".mp3', "enter_pin\n.mp3", ".mp3"],
)
def test_no_other_file_is_ever_played(folder: Path, name: str) -> None:
    record(folder, name)
    assert clips(Prompt.ENTER_PIN) == {}


def test_a_folder_is_no_recording(folder: Path) -> None:
    (folder / "enter_pin.mp3").mkdir()
    assert clips(Prompt.ENTER_PIN) == {}


def test_nothing_above_the_folder_is_served(world: World, folder: Path) -> None:
    (folder.parents[1].parent / "secret.mp3").write_bytes(b"secret")
    for path in ("/static/prompts/../../secret.mp3", "/static/prompts/en-GB/%2e%2e/%2e%2e/%2e%2e/secret.mp3"):
        assert world.app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_the_files_that_are_wanted_leave_nothing_to_the_voice_but_the_gaps(
    world: World, folder: Path, language: str
) -> None:
    own = folder.parent / language
    own.mkdir(exist_ok=True)
    listed = dict(line.split("\t") for line in world.flask("prompts", language).output.splitlines())
    record(own, *(f"{name}.mp3" for name in listed))
    assert listed["enter_pin"] == prompts.say(Prompt.ENTER_PIN, language)
    said = tell(Prompt.UP_TO, time=Seconds(60))
    assert len(recorded.clips(Prompt.UP_TO, language, pieces(said, language))) == 1
    for prompt in (Prompt.MENU, Prompt.BACK, Prompt.ENTER_NUMBER):
        assert len(clips(prompt, language)) == 1


def clips(prompt: Prompt, language: str = "en-GB") -> dict[int, str]:
    """What is played of a prompt without gaps."""
    return recorded.clips(prompt, language, prompts.pieces(prompt, language))

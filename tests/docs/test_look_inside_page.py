"""The page about the debug tools names every log topic as the driver does."""

from pathlib import Path

from driver.runtime.log_topics import WORDS

PAGE = Path(__file__).parents[2] / "docs/how-to/look-inside-the-driver.md"


def test_every_topic_stands_in_the_table() -> None:
    rows = {
        cells[0].strip(" `"): cells[1].strip()
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and len(cells := line.strip("|").split("|")) == 2
    }
    assert rows == {topic.value: words for topic, words in WORDS.items()}

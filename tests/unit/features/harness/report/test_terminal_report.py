"""A scenario result: how the terminal and the page show it, and that it survives the transfer between processes."""

import json
import re
from dataclasses import replace

from harness.report.html_report import page
from harness.report.scenario_result import FAILED, NOT_REACHED, PASSED, Evidence, ScenarioResult, StepResult
from harness.report.terminal_report import Failure

RESULT = ScenarioResult(
    node="features/retry/resend.feature::It's resent [a & b]",
    feature="Resending",
    rule="After five seconds",
    scenario="It's resent",
    case="a & b",
    file="features/retry/resend.feature",
    line=12,
    outcome="failed",
    seconds=0.25,
    steps=[
        StepResult("Given", "a running driver", 13, PASSED, 0.1),
        StepResult("When", "5 seconds pass", 14, FAILED, 0.1, [["way", "body"]]),
        StepResult("Then", "nothing", 15, NOT_REACHED, docstring="Door 3\n\n  is <open>"),
    ],
    failure="the handset: missing:\n<b>",
    evidence=Evidence(
        timeline=[[f"00:00:{second:02}", "driver → Twilio", "POST"] for second in range(20)],
        log=["INFO started"],
        journal=[],
    ),
    options=["--driver=subprocess"],
)


def test_the_terminal_shows_the_scenario_with_a_mark_for_each_step() -> None:
    text = str(Failure(RESULT))
    assert "features/retry/resend.feature:12\nResending › After five seconds › It's resent [a & b]" in text
    assert "  ✓ Given a running driver\n  ✗ When 5 seconds pass\n        | way | body |\n      the handset: mis" in text
    assert '  · Then nothing\n        """\n        Door 3\n\n          is <open>\n        """\n' in text
    assert "5 earlier entries are in the HTML report" in text
    assert "00:00:19" in text
    assert "00:00:04" not in text
    assert "INFO started" in text


def test_the_command_to_play_it_again_can_be_pasted_into_a_shell() -> None:
    assert RESULT.rerun == ("""pytest 'features/retry/resend.feature::It'"'"'s resent [a & b]' --driver=subprocess""")


def test_a_verdict_survives_the_way_between_processes() -> None:
    assert ScenarioResult.unpack(json.loads(json.dumps(RESULT.pack()))) == RESULT


def test_the_page_is_one_file_with_everything_escaped() -> None:
    text = page([RESULT], "2026-01-31 12:00 UTC: pytest -m '<slow>'")
    assert "&lt;b&gt;" in text
    assert "is &lt;open&gt;" in text
    assert text.index("5 seconds pass") < text.index("missing:") < text.index("Then nothing")
    assert "<b>" not in text
    assert text.count("<tr>") == 20
    assert "src=" not in text
    assert "http" not in text
    assert "1 failed, 0 passed" in text
    assert "2026-01-31 12:00 UTC: pytest -m &#x27;&lt;slow&gt;&#x27;" in text


def test_a_failure_outside_the_steps_is_shown_after_them() -> None:
    invariant = ScenarioResult(**{**RESULT.__dict__, "steps": [RESULT.steps[0]], "failure": "an unexpected error"})
    assert str(Failure(invariant)).index("✓ Given") < str(Failure(invariant)).index("an unexpected error")


def luminance(color: str) -> float:
    """Return the relative luminance of a color as WCAG 2 defines it."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_of_the_page_has_enough_contrast() -> None:
    schemes = re.findall(r":root \{(.*?)\}", page([RESULT], ""), re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", scheme))
        for text in ("text", "good", "bad", "dim"):
            for back in ("back", "code") if text == "text" else ("back",):
                light, dark = sorted((luminance(colors[text]), luminance(colors[back])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, back, colors)


def test_the_page_has_sums_a_search_a_filter_and_a_link_for_each_scenario() -> None:
    passed = replace(RESULT, node="features/a.feature::Other", outcome="passed", failure="", seconds=1.5)
    text = page([passed, RESULT], "")
    assert '1 failed</span>, <span class="passed">1 passed</span> in 1.8 s' in text
    assert text.index("It&#x27;s resent") < text.index("features/a.feature")
    assert '<input type="search"' in text
    assert [f'name="{name}" checked' in text for name in ("failed", "passed", "skipped")] == [True] * 3
    for anchor in ("features/a.feature::Other", "features/retry/resend.feature::It%27s%20resent%20%5Ba%20%26%20b%5D"):
        assert f"<details id='{anchor}'" in text
        assert f"href='#{anchor}'" in text
    assert "<section>" in text

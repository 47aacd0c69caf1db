"""What is due is found, comparing sets the day, new pages pass, moved pages take everything with them."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from guide import files
from guide.cli import main
from guide.data import REDIRECTS, RELEASES
from guide.findings import CannotRunError
from guide.reading.guide import Guide
from guide.rules.check import check
from guide.upkeep import checked, due, moving

ROOT = Path(__file__).parents[1]
TODAY = datetime.date(2026, 11, 24)
PAGE = "docs/turn-on/mac.md"


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The guide itself, in a folder of its own, without the pictures."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reasons(guide: Path, path: str, day: datetime.date = TODAY) -> str:
    return "\n".join(item.found for _, item in due.due(Guide(guide, day)) if item.path == path)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8", "surrogateescape"))


def test_a_newer_system_makes_its_pages_due(guide: Path):
    assert "macOS 27 is out, the newest version named here is 26" in reasons(guide, PAGE)
    replace(guide / RELEASES, "2026-11-24", "2026-11-30")
    assert "macOS 27" not in reasons(guide, PAGE)


def test_age_makes_a_page_due_by_its_kind(guide: Path):
    last = TODAY + datetime.timedelta(days=due.TERMS["procedure"] - 1)
    assert "due since" not in reasons(guide, PAGE, last)
    assert "due since 2027-02-22" in reasons(guide, PAGE, last + datetime.timedelta(days=1))


def test_a_source_read_again_makes_its_pages_due(guide: Path):
    sources = guide / "docs/includes/sources.md"
    replace(sources, "Mac User Guide (read 2026-11", "Mac User Guide (read 2026-12")
    assert "was read again in 2026-12" in reasons(guide, PAGE)


def test_labels_that_apple_does_not_state_make_a_page_due(guide: Path):
    assert '"Upgrade Account Security"' in reasons(guide, "docs/turn-on/browser.md")


def test_procedures_come_first(guide: Path):
    kinds = [risk for risk, _ in due.due(Guide(guide, TODAY))]
    assert kinds == sorted(kinds)
    assert kinds[0] == due.RISK["procedure"]


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (PAGE, "kind: procedure", "kind: proc", f'{PAGE}:4:1: front-matter: "kind" is `proc`'),
        ("docs/includes/what-it-is.md", "a", "\udcff", "what-it-is.md:1: file: this is not UTF-8"),
        ("docs/includes/labels.yml", "platform: mac", "platform: amc", 'labels.yml:.*"platform" is `amc`'),
        ("docs/assets/screens/web-password.html", "<", "\udcff", "web-password.html:1: this is not UTF-8"),
        (str(RELEASES), '"27"', '""', 'releases.yml:3:.*"version" is ``'),
    ],
)
def test_what_cannot_be_read_is_said_by_due(guide: Path, path: str, old: str, new: str, says: str):
    replace(guide / path, old, new)
    with pytest.raises(CannotRunError, match=says):
        due.due(Guide(guide, TODAY))


def test_due_is_written_in_each_form(guide: Path):
    starts = {"text": "docs/", "github": "::error file=docs/", "markdown": "- [ ] `docs/"}
    for form, start in starts.items():
        result = CliRunner().invoke(main, ["due", "--on", "2026-11-24", "--format", form])
        assert result.exit_code == 1
        assert result.output.startswith(start)


def test_what_waits_for_a_source_is_not_due(guide: Path):
    waiting = CliRunner().invoke(main, ["due", "--on", "2026-11-24", "--waiting"])
    assert waiting.exit_code == 0
    assert ": waiting: " in waiting.stdout
    assert ": due: " not in waiting.stdout
    assert "Apple does not state" not in CliRunner().invoke(main, ["due", "--on", "2026-11-24"]).stdout
    (guide / RELEASES).write_text("[]\n", "utf-8")
    nothing = CliRunner().invoke(main, ["due", "--on", "2026-11-24"])
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert re.fullmatch(r"0 due; [1-9]\d* waiting for a source: guide due --waiting\n", nothing.stderr)


def test_what_due_says_to_run_runs_as_it_is_printed(guide: Path):
    day = TODAY + datetime.timedelta(days=400)
    printed = [item.fix.partition("then: guide ")[2] for _, item in due.due(Guide(guide, day)) if "then: " in item.fix]
    assert f"checked {PAGE} --on {day}" in printed
    # Only a day to come keeps it from being run.
    result = CliRunner().invoke(main, [*printed[0].replace(str(day), str(TODAY)).split()], input="y\n")
    assert result.exit_code == 0, result.output


def test_comparing_names_every_section_and_sets_the_day(guide: Path):
    result = CliRunner().invoke(main, ["checked", PAGE, "--on", "2026-11-23"], input="y\n")
    assert result.exit_code == 0, result.output
    assert "Steps › macOS 13" in result.output
    assert "https://support.apple.com/102660" in result.output
    assert "\nchecked: 2026-11-23\n" in (guide / PAGE).read_text("utf-8")


def test_without_a_yes_nothing_is_set(guide: Path):
    before = (guide / PAGE).read_bytes()
    for answer in ("\n", ""):  # no, and the end of input
        result = CliRunner().invoke(main, ["checked", str(guide / PAGE), "--on", "2026-11-23"], input=answer)
        assert (result.exit_code, result.stderr) == (2, "guide: nothing was changed\n")
        assert (guide / PAGE).read_bytes() == before


@pytest.mark.parametrize(
    ("page", "day", "says"),
    [
        (PAGE, TODAY + datetime.timedelta(days=1), "in the future"),
        (PAGE, datetime.date(2026, 10, 31), rf"{PAGE}:\d+: 2026-10-31 is before its source was read, .*\(read 2026-11"),
        ("docs/nothing.md", TODAY, "not a page"),
        ("docs/includes/sources.md", TODAY, "not a page"),
        ("mkdocs.yml", TODAY, "not a page"),
    ],
)
def test_what_cannot_be_compared_is_refused(guide: Path, page: str, day: datetime.date, says: str):
    with pytest.raises(CannotRunError, match=says):
        checked.walk([Path(page)], day, TODAY)


def test_a_page_with_findings_is_refused(guide: Path):
    for old, new, says in [
        ("## Related", "## Relat3d", ""),
        ("checked: 2026-11-24", "checked:", rf"{PAGE}:\d+:1: front"),
    ]:
        replace(guide / PAGE, old, new)
        with pytest.raises(CannotRunError, match=f"fix the page first: {says}"):
            checked.walk([Path(PAGE)], TODAY, TODAY)


def test_a_page_older_than_its_sources_is_what_the_command_is_for(guide: Path):
    text = (guide / PAGE).read_text("utf-8")
    (guide / PAGE).write_text(re.sub(r"(?m)^checked: .*$", "checked: 2026-01-01", text), "utf-8")
    assert [finding.rule for finding in check([Path(PAGE)], TODAY)] == ["fresh"]
    checked.walk([Path(PAGE)], TODAY, TODAY)


@pytest.mark.parametrize("kind", ["procedure", "explainer"])
def test_a_new_page_passes_the_check_and_is_in_the_navigation(guide: Path, kind: str):
    path = moving.new("Sign in on a new device?", kind, "Afterwards", TODAY, guide)
    assert path == guide / "docs/afterwards/sign-in-on-a-new-device.md"
    assert check([], TODAY, guide) == []
    config = (guide / "mkdocs.yml").read_text("utf-8")
    assert "      - Sign in on a new device?: afterwards/sign-in-on-a-new-device.md\n  - When" in config


@pytest.mark.parametrize("title", ["12:30", "A ] b <i> *c* #d"])
def test_any_title_stays_what_it_is(guide: Path, title: str):
    files.write(guide / moving.CONFIG, (guide / moving.CONFIG).read_bytes().replace(b"\n", b"\r\n").rstrip())
    path = moving.new(title, "explainer", "About", TODAY, guide)
    page = Guide(guide, TODAY).page(path)
    assert page.meta
    assert page.meta.title == " ".join(title.split())
    assert page.meta.tags == [path.stem.replace("-", " ")]
    assert check([path, guide / "docs/about/changes.md", guide / "docs/about/index.md"], TODAY, guide) == []
    config = files.read(guide / moving.CONFIG)
    assert config.count("\n") == config.count("\r\n")
    assert yaml.safe_load(config.partition("nav:")[2])[-1]["About"][-1] == {page.meta.title: f"about/{path.name}"}


@pytest.mark.parametrize(
    ("title", "section", "says"),
    [
        ("On it goes", "Afterwads", 'did you mean "afterwards"'),
        ("Check", "Afterwards", "gives no new name"),
        ("…", "Start", "no new name"),
        ("Glossary", "Start", "docs/understand/glossary.md: its title"),
        ("Lost: phone!", "Start", "docs/help/lost-device.md: its title, or one of its tags"),
    ],
)
def test_a_new_page_that_cannot_be_is_refused(guide: Path, title: str, section: str, says: str):
    with pytest.raises(CannotRunError, match=says):
        moving.new(title, "explainer", section, TODAY, guide)


def test_a_moved_page_takes_links_navigation_and_address_with_it(guide: Path):
    moving.rename("turn-on/older-systems.md", "start/old-devices.md", TODAY, guide)
    assert not (guide / "docs/turn-on/older-systems.md").exists()
    assert check([], TODAY, guide) == []
    assert "Older systems: start/old-devices.md\n" in (guide / "mkdocs.yml").read_text("utf-8")
    redirects = (guide / REDIRECTS).read_text("utf-8")
    assert "turn-on/older-systems/: start/old-devices/\n" in redirects
    everything = "".join(path.read_text("utf-8") for path in (guide / "docs").rglob("*.md"))
    assert "older-systems.md" not in everything
    assert "../start/old-devices.md" in everything


def test_links_of_any_form_pictures_and_line_ends_are_kept(guide: Path):
    page, other = guide / "docs/turn-on/deep/mac.md", guide / "docs/turn-on/iphone.md"
    forms = '[a]({0} "mac.md") [b](<{0}>) [c](<{0}#x> "T") [d]({0}#x) [e]( {0} ) [f](#x) [g](https://mac.md)\r\n'
    files.write(page, (forms.format("mac.md") + "![h](../../assets/favicon.svg) [i](../iphone.md)\r\n").encode())
    files.write(other, forms.format("deep/mac.md").encode())
    files.write(guide / REDIRECTS, b"a/: turn-on/deep/mac/\r\nturn-on/deep/mac/: b/\r\nc/: d/")
    (guide / moving.CONFIG).write_bytes(b"nav:\r\n  - Mac: turn-on/deep/mac.md\r\n")
    moving.rename("turn-on/deep/mac.md", "start/a.md", TODAY, guide)
    assert files.read(other) == forms.format("../start/a.md")
    moved = forms.format("a.md") + "![h](../assets/favicon.svg) [i](../turn-on/iphone.md)\r\n"
    assert files.read(guide / "docs/start/a.md") == moved
    assert files.read(guide / REDIRECTS) == "a/: start/a/\r\nc/: d/\r\nturn-on/deep/mac/: start/a/\r\n"
    assert files.read(guide / moving.CONFIG) == "nav:\r\n  - Mac: start/a.md\r\n"


@pytest.mark.parametrize("command", [["rename", "turn-on/mac.md", "start/a.md"], ["new", "A", "--section", "help"]])
def test_a_bad_byte_is_one_line_and_nothing_is_changed(guide: Path, command: list[str]):
    for path in ("docs/includes/notice.md", "docs/start/is-it-on.md") if command[0] == "rename" else ("mkdocs.yml",):
        files.write(guide / path, b"a\n\xff")
        before = {file: file.read_bytes() for file in guide.rglob("*") if file.is_file()}
        result = CliRunner().invoke(main, command)
        assert result.output == f"guide: {path}:2: this is not UTF-8 text; save the file as UTF-8\n"
        assert result.exit_code == 2
        assert {file: file.read_bytes() for file in guide.rglob("*") if file.is_file()} == before
        (guide / path).write_text("")


def test_a_bad_byte_that_no_command_expects_is_one_line(guide: Path):
    files.write(guide / "docs/about/sources.md", b"\xff")
    result = CliRunner().invoke(main, ["sources"])
    assert result.exit_code == 2
    assert re.fullmatch(r"guide: .*UTF-8.*\n", result.output)


def test_what_cannot_be_written_is_named_as_it_is_known(tmp_path: Path):
    with pytest.raises(OSError, match=f"'{tmp_path}'"):
        files.write(tmp_path, b"")
    assert list(tmp_path.iterdir()) == []


def test_moving_twice_leads_the_first_address_to_the_last_page(guide: Path):
    moving.rename("turn-on/older-systems.md", "start/old.md", TODAY, guide)
    moving.rename("start/old.md", "start/older.md", TODAY, guide)
    redirects = (guide / REDIRECTS).read_text("utf-8").splitlines()
    assert "turn-on/older-systems/: start/older/" in redirects
    assert "start/old/: start/older/" in redirects


def test_moving_back_leaves_no_loop(guide: Path):
    moving.rename("turn-on/older-systems.md", "start/old.md", TODAY, guide)
    moving.rename("start/old.md", "turn-on/older-systems.md", TODAY, guide)
    redirects = (guide / REDIRECTS).read_text("utf-8").splitlines()
    assert "start/old/: turn-on/older-systems/" in redirects
    assert not any(line.startswith("turn-on/older-systems/:") for line in redirects)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("turn-on/maac.md", "turn-on/x.md", 'did you mean "turn-on/mac.md"'),
        ("turn-on/mac.md", "turn-on/iphone.md", "there is another page"),
        ("turn-on/mac.md", "turn-on/mac.md", "there is another page"),
        ("turn-on/mac.md", "../mac.md", "not the name of a page"),
        ("turn-on/mac.md", "turn-on/mac.html", "not the name of a page"),
        ("turn-on/mac.md", "mac.md", "one folder deep"),
        ("turn-on/mac.md", "turn-on/mac/a.md", "one folder deep"),
        ("turn-on/mac.md", "includes/mac.md", "pages include it by this name"),
        ("includes/notice.md", "about/notice.md", "pages include it by this name"),
        ("docs/index.md", "start/home.md", "tools and theme go by this name"),
        ("about/index.md", "about/how.md", "tools and theme go by this name"),
        ("about/changes.md", "about/news.md", "tools and theme go by this name"),
        ("about/sources.md", "about/src.md", "tools and theme go by this name"),
        ("about/privacy.md", "about/sources.md", "tools and theme go by this name"),
    ],
)
def test_a_move_that_cannot_be_is_refused(guide: Path, old: str, new: str, says: str):
    with pytest.raises(CannotRunError, match=says):
        moving.rename(old, new, TODAY, guide)
    assert (guide / "docs/turn-on/mac.md").exists()

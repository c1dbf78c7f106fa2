"""The documents against the code: what is named exists, and what exists is named."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from chat.settings import CONFIG, PREFIX, Settings
from protocol.codes import CLOSES, CODES
from protocol.commands import COMMANDS, QUERIES, SESSION, SIGNALS
from protocol.events import KIND_OF
from tools import codes

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("*.md", "docs/**/*.md", "*/README.md", "docker-compose.yml", "Dockerfile", "deploy/*")
DOCS = sorted(path for place in PLACES for path in ROOT.glob(place))
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text() + (ROOT / "docs" / "codes.md").read_text()
# Of the tests and tools, which read their own.
NOT_SETTINGS = {"TERTULIA_URL", "TERTULIA_TOKEN", "TERTULIA_CHROMIUM"}
# Folders that recipes name before they are there, and say so.
TO_COME: set[str] = set()

tags = [kind.__struct_config__.tag for kind in (*COMMANDS, *QUERIES, *SIGNALS, *SESSION)]


@pytest.mark.parametrize("name", [*tags, *KIND_OF.values(), *CODES])
def test_the_protocol_names_it(name: str) -> None:
    assert re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)", PROTOCOL), name


@pytest.mark.parametrize(("code", "close"), CLOSES.items())
def test_the_protocol_names_every_close_code(code: int, close: object) -> None:
    assert f"| {code} | `{CLOSES[code].name}`" in PROTOCOL


def test_the_appendix_is_what_the_table_says() -> None:
    assert codes.PAGE.read_text() == codes.page(), "run: python -m tools.codes"


def test_the_bot_in_the_readme_is_the_example() -> None:
    example = (ROOT / "bots" / "examples" / "hello.py").read_text()
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert example in blocks
    assert len([line for line in example.splitlines() if line.strip()]) <= 20 + 4, "with docstring"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_that_documents_name_exist(path: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG} | NOT_SETTINGS
    found = set(re.findall(r"TERTULIA_[A-Z_]*[A-Z]", path.read_text()))
    assert found <= known


def test_the_readme_names_every_setting_with_its_default() -> None:
    text = (ROOT / "README.md").read_text()
    assert [n for n in Settings.model_fields if f"`{PREFIX}{n.upper()}`" not in text] == []
    rows = dict(re.findall(r"^\| (`TERTULIA_[^|]+) \| ([^|]+) \|", text, re.MULTILINE))
    for names, values in rows.items():
        for name, told in zip(re.findall(r"TERTULIA_(\w+)", names), values.split(","), strict=True):
            default = Settings.model_fields[name.lower()].default
            if isinstance(default, int | float) and not isinstance(default, bool):
                assert float(re.findall(r"[\d.]+", told)[0]) == default, name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_words_that_documents_name_exist(path: Path) -> None:
    words = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = path.read_text()
    # In code only: "make sure" is no word of the Makefile.
    shown = re.findall(
        r"`make ([a-z-]+)|^    make ([a-z-]+)|RUN make ([a-z-]+)", text, re.MULTILINE
    )
    assert {word for found in shown for word in found if word} <= words


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_of_tertulia_that_documents_name_exist(path: Path) -> None:
    from chat.cli.commands import app

    known = {command.name for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    found = re.findall(r"`(?:\.venv/bin/)?tertulia ([a-z][a-z-]*)", path.read_text())
    assert set(found) <= known


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "docs" / "adding.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "README.md",
        ROOT / "SECURITY.md",
    ],
    ids=lambda path: path.name,
)
def test_files_that_documents_name_exist(path: Path) -> None:
    named = set(re.findall(r"`([a-z_]+/[\w./-]*)`", path.read_text())) - TO_COME
    missing = [name for name in named if not (ROOT / name).exists()]
    # `data/…` is there once it runs.
    assert [name for name in missing if not name.startswith("data/")] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    entries = [path.name for path in sorted(folder.glob("[0-9]*.md"))]
    assert [name for name in entries if f"({name})" not in index] == []
    numbers = [name[:4] for name in entries]
    assert len(numbers) == len(set(numbers))


def test_every_table_that_recipes_name_is_there() -> None:
    from accounts import model
    from chat.verbs import READERS, VERBS
    from rooms.kinds import KINDS
    from rooms.policy import COMMUNITY_RULES, RULES
    from storage.accounts.writers import WRITERS
    from storage.projections import PROJECTORS

    recipes = (ROOT / "docs" / "adding.md").read_text()
    assert "`PROJECTORS`" in recipes
    assert all((VERBS, READERS, RULES, COMMUNITY_RULES, KINDS, PROJECTORS, WRITERS, model))
    assert set(VERBS) == set(COMMANDS), "a command without a row"
    assert set(READERS) == set(QUERIES), "a query without a row"


OPERATORS_PAGES = ["docs/operating.md", "deploy/INSTALL.md"]


def parsed(line: str) -> None:
    """Raises where `tertulia` would refuse these words; `NAME=value` may stand before it."""
    import typer.main

    from chat.cli.commands import app

    words = shlex.split(line, comments=True)
    while "=" in words[0]:
        words.pop(0)
    command, name, rest = typer.main.get_command(app), words[0], words[1:]
    while hasattr(command, "commands") and rest:
        name, command, rest = rest[0], command.commands[rest[0]], rest[1:]
    # Named in a sentence, a command may stand without what it is about.
    command.make_context(name, rest, resilient_parsing=not rest)


@pytest.mark.parametrize("page", OPERATORS_PAGES)
def test_operators_pages_name_commands_that_can_be_typed(page: str) -> None:
    text = (ROOT / page).read_text()
    program = r"(?:\./bin/)?tertulia"
    typed = re.findall(rf"^    ((?:[A-Z_]+=\S+ )*{program} .*)$", text, re.MULTILINE)
    named = re.findall(rf"`({program} [a-z][^`\n]*)`", text)
    assert typed
    for line in (*typed, *named):
        parsed(line)


@pytest.mark.parametrize("page", OPERATORS_PAGES)
def test_operators_pages_name_metrics_that_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    metrics = (ROOT / "docs" / "metrics.md").read_text()
    for name in re.findall(r"\b(tertulia_\w+|process_\w+)", text):
        assert f"`{name.removesuffix('_bucket')}`" in metrics, name


def test_what_operators_are_to_look_for_is_what_the_program_says() -> None:
    """Events of the log, codes, and sentences in quotation marks, where it says what breaks."""
    page = (ROOT / "docs" / "operating.md").read_text()
    breaks = page.partition("## What breaks")[2].partition("\n## ")[0]
    sources = "".join(
        path.read_text()
        for folder in ("chat", "storage", "protocol")
        for path in (ROOT / folder).rglob("*.py")
    )
    cells = [line.split("|")[1] for line in breaks.splitlines() if line.startswith("| ")]
    words = {word for cell in cells for word in re.findall(r"`([a-z]+(?:_[a-z]+)+)", cell)}
    said = {text for cell in cells for text in re.findall(r'"([A-Z][^"]+)"', cell)}
    assert len(words) > 5
    assert said
    assert [word for word in words if f'"{word}"' not in sources] == []
    assert [text for text in said if text not in sources] == []

"""What a bot's message is drawn of: headings, paragraphs, buttons, short forms.

Owns the shapes of docs/protocol.md, "Bots", and nothing else. Put them into `blocks=` of `post`,
`answer` and `edit`; whatever is asked with them comes to `Bot.press` and `Bot.form`.
"""

from __future__ import annotations

import msgspec


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """Pressing it calls the handler of `id`, with `value`. With `url` it is a link."""

    id: str
    label: str
    value: str = ""
    style: str = "plain"
    """`plain`, `primary` or `danger`."""
    url: str = ""


class Option(msgspec.Struct, frozen=True):
    """One of the choices of a `Select`."""

    value: str
    label: str


class Text(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="text"):
    """A line to fill in, or with `long` several."""

    id: str
    label: str
    hint: str = ""
    required: bool = True
    placeholder: str = ""
    initial: str = ""
    long: bool = False
    max: int = 3_000


class Select(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="select"):
    """One of some options."""

    id: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    required: bool = True
    initial: str = ""


class Header(msgspec.Struct, frozen=True, tag_field="type", tag="header"):
    """A heading."""

    text: str


class Section(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="section"):
    """A paragraph (Markdown), perhaps with a button beside it."""

    text: str
    button: Button | None = None


class Context(msgspec.Struct, frozen=True, tag_field="type", tag="context"):
    """A quiet line."""

    text: str


class Divider(msgspec.Struct, frozen=True, tag_field="type", tag="divider"):
    """A line across."""


class Buttons(msgspec.Struct, frozen=True, tag_field="type", tag="buttons"):
    """Buttons in a row."""

    buttons: tuple[Button, ...]


class Form(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="form"):
    """A short form; sending it calls the handler of `id`, with what was filled in."""

    id: str
    inputs: tuple[Text | Select, ...]
    submit: str = ""


Block = Header | Section | Context | Divider | Buttons | Form


def buttons(**labels: str) -> Buttons:
    """A row of plain buttons: `buttons(yes="Yes", no="No")`."""
    return Buttons(tuple(Button(id=name, label=label) for name, label in labels.items()))


def form(id: str, *inputs: Text | Select, submit: str = "") -> Form:  # noqa: A002
    """A form of these inputs."""
    return Form(id=id, inputs=inputs, submit=submit)


def choice(id: str, label: str, **options: str) -> Select:  # noqa: A002
    """A select of these options: `choice("size", "Which?", s="Small", l="Large")`."""
    made = tuple(Option(value=value, label=shown) for value, shown in options.items())
    return Select(id=id, label=label, options=made)

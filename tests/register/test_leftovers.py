"""Nothing is left over in the register: each phrase is shown by a page, each style is used, each link has its root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from register.question import FIELDS
from tests.register.test_pages import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = CHECKOUT / "register"
TEMPLATES, STATIC = REGISTER / "templates", REGISTER / "static"


def drawn_in(name: str) -> set[Path]:
    """A template with those that it includes and imports."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    parts = re.findall(r'(?:include|import) "([\w.]+)"', text)
    return {TEMPLATES / name}.union(*(drawn_in(part) for part in parts))


def speaking(page: str) -> set[Path]:
    """Where phrases of a page may be shown: its template, those that ask for its words, and all modules."""
    modules = set(REGISTER.rglob("*.py"))
    if page == "frame":
        return modules | set(TEMPLATES.glob("*.j2"))
    asking = {each.name for each in TEMPLATES.glob("*.j2") if f'words("{page}")' in each.read_text(encoding="utf-8")}
    own = {f"{page}.html.j2"} & {each.name for each in TEMPLATES.glob("*.j2")}
    return modules.union(*(drawn_in(name) for name in asking | own))


def read(files: set[Path]) -> str:
    """All texts, one after the other."""
    return "\n".join(each.read_text(encoding="utf-8") for each in files)


@pytest.mark.parametrize("page", sorted(each.stem for each in (REGISTER / "words").glob("*.yaml")))
def test_every_phrase_is_shown(page: str) -> None:
    """By its name, or by one that is put together: words["state_" ~ state], words[what ~ "_advice"]."""
    text = read(speaking(page))
    names = set(re.findall(r"\w+", text))
    # The search calls a value by the name of its field.
    beginnings = {f"{field}_" for field in (*FIELDS, "show", "sort")} if page == "search" else set()
    beginnings |= set(re.findall(r"""["'](\w+_)["'{]""", text))
    endings = set(re.findall(r"""["'](_\w+)["']""", text))
    phrases = YAML(typ="safe").load(REGISTER / "words" / f"{page}.yaml")
    made = [name for name in phrases if name.startswith(tuple(beginnings)) or name.endswith(tuple(endings))]
    assert sorted(set(phrases) - names - set(made)) == []


def test_every_style_is_used() -> None:
    """Each class of a style sheet is one of a template or a script, and each colour of one is shown somewhere."""
    drawn = read({*TEMPLATES.glob("*.j2"), *REGISTER.rglob("*.py"), *STATIC.glob("*.js")})
    sheets = re.sub(r"/\*.*?\*/", "", read(set(STATIC.glob("*.css"))), flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", sheets)))
    # As class="state-{{ state }}".
    beginnings = tuple(set(re.findall(r"([a-z]+-){{", drawn)))
    assert sorted(each for each in classes - set(re.findall(r"[\w-]+", drawn)) if not each.startswith(beginnings)) == []
    marked = " ".join(re.findall(r'class="([^"]*)"', re.sub(r"{%.*?%}", " ", drawn)))
    given = set(re.findall(r"[a-z][\w-]*", re.sub(r"{{.*?}}", "", marked)))
    begun = {each for each in given if each.endswith("-") and any(name.startswith(each) for name in classes)}
    assert sorted(given - classes - begun) == []
    values = set(re.findall(r"(--[\w-]+):", sheets))
    assert values == set(re.findall(r"var\((--[\w-]+)\)", sheets))


def test_no_template_writes_an_address_by_hand() -> None:
    """`path` puts the root of the register before it, below which a proxy may show it."""
    for template in TEMPLATES.glob("*.j2"):
        written = re.findall(r"""(?:href|src|action)=["']/|query\(["']/""", template.read_text(encoding="utf-8"))
        assert written == [], template.name

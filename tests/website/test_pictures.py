"""The pictures in the documentation are what a script takes, of real messages."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from website.chromium import browser
from website.pictures import IMAGES, MATRIX, PICTURES, SHOWN, first_message, session_matrix, take
from website.register_pictures import VIEWS, demonstrated
from website.register_pictures import take as take_views
from website.screenshots import SCREENS, addresses, watched_site
from website.screenshots import take as take_screens

if TYPE_CHECKING:
    from pathlib import Path


def _size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_the_pictures_are_there() -> None:
    """Each picture that the scripts take is in docs/images, and no other; those of the UI have at most 200 kB."""
    taken = {f"{picture.name}.png" for picture in (*PICTURES, MATRIX, *SCREENS, *VIEWS)}
    assert {path.name for path in IMAGES.glob("*.png")} == taken
    assert [path.name for path in IMAGES.glob("prefect-*.png") if path.stat().st_size > 200_000] == []


@pytest.mark.slow
@pytest.mark.long
def test_the_script_takes_them(tmp_path: Path) -> None:
    """The tutorial's commands give the message, and Chromium shows it as wide as the picture says, to its end."""
    if browser() is None:
        pytest.skip("needs a Chromium browser")
    message = first_message(tmp_path)
    assert SHOWN in message
    assert "127.0.0.1" not in message
    sheet = session_matrix(tmp_path)
    assert "127.0.0.1" not in sheet
    taken = [*take(message, tmp_path / "images"), *take(sheet, tmp_path / "images", [MATRIX])]
    for picture, path in zip((*PICTURES, MATRIX), taken, strict=True):
        width, height = _size(path)
        assert width == picture.width * 1.5
        assert height > 600


@pytest.mark.slow
@pytest.mark.long
def test_the_register_shows_what_the_pictures_show(tmp_path: Path) -> None:
    """The demonstration and its register: each page shows its words in Chromium."""
    if browser() is None:
        pytest.skip("needs a Chromium browser")
    with demonstrated(tmp_path) as registers:
        for view, path in zip(VIEWS, take_views(registers, tmp_path / "images"), strict=True):
            assert _size(path) == (view.width, view.height)


@pytest.mark.slow
@pytest.mark.prefect
@pytest.mark.long
def test_the_prefect_ui_shows_what_the_pictures_show(tmp_path: Path) -> None:
    """A real server and worker, the bundled site with a failing source: each page shows its words in Chromium."""
    if browser() is None:
        pytest.skip("needs a Chromium browser")
    with watched_site(tmp_path) as running:
        assert set(addresses(running)) == {"run", "run_artifact", "health_artifact"}
        for screen, path in zip(SCREENS, take_screens(running, tmp_path / "images"), strict=True):
            assert _size(path) == (1280, screen.height)

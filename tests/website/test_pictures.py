"""The pictures in the documentation are what a script takes, of real messages."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from website.pictures import IMAGES, PICTURES, SHOWN, browser, first_message, take

if TYPE_CHECKING:
    from pathlib import Path


def _size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_the_pictures_are_there() -> None:
    """Each picture that the script takes is in docs/images, and no other."""
    assert {path.name for path in IMAGES.glob("*.png")} == {f"{picture.name}.png" for picture in PICTURES}


@pytest.mark.slow
def test_the_script_takes_them(tmp_path: Path) -> None:
    """The tutorial's commands give the message, and Chromium shows it as wide as the picture says, to its end."""
    if browser() is None:
        pytest.skip("needs a Chromium browser")
    message = first_message(tmp_path)
    assert SHOWN in message
    assert "127.0.0.1" not in message
    for picture, path in zip(PICTURES, take(message, tmp_path / "images"), strict=True):
        width, height = _size(path)
        assert width == picture.width * 1.5
        assert height > 600

"""The contract of blocks, which every reader of a layout keeps."""

from __future__ import annotations

import pytest

from mandates.text.blocks import Block, check, label_of

TEXT = "Resolution 7\n\n1. Requests the boats;"


def test_blocks_that_lie_in_the_text_in_order_are_accepted() -> None:
    """Spans in order, with gaps between them, keep the contract."""
    check([Block("heading", 0, 12), Block("item", 14, len(TEXT), label="1.")], TEXT)


@pytest.mark.parametrize(
    "blocks",
    [
        [Block("item", 14, 20), Block("heading", 0, 12)],
        [Block("heading", 0, 12), Block("paragraph", 11, 20)],
        [Block("paragraph", 3, 3)],
        [Block("paragraph", 3, len(TEXT) + 1)],
        [Block("paragraph", -1, 4)],
        [Block("item", 14, 20, label="2.")],
        [Block("margin", 0, 3)],  # type: ignore[arg-type]
    ],
    ids=["order", "overlap", "empty", "behind the end", "before the start", "label", "kind"],
)
def test_blocks_that_break_the_contract_are_refused(blocks: list[Block]) -> None:
    """Out of order, overlapping, empty, outside the text, another label or an unknown kind: each is refused."""
    with pytest.raises(ValueError, match=r"block|order|label"):
        check(blocks, TEXT)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("1. Requests", "1."),
        ("12) Decides", "12)"),
        ("(a) To count", "(a)"),
        ("(iv) The boats", "(iv)"),
        ("1.2 The scope", "1.2"),
        ("3 bis. Invites", "3 bis."),
        ("• One", "•"),
        ("– Two", "–"),
        ("81 boats came", None),
        ("The boats", None),
        ("(see the annex) they", None),
        ("2026 was a year", None),
        ("10.5 million boats", None),
    ],
)
def test_labels_of_items(words: str, label: str | None) -> None:
    """Numbers, letters and bullets in front of an item are its label; a number in a sentence is not."""
    assert label_of(words) == label

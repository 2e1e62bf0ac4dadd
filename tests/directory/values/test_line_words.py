"""What words beside a number say of the line."""

import pytest

from directory.values.line_words import roles_of_line


@pytest.mark.parametrize(
    ("slot", "label", "roles"),
    [
        ("voice", "Office", ["office"]),
        ("voice-2", "Hotline", ["crisis-line"]),
        ("voice", "24-Hour Crisis/Intake Line", ["crisis-line", "intake"]),
        ("voice", "24 hour line", ["crisis-line"]),
        ("voice", "Línea de crisis", ["crisis-line"]),
        ("voice", "Non-crisis office line", ["office"]),
        ("voice", "Business (not the hotline)", ["office"]),
        ("voice", "Non-emergency line", []),
        ("voice", "Toll-free", []),
        ("voice", "", []),
        ("crisis-line", "", ["crisis-line"]),
        ("intake-2", "Whatever", ["intake"]),
        ("hotline", "", ["crisis-line"]),
        ("office-call", "", []),
        # A sentence may speak of another line.
        ("voice", "Call the office before noon, and in the evening leave a message for the hotline", []),
    ],
)
def test_a_label_says_what_a_line_is_for(slot: str, label: str, roles: list[str]) -> None:
    assert roles_of_line(slot, label) == roles

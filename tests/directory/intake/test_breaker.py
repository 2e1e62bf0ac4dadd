"""What holds a run as a whole, to the listing."""

import pytest

from directory.intake.breaker import HOLDS, MASS_CHANGE, VERIFIED_PHONES, holds_of_run


@pytest.mark.parametrize(
    ("existing", "touched", "phones", "holds"),
    [
        (100, 9, 0, ()),
        (100, 10, 0, (MASS_CHANGE,)),
        (200, 10, 0, ()),
        (199, 10, 0, (MASS_CHANGE,)),
        (220, 11, 0, ()),
        (219, 11, 0, (MASS_CHANGE,)),
        (4_000, 200, 0, ()),
        (4_000, 201, 0, (MASS_CHANGE,)),
        (0, 0, 0, ()),
        (4_000, 4, 3, ()),
        (4_000, 4, 4, (VERIFIED_PHONES,)),
        (10, 10, 4, (MASS_CHANGE, VERIFIED_PHONES)),
    ],
)
def test_more_than_five_percent_and_at_least_ten_or_more_than_three_verified_numbers(
    existing: int, touched: int, phones: int, holds: tuple[str, ...]
) -> None:
    assert holds_of_run(existing=existing, touched=touched, phones=phones) == holds
    assert all(HOLDS[code] for code in holds)

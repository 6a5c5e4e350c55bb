"""Identifiers are tidied as their registers write them, and refused when they have another shape."""

import pytest
from django.core.exceptions import ValidationError

from commissioning.identifiers import tidied
from commissioning.models import Identifier

Scheme = Identifier.Scheme


@pytest.mark.parametrize(
    ("scheme", "typed", "written"),
    [
        (Scheme.ODS, " 5at ", "5AT"),
        (Scheme.ODS, "GB-NHS:5AT", "5AT"),
        (Scheme.ODS, "ABC", "ABC"),
        (Scheme.ODS, "A123456789", "A123456789"),
        (Scheme.COMPANIES_HOUSE, "1234567", "01234567"),
        (Scheme.COMPANIES_HOUSE, "12345678", "12345678"),
        (Scheme.COMPANIES_HOUSE, "oc 123456", "OC123456"),
        (Scheme.PPON, "pmzv-7732-xxtt", "PMZV-7732-XXTT"),
        (Scheme.PPON, "GB-PPON:PMZV-7732-XXTT", "PMZV-7732-XXTT"),
        (Scheme.PPON, "GB-PPON-PMZV-7732-XXTT", "PMZV-7732-XXTT"),
        (Scheme.CHARITY, "123456", "123456"),
        (Scheme.UKPRN, "10000001", "10000001"),
        (Scheme.VAT, "GB 123 4567 89", "GB123456789"),
        (Scheme.OTHER, " US-DE 12-3 ", "US-DE 12-3"),
    ],
)
def test_an_identifier_is_written_as_its_register_writes_it(scheme, typed, written):
    assert tidied(scheme, typed) == written


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        (Scheme.ODS, "5A"),
        (Scheme.ODS, "A1234567890"),
        (Scheme.ODS, "5A-T"),
        (Scheme.ODS, "５ＡＴ"),
        (Scheme.COMPANIES_HOUSE, "123456789"),
        (Scheme.COMPANIES_HOUSE, "OC12345"),
        (Scheme.COMPANIES_HOUSE, "O1234567"),
        (Scheme.COMPANIES_HOUSE, "１２３４５６７８"),
        (Scheme.PPON, "PMZV-773-XXTT"),
        (Scheme.PPON, "PMZV7732XXTT"),
        (Scheme.PPON, "PMZV-7732-XXT1"),
        (Scheme.CHARITY, "12345"),
        (Scheme.UKPRN, "1000001"),
        (Scheme.OTHER, "a\x00b"),
        (Scheme.OTHER, "a\nb"),
    ],
)
def test_an_identifier_of_another_shape_is_refused_with_a_sentence(scheme, typed):
    with pytest.raises(ValidationError) as refusal:
        tidied(scheme, typed)
    assert refusal.value.message.endswith(".")

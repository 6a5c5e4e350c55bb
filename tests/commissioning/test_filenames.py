"""Names of files are made safe whoever chose them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.filenames import LONGEST_NAME, extension, inner_extensions, safe_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Method statement v1.2.pdf", "Method statement v1.2.pdf"),
        ("Résumé – Zoë & Søren (final).docx", "Résumé – Zoë & Søren (final).docx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\bids\\price.xlsx", "price.xlsx"),
        ("..／..／evil.pdf", "evil.pdf"),
        ("bid\x00.pdf", "bid.pdf"),
        ("bid\r\nSet-Cookie: a=b.pdf", "bid Set-Cookie- a=b.pdf"),
        ("price\u202efdp.exe", "pricefdp.exe"),
        ("\u200bb\u2066i\u2069d\ufeff.pdf", "bid.pdf"),
        ("bid．exe", "bid.exe"),
        ("bid\u2024exe", "bid.exe"),
        ('a<b>c:d"e|f?g*h.pdf', "a-b-c-d-e-f-g-h.pdf"),
        ("  spaced \t  out  .pdf ", "spaced out .pdf"),
        (".htaccess", "htaccess"),
        ("bid.pdf.", "bid.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", "_LPT1"),
        ("console.pdf", "console.pdf"),
        ("bid\ud800.pdf", "bid.pdf"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("\u202e\x00/", "unnamed"),
    ],
    ids=ascii,
)
def test_a_name_is_kept_but_for_what_could_harm(given_name, kept):
    assert safe_name(given_name) == kept


@pytest.mark.parametrize(("length", "kept"), [(149, 149), (150, 150), (151, 150), (300, 150)])
def test_a_long_name_is_cut_and_keeps_its_extension(length, kept):
    name = safe_name("x" * (length - 4) + ".pdf")
    assert (len(name), name[-4:]) == (kept, ".pdf")


def test_a_long_extension_is_no_extension():
    assert safe_name("a." + "x" * 300) == "a." + "x" * (LONGEST_NAME - 2)


@pytest.mark.parametrize(("name", "found"), [("a.pdf", "pdf"), ("a.b.PDF", "pdf"), ("pdf", ""), (".pdf", ""), ("a.", "")])
def test_the_extension_is_what_follows_the_last_full_stop(name, found):
    assert extension(name) == found


@pytest.mark.parametrize(("name", "found"), [("a.pdf", []), ("a.exe.pdf", ["exe"]), ("a.EXE.b.pdf", ["exe", "b"]), ("a", [])])
def test_inner_extensions_stand_before_the_last(name, found):
    assert inner_extensions(name) == found


@given(st.text(st.characters(), max_size=400))
def test_whatever_the_name_it_is_one_safe_part_of_a_path_and_safe_already(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\:*?"<>|\x00\r\n\t')
    assert safe.isprintable()
    assert safe[0] not in ". "
    assert safe[-1] not in ". "
    assert safe_name(safe) == safe

"""The NHS.UK stylesheet is served from here, without a font from elsewhere."""

import os
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import override_settings

from commissioning.stylesheet import NAME, NhsukStylesheet, without_fonts


def test_font_faces_go_and_everything_else_stays():
    assert without_fonts("a{b:c}@font-face{src:url(https://x.example/f.woff2)}@font-face {x:y}d{e:f}") == "a{b:c}d{e:f}"


def test_the_stylesheet_that_is_served_names_no_other_machine(tmp_path):
    found = Path(finders.find(NAME))
    css = found.read_text()
    assert ".nhsuk-button" in css
    assert "font-face" not in css
    assert "http" not in css.replace("http://www.w3.org", "")


def test_a_newer_package_replaces_the_copy(tmp_path):
    source = tmp_path / "package" / "css" / Path(NAME).name
    source.parent.mkdir(parents=True)
    source.write_text("a{b:c}")
    with override_settings(VAR=tmp_path / "var", NHSUK_ASSETS=tmp_path / "package"):
        finder = NhsukStylesheet()
        copy = Path(finder.find(NAME))
        assert copy.read_text() == "a{b:c}"
        source.write_text("a{b:d}")
        copy.touch()
        os.utime(copy, (0, 0))
        assert Path(finder.find(NAME)).read_text() == "a{b:d}"
        assert finder.find("nhsuk/css/other.css") == []
        assert [name for name, _ in finder.list(None)] == [NAME]

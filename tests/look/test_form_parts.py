"""Every widget finds its component, and every complaint names its field."""

import re

import pytest
from django import forms
from django.forms.formsets import BaseFormSet
from django.template import engines

from commissioning.form_parts import complaints, label, part, problems
from tests.look.gallery import EveryField, PriceRows

KINDS = {
    **dict.fromkeys(["title", "budget", "lots", "share", "reviewed_on", "contact", "password"], "input"),
    **dict.fromkeys(["summary", "method"], "counted"),
    **dict.fromkeys(["opens_on", "closes_at", "visit"], "boxes"),
    **dict.fromkeys(["regions", "early"], "checkboxes"),
    "area": "select",
    "list": "radios",
    "pack": "file",
    "step": "hidden",
}
NASTY = '<script>alert("x")</script>'


def drawn(form: forms.Form) -> str:
    source = '{% from "components/form.html" import error_summary, fields %}{{ error_summary(problems(form)) }}{{ fields(form) }}'
    return str(engines["jinja2"].from_string(source).render({"form": form}))


def drawn_table(formset: BaseFormSet) -> str:
    source = '{% from "components/form.html" import fields_table %}{{ fields_table(formset, "Prices") }}'
    return str(engines["jinja2"].from_string(source).render({"formset": formset}))


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_each_widget_has_its_component(name, kind):
    assert part(EveryField()[name]).kind == kind


def test_a_widget_that_no_component_draws_is_an_error_at_once():
    class Odd(forms.Form):
        when = forms.DateField(widget=forms.SelectDateWidget)

    with pytest.raises(TypeError, match="No component draws SelectDateWidget"):
        part(Odd()["when"])


def test_what_may_be_left_empty_says_so():
    form = EveryField()
    assert label(form["reference"]) == "Reference (optional)"
    assert label(form["title"]) == "Title"


def test_every_complaint_names_its_field_and_leads_to_it():
    found = problems(EveryField({"lots": "many", "contact": "nobody", "closes_at_day": "31", "step": "1"}))
    assert {"text": "Fill in “Title”.", "href": "#id_title"} in found
    assert {"text": "Number of lots: enter a whole number.", "href": "#id_lots"} in found
    assert {"text": "Contact e-mail: enter a valid email address.", "href": "#id_contact"} in found
    assert {"text": "Closing date and time: enter the month, year and time too.", "href": "#id_closes_at-month"} in found
    assert {"text": "Choose an answer for “List”.", "href": "#id_list"} in found
    assert {"text": "Tick “The authority has allowed early release”.", "href": "#id_early"} in found
    assert {"text": "Choose a file for “Tender pack”.", "href": "#id_pack"} in found


def test_every_complaint_leads_to_an_element_that_is_there():
    form = EveryField({})
    page = drawn(form)
    links = [problem["href"] for problem in problems(form) if "href" in problem]
    assert len(links) > 10
    assert [link for link in links if f'id="{link[1:]}"' not in page] == []


def test_a_complaint_of_our_own_is_left_as_it_is():
    class Ours(forms.Form):
        closes = forms.CharField(error_messages={"required": "Say when bids close."})

        def clean(self):
            raise forms.ValidationError("Bids cannot close before questions do.")

    form = Ours({})
    assert problems(form) == [{"text": "Bids cannot close before questions do."}, {"text": "Say when bids close.", "href": "#id_closes"}]
    assert complaints(form["closes"]) == ["Say when bids close."]


def test_a_question_is_followed_by_what_is_wrong_with_its_answer():
    class Asked(forms.Form):
        price = forms.DecimalField(label="What is your price?")

    assert complaints(Asked({"price": "dear"})["price"]) == ["What is your price? Enter a number."]


def test_the_rows_of_a_table_of_forms_are_named_in_what_is_wrong():
    rows = PriceRows({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-price": "dear", "form-0-days": "1"})
    assert problems(rows) == [{"text": "Data analysis: Unit price: enter an amount in pounds, like 1234.50.", "href": "#id_form-0-price"}]
    page = drawn_table(rows)
    assert 'value="dear"' in page
    assert '<label class="nhsuk-label nhsuk-u-visually-hidden" for="id_form-1-days">Days, Contract review</label>' in page


def test_nothing_that_was_typed_is_lost():
    typed = {"title": "A & B", "lots": "many", "budget": "£x", "summary": "\nfirst line was empty", "closes_at_time": "late"}
    page = drawn(EveryField({**typed, "list": "macro", "regions": ["s"], "area": "cp"}))
    assert 'value="A &amp; B"' in page
    assert 'value="many"' in page
    assert 'value="£x"' in page
    assert ">\n\nfirst line was empty</textarea>" in page, "a browser drops the first line break"
    assert 'value="macro" checked' in page
    assert 'value="cp" selected' in page
    assert 'value="s" checked' in page
    assert 'value="late"' in page


def test_a_password_is_never_sent_back():
    assert "correct horse" not in drawn(EveryField({"password": "correct horse"}))


def test_nothing_is_cut_short_in_the_browser():
    assert "maxlength=" not in drawn(EveryField()).replace("data-maxlength=", "")


def test_markup_in_a_label_a_choice_a_hint_or_a_value_stays_text():
    class Nasty(forms.Form):
        text = forms.CharField(label=NASTY, help_text=NASTY, initial=NASTY)
        one = forms.ChoiceField(label=NASTY, choices=[(NASTY, NASTY)], widget=forms.RadioSelect)
        some = forms.MultipleChoiceField(label=NASTY, choices=[(NASTY, NASTY)])
        choice = forms.ChoiceField(label=NASTY, choices=[(NASTY, [(NASTY, NASTY)])])
        tick = forms.BooleanField(label=NASTY, help_text=NASTY)
        words = forms.CharField(label=NASTY, widget=forms.Textarea, initial="</textarea>" + NASTY)
        row_title = NASTY

    unsent, sent = drawn(Nasty()), drawn(Nasty({"text": NASTY, "one": NASTY}))
    assert "<script" not in unsent + sent
    assert "&amp;lt;" not in unsent + sent, "escaped twice"
    assert "<script" not in drawn_table(forms.formset_factory(Nasty, extra=1)())


def test_groups_of_choices_keep_their_names():
    class Grouped(forms.Form):
        area = forms.ChoiceField(choices=[("Micro", [("a", "Assessment")]), ("Macro", [("b", "Contracting")])])
        place = forms.ChoiceField(choices=[("North", [("a", "Leeds")])], widget=forms.RadioSelect)

    page = drawn(Grouped({}))
    assert ">Macro</option>" in page
    assert '<div class="nhsuk-radios__divider">North</div>' in page
    assert "nhsuk-radios app-grouped" in page


@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_a_complaint_leads_to_the_first_choice_also_where_choices_have_groups(widget):
    class Grouped(forms.Form):
        place = forms.ChoiceField(choices=[("North", [("a", "Leeds"), ("b", "York")]), ("South", [("c", "Hove")])], widget=widget)

    page = drawn(Grouped({}))
    ids = re.findall(r'<input class="[^"]+" id="([^"]+)"', page)
    assert problems(Grouped({})) == [{"text": "Choose an answer for “Place”.", "href": "#id_place"}]
    assert ids[0] == "id_place"
    assert len(set(ids)) == 3


def test_a_box_that_cannot_be_changed_is_drawn_so():
    class Fixed(forms.Form):
        name = forms.CharField(disabled=True, initial="Hillingdon PCT")

    assert 'value="Hillingdon PCT" disabled' in drawn(Fixed())

"""Pages of the ground floor."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from commissioning.views import about, account, calendar, demo, health, home, invitations, letters, organisations, oversight, receipts, search, trail

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("desk/", home.Desk.as_view(), name="desk"),
    path("oversight/", oversight.Oversight.as_view(), name="oversight"),
    path("oversight/use.<str:kind>", oversight.download, name="oversight_download"),
    path("letters/", letters.Letters.as_view(), name="letters"),
    path("letters/<uuid:pk>/", letters.LetterPage.as_view(), name="letter"),
    path("search/", search.Search.as_view(), name="search"),
    path("calendar/", calendar.DeadlineCalendar.as_view(), name="calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("organisations/", include((organisations.urlpatterns, "organisation"))),
    path("memberships/", include((organisations.membership_urlpatterns, "membership"))),
    path("personal-invitations/", include((organisations.invitation_urlpatterns, "personalinvitation"))),
    path("accept/<str:token>/", invitations.Accept.as_view(), name="accept_invitation"),
    path("trail/<uuid:pk>/", trail.Trail.as_view(), name="trail"),
    path("trail/<uuid:pk>/entries.json", trail.download, name="trail_download"),
    path("people/", include((account.urlpatterns, "user"))),
    path("account/", account.Account.as_view(), name="account"),
    # In the place of allauth's page: whoever could change the address that they are known by could take in another's invitations.
    path("account/email/", RedirectView.as_view(pattern_name="account"), name="account_email"),
    path("account/tokens/new/", account.NewToken.as_view(), name="new_token"),
    path("account/tokens/end/", account.end_token, name="end_token"),
    path("account/calendar/renew/", account.renew_feed, name="renew_calendar_link"),
    path("accessibility/", about.Accessibility.as_view(), name="accessibility"),
    path("privacy/", about.Privacy.as_view(), name="privacy"),
    path("how-we-keep-bids-safe/", about.Safety.as_view(), name="safety"),
    path("api/", about.ApiDocs.as_view(), name="api_docs"),
    path("data/key/", about.key, name="public_key"),
    path("keys/receipts.pem", about.key, name="receipt_key"),
    path("receipts/check/", receipts.CheckReceipt.as_view(), name="check_receipt"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
# Nowhere but in the embedded demo is there a clock to move or a hat to change.
if settings.DEMO:
    urlpatterns += demo.urlpatterns

"""What a curator gets of each kind of record in the administration, and of its own pages."""

# The administration: what a curator opens of each kind of record. Everybody else is asked to sign in, and told that it is not theirs.
LOOKED_AT = "changelist change history"
EXPORTED = f"{LOOKED_AT} export"
BROUGHT_IN = f"{EXPORTED} import process_import"
TYPED_OVER = f"{BROUGHT_IN} add edit"
ADMINISTRATION = {
    "commissioning_organisation": BROUGHT_IN,
    "commissioning_user": EXPORTED,
    "commissioning_personalinvitation": LOOKED_AT,
    "commissioning_periodrule": TYPED_OVER,
    "commissioning_regime": f"{LOOKED_AT} add edit",
    "commissioning_organisationclass": f"{LOOKED_AT} add edit",
    "commissioning_closedday": f"{TYPED_OVER} delete",
    "commissioning_commissioningfunction": TYPED_OVER,
    "commissioning_trailentry": LOOKED_AT,
    "commissioning_letter": LOOKED_AT,
    "suppliers_framework": BROUGHT_IN,
    "suppliers_frameworkversion": LOOKED_AT,
    "suppliers_frameworklist": BROUGHT_IN,
    "suppliers_servicearea": BROUGHT_IN,
    "suppliers_service": BROUGHT_IN,
    "suppliers_supplier": BROUGHT_IN,
    "suppliers_organisationimport": LOOKED_AT,
    "suppliers_consortiummember": EXPORTED,
    "suppliers_listing": EXPORTED,
    "suppliers_admissionround": LOOKED_AT,
    "suppliers_appeal": EXPORTED,
    "suppliers_appealground": LOOKED_AT,
    "suppliers_furtherinformation": LOOKED_AT,
    "suppliers_hearing": LOOKED_AT,
    "suppliers_earlyrelease": LOOKED_AT,
    "suppliers_frameworkagreement": LOOKED_AT,
    "procurement_tender": EXPORTED,
    "contracts_contract": LOOKED_AT,
    "contracts_breachreport": LOOKED_AT,
}
# What a curator gets of the site's own pages.
ADMIN_SITE = {
    "index": "200",
    "app_list": "200",
    "jsi18n": "200",
    "autocomplete": "403",
    "login": "403",
    "logout": "405",
    "password_change": "302",
    "password_change_done": "302",
}

"""Who gets what at every route: each row says to whom the record shows and who may act on it, and then names its routes.

By the rule, whom the record does not show to gets 404, whoever sees it and may not act 403, and somebody who has not signed in is
asked to. A new route goes beside those that the same people may ask for; where it is for others, it gets a row of its own.
"""

from dataclasses import dataclass, field

BUYER = frozenset({"lead", "approver", "opener", "evaluator", "undeclared", "chair", "contracts", "board"})
AUTHORITY = frozenset({"curator", "appeals", "adviser", "escrow"})
OWNER = frozenset({"manager", "contributor"})
STRANGERS = frozenset({"rival", "uninvited", "member", "otherlead"})
SIGNED_IN = BUYER | AUTHORITY | OWNER | STRANGERS
ALL = SIGNED_IN | {"nobody"}
LEAD, CURATOR, MANAGER = frozenset({"lead"}), frozenset({"curator"}), frozenset({"manager"})
APPROVER, OPENER, CHAIR, EVALUATOR = (frozenset({actor}) for actor in ("approver", "opener", "chair", "evaluator"))
APPEALS, BOARD = frozenset({"appeals"}), frozenset({"board"})
BID_MANAGERS = frozenset({"manager", "rival", "uninvited", "member"})
ADVISER = frozenset({"adviser"})
PANEL = LEAD | CHAIR | EVALUATOR
ASKED_TO_DECLARE = {"undeclared": "302"}
SIGN_IN = "sign in"


@dataclass(frozen=True)
class Row:
    """Who gets what of some routes about the same record.

    `may` is None where there is nothing to do but to read. `page` and `api` are what a GET gets of somebody who has not signed in
    and does not see the record; `gets` what it gets of those who see it; `but` what single people get instead.
    """

    on: str
    sees: frozenset[str]
    may: frozenset[str] | None = None
    names: str = ""
    page: str = SIGN_IN
    api: str = "404"
    gets: str = "200"
    but: dict[str, str] = field(default_factory=dict)


ROWS = (
    # The ground
    Row("", ALL, names="home search accessibility privacy safety api_docs public_key healthz readyz organisation:directory api-schema"),
    Row("link to a calendar", ALL, names="calendar_feed"),
    Row("link to an invitation", ALL, names="accept_invitation"),
    Row("", SIGNED_IN, names="desk letters calendar account"),
    Row("", SIGNED_IN, names="api-me api-event-list", api="401"),
    Row("", SIGNED_IN, names="new_token own_arrangements", gets="302"),
    Row("", SIGNED_IN, SIGNED_IN, names="end_token renew_calendar_link"),
    Row("", ALL, names="api-membership-list api-personal-invitation-list api-letter-list"),
    Row("", ALL, CURATOR, names="organisation:register_organisation api-organisation-list"),
    Row("organisation", ALL, names="organisation:workspace api-organisation-detail contract:arrangements"),
    Row("organisation", BUYER | CURATOR, names="organisation:people"),
    Row("organisation", ALL, LEAD | APPROVER | BOARD | CURATOR, names="organisation:invite_person api-organisation-invite-person"),
    Row("organisation", ALL, LEAD | CURATOR, names="organisation:describe_organisation api-organisation-describe-organisation"),
    Row("organisation", ALL, CURATOR, names="organisation:succeed_organisation api-organisation-succeed-organisation"),
    Row("membership", BUYER | CURATOR, LEAD | CURATOR, names="membership:end_membership api-membership-end-membership"),
    Row("membership", BUYER | CURATOR, names="api-membership-detail"),
    Row("personal invitation", BUYER | CURATOR, names="api-personal-invitation-detail"),
    Row("personal invitation", BUYER | CURATOR, LEAD | CURATOR, names="personalinvitation:withdraw_invitation"),
    Row("personal invitation", BUYER | CURATOR, LEAD | CURATOR, names="api-personal-invitation-withdraw-invitation"),
    Row("person", BUYER | CURATOR, names="user:workspace", page="404"),
    Row("person", BUYER | CURATOR, LEAD | CURATOR, names="user:rename_person"),
    Row("person", BUYER | CURATOR, CURATOR, names="user:deactivate_person user:reactivate_person"),
    Row("letter", LEAD, names="letter api-letter-detail"),
    Row("letter", LEAD, LEAD, names="api-letter-mark-read"),
    Row("organisation's trail", BUYER | CURATOR, names="trail trail_download"),
    Row("person's trail", LEAD | CURATOR, names="trail trail_download"),
    Row("framework's trail", AUTHORITY, names="trail trail_download"),
    Row("round's trail", AUTHORITY, names="trail trail_download"),
    Row("application's trail", AUTHORITY | OWNER, names="trail trail_download"),
    Row("tender's trail", BUYER, names="trail trail_download"),
    Row("invitation's trail", OWNER, names="trail trail_download"),
    Row("contract's trail", BUYER | OWNER, names="trail trail_download"),
    # Frameworks and suppliers
    Row("", ALL, names="framework:index supplier:index admissionround:index published_lists api-list-list api-area-list api-round-list"),
    Row("", ALL, names="api-application-list api-place-list api-appeal-list api-listing-list api-publication-list api-early-release-list"),
    Row("", ALL, names="api-framework-version-list"),
    Row("", SIGNED_IN, names="application:index appeal:index earlyrelease:index"),
    Row("", ALL, CURATOR, names="framework:draft_framework supplier:register_supplier supplier:register_consortium"),
    Row("", ALL, CURATOR, names="api-framework-list api-supplier-list api-supplier-register-consortium"),
    Row("framework", ALL, names="framework:workspace framework:lists framework:versions framework:list_and_area framework:download"),
    Row("framework", ALL, names="api-framework-detail framework:history framework:version framework:version_download"),
    Row("version of the framework", ALL, names="api-framework-version-detail"),
    Row("list", ALL, names="api-list-detail"),
    Row("area", ALL, names="api-area-detail"),
    Row("publication", ALL, names="api-publication-detail api-publication-changes"),
    Row("framework", ALL, names="framework:list_changes api-framework-published-lists"),
    Row("framework in draft", AUTHORITY, names="framework:workspace api-framework-detail", page="404"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:describe_framework framework:add_list framework:add_area framework:add_service"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:add_appeal_ground api-framework-add-appeal-ground"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:publish_framework framework:open_round framework:grant_early_release"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:end_framework api-framework-end-framework api-framework-describe-framework"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-add-list api-framework-add-area api-framework-add-service"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-publish-framework api-framework-open-round"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-grant-early-release"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:set_term framework:set_periods framework:set_buyers framework:set_letters"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:set_award_criteria framework:set_price_and_fee framework:describe_selection"),
    Row("framework in draft", AUTHORITY, CURATOR, names="framework:set_reopening framework:remove_part framework:discard_changes"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-set-term api-framework-set-periods api-framework-set-buyers"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-set-letters api-framework-set-award-criteria api-framework-remove-part"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-set-price-and-fee api-framework-describe-selection"),
    Row("framework in draft", AUTHORITY, CURATOR, names="api-framework-set-reopening api-framework-discard-changes"),
    Row("framework in draft", AUTHORITY, names="framework:check api-framework-check", but=dict.fromkeys(AUTHORITY - CURATOR, "403")),
    Row("", SIGNED_IN, names="organisationimport:index"),
    Row("", ALL, CURATOR, names="organisationimport:preview_import api-organisation-import-list"),
    Row("import", CURATOR, names="organisationimport:workspace api-organisation-import-detail api-organisation-import-rows", page="404"),
    Row("import", CURATOR, CURATOR, names="organisationimport:apply_import organisationimport:preview_again organisationimport:discard_import"),
    Row("import", CURATOR, CURATOR, names="api-organisation-import-apply-import api-organisation-import-preview-again"),
    Row("import", CURATOR, CURATOR, names="api-organisation-import-discard-import"),
    Row("supplier", ALL, names="supplier:profile api-supplier-detail"),
    Row("supplier", ALL, MANAGER | CURATOR, names="supplier:describe_supplier api-supplier-describe-supplier"),
    Row("round", ALL, names="admissionround:workspace api-round-detail api-round-answer-schema"),
    Row("round", ALL, BID_MANAGERS, names="admissionround:apply api-round-apply"),
    Row("", ALL, names="api-enquiry-list api-round-clarification-list"),
    Row("round", ALL, names="admissionround:clarifications"),
    Row("round", ALL, BID_MANAGERS | OWNER, names="admissionround:enquire api-round-enquire"),
    Row("enquiry", OWNER, names="enquiry:workspace api-enquiry-detail"),
    Row("enquiry", OWNER, OWNER, names="enquiry:enquire_further api-enquiry-enquire-further"),
    Row("enquiry's trail", OWNER, names="trail trail_download"),
    Row("answered question about the round", ALL, names="api-round-clarification-detail"),
    Row("question about the round", AUTHORITY | OWNER, names="api-round-clarification-detail"),
    Row("question about the round", AUTHORITY | OWNER, CURATOR, names="roundclarification:answer_enquiry"),
    Row("question about the round", AUTHORITY | OWNER, CURATOR, names="api-round-clarification-answer-enquiry"),
    Row("round in draft", AUTHORITY, names="admissionround:workspace api-round-detail api-round-answer-schema", page="404"),
    Row("round in draft", AUTHORITY, CURATOR, names="admissionround:describe_round admissionround:announce_round admissionround:extend_round"),
    Row("round in draft", AUTHORITY, CURATOR, names="admissionround:send_decisions admissionround:publish_lists admissionround:withdraw_round"),
    Row("round in draft", AUTHORITY, CURATOR, names="admissionround:amend_round api-round-amend-round"),
    Row("round in draft", AUTHORITY, CURATOR, names="admissionround:reissue_round api-round-reissue-round"),
    Row("round in draft", AUTHORITY, CURATOR, names="api-round-describe-round api-round-announce-round api-round-extend-round"),
    Row("round in draft", AUTHORITY, CURATOR, names="api-round-send-decisions api-round-publish-lists api-round-withdraw-round"),
    Row("round in draft", AUTHORITY, CURATOR, names="admissionround:publish_some_lists api-round-publish-some-lists"),
    Row("round in draft", AUTHORITY, CURATOR, names="api-round-decide-place"),
    Row("round in draft", AUTHORITY, CURATOR, names="admissionround:set_round_questions admissionround:copy_round_questions"),
    Row("round in draft", AUTHORITY, CURATOR, names="api-round-set-round-questions api-round-copy-round-questions"),
    Row("application", AUTHORITY | OWNER, names="application:workspace api-application-detail", page="404"),
    Row("application", AUTHORITY | OWNER, names="application:receipt"),
    Row("application", AUTHORITY | OWNER, names="application:file api-application-file"),
    Row("application", AUTHORITY | OWNER, OWNER, names="application:save_application api-application-save-application"),
    Row("application", AUTHORITY | OWNER, OWNER, names="application:attach_to_application application:remove_from_application"),
    Row("application", AUTHORITY | OWNER, OWNER, names="api-application-attach-to-application api-application-remove-from-application"),
    Row("application", AUTHORITY | OWNER, MANAGER, names="application:submit_application application:withdraw_application"),
    Row("application", AUTHORITY | OWNER, MANAGER, names="api-application-submit-application api-application-withdraw-application"),
    Row("place", AUTHORITY | OWNER, CURATOR, names="place:decide_place"),
    Row("place", AUTHORITY | OWNER, names="api-place-detail"),
    Row("refused place", AUTHORITY | OWNER, MANAGER, names="place:draft_appeal api-place-draft-appeal"),
    Row("", SIGNED_IN, names="oversight", but=dict.fromkeys(SIGNED_IN - CURATOR, "403")),
    Row("register", SIGNED_IN, names="oversight_download", but=dict.fromkeys(SIGNED_IN - CURATOR, "403")),
    Row("", ALL, names="api-appeal-ground-list api-further-information-list"),
    Row("", SIGNED_IN, names="appeal:queue", but=dict.fromkeys(SIGNED_IN - CURATOR - APPEALS, "403")),
    Row("ground of appeal", ALL, names="api-appeal-ground-detail"),
    Row("draft appeal", OWNER, names="appeal:workspace api-appeal-detail", page="404"),
    Row("draft appeal", OWNER, names="appeal:file api-appeal-file"),
    Row("draft appeal", OWNER, OWNER, names="appeal:save_appeal appeal:attach_evidence appeal:remove_evidence"),
    Row("draft appeal", OWNER, OWNER, names="api-appeal-save-appeal api-appeal-attach-evidence api-appeal-remove-evidence"),
    Row("draft appeal", OWNER, MANAGER, names="appeal:lodge_appeal api-appeal-lodge-appeal"),
    Row("appeal", AUTHORITY | OWNER, names="appeal:workspace api-appeal-detail", page="404"),
    Row("appeal", AUTHORITY | OWNER, names="appeal:file api-appeal-file"),
    Row("appeal", AUTHORITY | OWNER, APPEALS, names="appeal:acknowledge_appeal appeal:give_appeal appeal:ask_for_information"),
    Row("appeal", AUTHORITY | OWNER, APPEALS, names="appeal:arrange_hearing appeal:adjourn_hearing appeal:hear_appeal"),
    Row("appeal", AUTHORITY | OWNER, APPEALS, names="appeal:uphold_appeal appeal:dismiss_appeal appeal:remit_appeal"),
    Row("appeal", AUTHORITY | OWNER, APPEALS, names="api-appeal-acknowledge-appeal api-appeal-give-appeal api-appeal-ask-for-information"),
    Row("appeal", AUTHORITY | OWNER, APPEALS, names="api-appeal-arrange-hearing api-appeal-adjourn-hearing api-appeal-hear-appeal"),
    Row("appeal", AUTHORITY | OWNER, APPEALS, names="api-appeal-uphold-appeal api-appeal-dismiss-appeal api-appeal-remit-appeal"),
    Row("appeal", AUTHORITY | OWNER, MANAGER, names="appeal:withdraw_appeal appeal:comment_on_minutes"),
    Row("appeal", AUTHORITY | OWNER, MANAGER, names="api-appeal-withdraw-appeal api-appeal-comment-on-minutes"),
    Row("further information", AUTHORITY | OWNER, names="api-further-information-detail"),
    Row("further information", AUTHORITY | OWNER, MANAGER, names="furtherinformation:give_information"),
    Row("further information", AUTHORITY | OWNER, MANAGER, names="api-further-information-give-information"),
    Row("remitted appeal", AUTHORITY | OWNER, CURATOR, names="appeal:list_appellant appeal:reissue_reasons"),
    Row("remitted appeal", AUTHORITY | OWNER, CURATOR, names="appeal:assess_anew appeal:send_fresh_decision"),
    Row("remitted appeal", AUTHORITY | OWNER, CURATOR, names="api-appeal-list-appellant api-appeal-reissue-reasons"),
    Row("remitted appeal", AUTHORITY | OWNER, CURATOR, names="api-appeal-assess-anew api-appeal-send-fresh-decision"),
    # Who took part in the decision does not decide anew.
    Row("appeal", AUTHORITY | OWNER, frozenset(), names="appeal:assess_anew appeal:send_fresh_decision"),
    Row("appeal", AUTHORITY | OWNER, frozenset(), names="api-appeal-assess-anew api-appeal-send-fresh-decision"),
    Row("listing", ALL, names="listing:workspace api-listing-detail"),
    Row("listing unpublished", AUTHORITY | OWNER, names="listing:workspace api-listing-detail", page="404"),
    Row("listing unpublished", AUTHORITY | OWNER, CURATOR, names="listing:suspend_listing listing:reinstate_listing listing:end_listing"),
    Row("listing unpublished", AUTHORITY | OWNER, CURATOR, names="api-listing-suspend-listing api-listing-reinstate-listing api-listing-end-listing"),
    Row("listing unpublished", AUTHORITY | OWNER, MANAGER, names="listing:leave_list api-listing-leave-list"),
    Row("early release", AUTHORITY | BUYER, names="earlyrelease:workspace api-early-release-detail", page="404"),
    # A tender up to its deadline
    Row("", ALL, names="tender:closed tender:awarded"),
    Row("", ALL, names="tender:index receipt:check receipt_key api-lot-list api-invitation-list api-clarification-list api-bid-list"),
    Row("", ALL, names="api-receipt-list"),
    Row("", ALL, names="tender:all", gets="302"),
    Row("", SIGNED_IN, names="tender:yours invitation:index"),
    Row("tender", SIGNED_IN, names="tender:clarifications"),
    Row("", ALL, LEAD | {"otherlead"}, names="tender:draft_tender api-tender-list"),
    Row("tender", ALL, names="tender:workspace tender:notice tender:document api-tender-detail api-tender-documents api-tender-document"),
    Row("lot", ALL, names="api-lot-detail api-lot-answer-schema"),
    Row("tender in draft", BUYER, names="tender:workspace tender:notice tender:document", page="404"),
    Row("tender in draft", BUYER, names="api-tender-detail api-tender-documents api-tender-document"),
    Row("lot in draft", BUYER, names="api-lot-detail api-lot-answer-schema"),
    Row("tender in draft", BUYER, LEAD, names="tender:describe_tender tender:set_timeline tender:add_lot tender:attach_document"),
    Row("tender in draft", BUYER, LEAD, names="tender:remove_document tender:propose_tender tender:issue_tender"),
    Row("tender in draft", BUYER, LEAD, names="api-tender-describe-tender api-tender-set-timeline api-tender-add-lot api-tender-attach-document"),
    Row("tender in draft", BUYER, LEAD, names="api-tender-remove-document api-tender-propose-tender api-tender-issue-tender"),
    Row("tender in draft", BUYER, LEAD, names="tender:ask_for_advice api-tender-ask-for-advice"),
    Row("", SIGNED_IN, names="advice:index"),
    Row("", ALL, names="api-advice-list"),
    Row("advised tender", BUYER | ADVISER, names="tender:workspace tender:notice", page="404"),
    Row("advised tender", BUYER | ADVISER, names="api-tender-detail api-tender-documents"),
    Row("advised tender", BUYER | ADVISER, LEAD, names="tender:describe_tender tender:propose_tender api-tender-describe-tender"),
    Row("advice", BUYER | ADVISER, names="advice:workspace api-advice-detail", page="404"),
    Row("advice", BUYER | ADVISER, ADVISER, names="advice:comment_on_tender api-advice-comment-on-tender"),
    Row("advice", BUYER | ADVISER, LEAD, names="advice:end_advice api-advice-end-advice"),
    Row("tender in draft", BUYER, APPROVER, names="tender:approve_tender api-tender-approve-tender"),
    Row("tender in draft", BUYER, LEAD | APPROVER, names="tender:return_tender api-tender-return-tender"),
    Row("lot in draft", BUYER, LEAD, names="lot:change_lot lot:remove_lot lot:set_criteria lot:set_questions lot:set_price_schedule"),
    Row("lot in draft", BUYER, LEAD, names="api-lot-change-lot api-lot-remove-lot api-lot-set-criteria api-lot-set-questions"),
    Row("lot in draft", BUYER, LEAD, names="api-lot-set-price-schedule lot:copy_questions api-lot-copy-questions"),
    Row("lot in draft", BUYER, LEAD, names="lot:copy_from_lot api-lot-copy-from-lot"),
    Row("tender", ALL, LEAD | APPROVER, names="tender:cancel_tender api-tender-cancel-tender"),
    Row("tender", ALL, LEAD, names="tender:propose_extension api-tender-propose-extension"),
    Row("tender", ALL, APPROVER, names="tender:extend_deadline api-tender-extend-deadline"),
    Row("tender", ALL, LEAD | APPROVER, names="tender:propose_openers api-tender-propose-openers"),
    Row("tender", ALL, LEAD | APPROVER, names="tender:confirm_openers api-tender-confirm-openers"),
    Row("", ALL, names="api-change-of-openers-list"),
    Row("change of openers", BUYER, names="api-change-of-openers-detail"),
    Row("tender", ALL, OPENER, names="tender:confirm_opening api-tender-confirm-opening"),
    Row("tender", BUYER, names="tender:opening"),
    Row("answered question", BUYER | OWNER | {"rival"}, names="api-clarification-detail"),
    Row("question", BUYER | OWNER, names="api-clarification-detail"),
    Row("question", BUYER | OWNER, LEAD, names="tenderclarification:answer_clarification api-clarification-answer-clarification"),
    Row("invitation", OWNER, names="invitation:workspace"),
    Row("invitation", BUYER | OWNER, names="api-invitation-detail"),
    Row("invitation", BUYER | OWNER, MANAGER, names="invitation:say_intention api-invitation-say-intention"),
    Row("invitation", BUYER | OWNER, OWNER, names="invitation:ask_clarification invitation:draft_bid"),
    Row("invitation", BUYER | OWNER, OWNER, names="api-invitation-ask-clarification api-invitation-draft-bid"),
    Row("invitation", BUYER | OWNER, MANAGER, names="invitation:lodge_challenge api-invitation-lodge-challenge"),
    Row("bid", OWNER, names="bid:workspace bid:file api-bid-detail api-bid-files api-bid-file"),
    Row("bid", OWNER, OWNER, names="bid:save_bid bid:attach_to_bid bid:remove_from_bid"),
    Row("bid", OWNER, OWNER, names="api-bid-save-bid api-bid-attach-to-bid api-bid-remove-from-bid"),
    Row("bid", OWNER, MANAGER, names="bid:submit_bid bid:withdraw_bid api-bid-submit-bid api-bid-withdraw-bid"),
    Row("receipt", OWNER, names="receipt:workspace receipt:download receipt:bid api-receipt-detail api-receipt-file api-receipt-bid"),
    # After the deadline
    Row("", ALL, names="api-opening-list api-opening-confirmation-list api-declaration-list api-score-list api-agreed-score-list api-award-list"),
    Row("", ALL, names="api-outcome-list api-challenge-list api-agreed-score-change-list"),
    Row("", SIGNED_IN, names="api-opened-bid-list api-result-list", api="401"),
    Row("opened tender", BUYER, names="tender:opening tender:evaluation api-tender-evaluation-progress"),
    Row("opening", BUYER, names="api-opening-detail"),
    Row("opening confirmation", BUYER, names="api-opening-confirmation-detail"),
    Row("declaration", BUYER, names="api-declaration-detail"),
    Row("opened tender", ALL, PANEL | {"undeclared"}, names="tender:declare_interests api-tender-declare-interests"),
    Row("opened tender", BUYER, EVALUATOR, names="tender:score_bid", but=ASKED_TO_DECLARE),
    Row("opened tender", BUYER, EVALUATOR, names="tender:score_sheet"),
    Row("opened tender", BUYER, CHAIR, names="tender:record_consensus", but=ASKED_TO_DECLARE),
    Row("opened tender", BUYER, CHAIR, names="tender:consensus_sheet"),
    Row("opened tender", BUYER, PANEL, names="tender:ranking tender:scores_csv tender:scores_xlsx", but=ASKED_TO_DECLARE),
    Row("opened tender", BUYER, PANEL, names="tender:answers_csv tender:answers_xlsx", but=ASKED_TO_DECLARE),
    Row("opened tender", BUYER, PANEL, names="tender:opened_bid tender:bid_file"),
    Row("opened bid", BUYER, PANEL, names="api-opened-bid-detail api-opened-bid-files", api="401"),
    Row("score", EVALUATOR, names="api-score-detail"),
    Row("opened tender", ALL, EVALUATOR, names="api-tender-score-bid"),
    Row("opened tender", ALL, CHAIR, names="tender:lock_scores tender:bring_in_prices tender:complete_evaluation"),
    Row("opened tender", ALL, CHAIR, names="tender:settle_tie tender:decide_pass", but={"chair": "409"}),
    Row("opened tender", ALL, CHAIR, names="api-tender-decide-pass api-tender-bring-in-prices"),
    Row("opened tender", ALL, APPROVER, names="tender:decide_consensus_change api-tender-decide-consensus-change"),
    Row("opened tender", ALL, CHAIR, names="api-tender-lock-scores api-tender-settle-tie api-tender-complete-evaluation api-tender-record-consensus"),
    Row("opened tender", ALL, LEAD, names="tender:announce_award tender:confirm_award tender:reopen_evaluation"),
    Row("opened tender", ALL, LEAD, names="api-tender-announce-award api-tender-confirm-award api-tender-reopen-evaluation"),
    Row("announced tender", BUYER, names="tender:award"),
    Row("agreed score", PANEL, names="api-agreed-score-detail"),
    Row("change of an agreed score", PANEL | APPROVER, names="api-agreed-score-change-detail"),
    Row("result", BUYER | OWNER, names="api-result-detail", api="401"),
    Row("award", BUYER | OWNER | {"rival"}, names="api-award-detail"),
    Row("outcome", BUYER | OWNER, names="awardnotice:workspace api-outcome-detail"),
    Row("challenge", BUYER | OWNER, names="challenge:workspace api-challenge-detail"),
    Row("challenge", BUYER | OWNER, LEAD, names="challenge:reject_challenge challenge:uphold_challenge"),
    Row("challenge", BUYER | OWNER, LEAD, names="api-challenge-reject-challenge api-challenge-uphold-challenge"),
    Row("challenge", BUYER | OWNER, MANAGER, names="challenge:withdraw_challenge api-challenge-withdraw-challenge"),
    # Contracts
    Row("", ALL, names="contract:index api-contract-list"),
    Row("register", ALL, names="contract:download"),
    Row("contract in draft", BUYER, names="contract:workspace api-contract-detail", page="404"),
    Row("contract", BUYER | OWNER, names="contract:workspace api-contract-detail", page="404"),
    Row("contract", BUYER | OWNER, LEAD | {"contracts"}, names="contract:set_scope contract:describe_contract contract:offer_contract"),
    Row("contract", BUYER | OWNER, LEAD | {"contracts"}, names="contract:recall_contract api-contract-recall-contract api-contract-set-scope"),
    Row("contract", BUYER | OWNER, LEAD | {"contracts"}, names="api-contract-describe-contract api-contract-offer-contract"),
    Row("contract", BUYER | OWNER, LEAD | MANAGER | {"contracts"}, names="contract:sign_contract api-contract-sign-contract"),
)


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
    "procurement_tender": EXPORTED,
    "contracts_contract": LOOKED_AT,
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
# The sign-in pages: what somebody gets who has not signed in, and who has. Nobody here has a second factor.
ACCOUNT_PAGES = {
    ("200", "200"): "account_inactive account_email_verification_sent account_confirm_email account_reset_password account_reset_password_done "
    "account_reset_password_from_key account_reset_password_from_key_done",
    ("200", "302"): "account_login account_signup",
    ("302", "200"): "account_logout",
    ("302", "302"): "account_email",  # leads to the account: nobody changes by themselves the address that they are known by
    (SIGN_IN, "200"): "account_change_password account_reauthenticate mfa_index",
    (SIGN_IN, "302"): "account_confirm_login_code account_set_password mfa_activate_totp mfa_authenticate mfa_reauthenticate "
    "mfa_generate_recovery_codes",
    (SIGN_IN, "404"): "mfa_deactivate_totp mfa_view_recovery_codes mfa_download_recovery_codes",
}

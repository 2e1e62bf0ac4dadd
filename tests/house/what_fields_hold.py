"""What each field that could take words can hold: the list against which ``test_no_person`` holds the project.

A column, a part of a fact, a box on a page or an option of a command that is new and takes words fails the test until
it stands here. Beside text that somebody types stands the screen that refuses what is about a person.
"""

# Screens that refuse what could be about somebody who is helped, each with the file that calls it for the column.
SCREENED_COLUMNS = {
    ("change", "reason"): ("refuse_client_details", "directory/integrity/as_kept.py"),
    ("note", "text"): ("refuse_names", "directory/worklist/notes.py"),
    ("protocol", "reference"): ("refuse_what_tells", "directory/handoff/wording.py"),
    ("protocol", "steps"): ("refuse_what_tells", "directory/handoff/wording.py"),
    ("review_panel", "reply_text"): ("refuse_client_details", "directory/vetting/panels.py"),
}
# Columns of words without a CHECK that lists them, and what they can hold.
OWN_WORDS = {
    "codes of the program": (
        "audit_entry.verb call_task.why change.holds check_task.last_error check_task.memory entered_call.outcome "
        "evidence.actor_role evidence.lineage evidence.outcome fact.field fact.record_kind fact.slot import_run.holds "
        "import_run.reader import_run.totals job.last_error job.name lesson.figures match_pair.why belief.gathered "
        "belief.reasons outbox.template pack.languages review_panel.seats source_record.rules source_record.reason "
        "term.code term.crosswalk term.labels term.scheme week.zone work_line.kinds"
    ),
    "a number, key or digest of our own": (
        "audit_entry.body audit_entry.hash audit_entry.prev_hash audit_entry.signature audit_entry.subject "
        "change_item.before check_task.lease_owner confirmation.digest confirmation.key_hash "
        "confirmation.message_hash credential.handle credential.secret evidence.run_key evidence.signature "
        "import_run.digest link.key_hash network.key pack.serial pack_number.serial request.subject "
        "session.key_hash source_record.digest week.digest"
    ),
    "facts of services, by the registry of fields": (
        "card.brief card.coordinator card.partner card.public check_task.host fact.match_key fact.value "
        "host_state.host network.name origin_set.codes pack.area pack_number.number record.published_area "
        "search_text.names search_text.words search_typo.key search_typo.word search_word.word work_line.area "
        "work_line.areas work_line.by_name work_line.by_organization work_line.name work_line.organization "
        "work_line.words"
    ),
    "what a source is and says": (
        "source.key source.licence source.lineage source.mapping source.owner source.terms source_record.notes "
        "source_record.source_key"
    ),
    "who works here": (
        "credential.name outbox.fields outbox.recipient person.email person.name scope.key"
    ),
}  # fmt: skip
# Parts of facts that are words, and what they can hold. ``Contact`` is the one that names staff: partners only.
PARTS = {
    "a day": (
        "CostOption.valid_from CostOption.valid_to Disclosure.on Greeting.checked_on GrievancePath.on Note.until "
        "Schedule.closed TraumaInformed.expires_on TraumaInformed.on Vetting.expires_on Vetting.on"
    ),
    "a number, code or address that is checked": (
        "Contact.email Contact.phones Identifier.identifier Identifier.scheme Identifier.type Language.channel "
        "Language.proficiency Language.tag Phone.ext Phone.keyword Phone.languages Phone.number Schedule.days "
        "Schedule.zone TraumaInformed.url Point.source Address.country Address.postal_code Address.state_province "
        "CostOption.currency Greeting.caller_id Greeting.voicemail"
    ),
    "what a program says of itself": (
        "Address.address_1 Address.address_2 Address.city Barrier.note CostOption.amount CostOption.description "
        "CostOption.note Eligibility.note GrievancePath.text Language.note MinorConsent.text Note.text "
        "Phone.description Schedule.text ServiceArea.name ServiceArea.note TermValue.note Text.text"
    ),
    "who of a program is asked for": "Contact.department Contact.name Contact.title",
    "where a paper lies, or who says so, screened": "TraumaInformed.by Vetting.by Vetting.reference",
}  # fmt: skip
# Fields of the public form, by what a value of them can be.
PUBLIC_FIELDS = {
    "a code of a closed list": "abnmwrtofcduslxyzv1234568jABHIiP",
    "a number in a range": "kghpe",
    "what is looked for, which nothing keeps": "q",
    "a program's own word about its listing, screened": "790CDEFG",
}
# Boxes that somebody types into, by template and name: what may be typed.
BOXES = {
    "what is looked for, which nothing keeps": {
        "booklet/booklet.html": "-", "desk/listings.html": "words area", "desk/same_as.html": "words",
        "desk/vetting.html": "words",
        "desk/protocols.html": "words", "desk/protocol_form.html": "{{field}}_words", "desk/letters.html": "area",
        "pages/finder.html": "{{name}}",
    },
    "facts of services, by the registry of fields": {"desk/edit.html": "{{one.key}}", "desk/new.html": "{{field}}"},
    "a program's own word about its listing, screened": {"pages/look_over.html": "9 0 C D E F G"},
    "a note or a reason, screened": {
        "desk/bulk.html": "text", "desk/listing.html": "text", "desk/protocol_form.html": "steps reference",
        "desk/vetting_program.html": "text reference issuer seats",
    },
    "an hour that stays in the page: it has no name, so no form can send it": {"partials/exam.html": "-"},
    "a day or a number": {
        "desk/listing.html": "first last", "desk/month.html": "minutes", "desk/protocol_form.html": "signed review",
        "desk/vetting_program.html": "on expires_on held_on",
    },
    "who works here, and what they prove it with": {
        "desk/parts.html": "password code", "desk/people.html": "key name email", "desk/sign_in.html": "email",
    },
    "a source and its list": {"desk/imports.html": "list new", "desk/mapping.html": "list"},
}  # fmt: skip
# Options and arguments of commands that take words, by what they can be.
OPTIONS = {
    "what is looked for, which nothing keeps": (
        "search.accepts_from search.away_from search.barriers search.languages search.name search.near search.need "
        "search.trauma_informed search.who reporting.near reporting.state reporting.written pack-build.area "
        "clocks.near clocks.state"
    ),
    "an id, key or code of our own": (
        "audit-show.listing audit-verify.line changes-propose.listing changes-propose.slot languages-approve.tag "
        "languages-check.tags languages-show.tag languages-withdraw.tag listings-show.listing matches-same.into "
        "plan-call.line plan-learn.mark verify-ask.listing verify-call.line verify-call.listing "
        "verify-explain.listing verify-now.listing verify-now.method"
    ),
    "facts and reasons, screened": "changes-propose.reason changes-propose.value",
    "what a source is": (
        "import-cms.source import-eoir.source import-file.source import-haarrrvest.source import-hrsa.source "
        "import-hsds.source import-icarol.source import-ilao.source import-ohana.source sources-add.key "
        "sources-corrections.key sources-pause.key sources-resume.key sources-set.key sources-set.licence "
        "sources-set.owner sources-set.terms sources-show.key"
    ),
    "who works here": (
        "changes-sign.name init.admin people-add-neighbour.name people-invite.area people-invite.email "
        "people-invite.name people-invite.network people-invite.organization people-recover.email "
        "people-revoke.email"
    ),
    "how a site is set up": (
        "db-backup.recipient db-roles.app db-roles.public init.area init.country init.exit_hosts init.exit_url "
        "init.site_name serve.forwarded_allow_ips serve.host"
    ),
}  # fmt: skip

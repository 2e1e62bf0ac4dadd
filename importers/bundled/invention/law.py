"""Invented lawyers, workers' centers and government units."""

from importers.bundled.bundle import BundledFact, BundledOrganization, BundledService
from importers.bundled.invention.beds import contact
from importers.bundled.invention.offer import Ground, fact, of_turn, offer, organization, site, text


def law(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a metro area that know the law, or stand for it."""
    return [_legal_aid(ground), _immigration_clinic(ground), _workers_center(ground), _unit(ground)]


def _legal_aid(ground: Ground) -> BundledOrganization:
    turn, first = ground.metro.turn, ground.metro.tongues[0]
    sites = [
        site(ground, 2, "legal-1", accessibility="Lift to every floor."),
        site(
            ground, 3, "legal-2", facts=[fact("schedule", "office", zone=ground.metro.zone, days={"TU": [[600, 960]]})]
        ),
    ]
    civil = offer(
        ground,
        "lawyers",
        "Lawyers",
        kinds="legal-civil legal-family legal-criminal-relief",
        lines="voice fax",
        hours="office=weekdays intake=two-halves",
        languages=f"en:staff es:staff:fluent {first}:interpreter:video",
        who="adults minors criminal-record undocumented=does-not-exclude labor-trafficking sex-trafficking",
        barriers="free any-status interpreter-free no-insurance",
        sites=sites[: 1 + (turn + 1) % 2],
        facts=[
            text("description", "Advice and help in court: orders of protection, family matters, clearing of records."),
            text("email", "intake@legal.example.net"),
            text("status", "active"),
            fact("cost_option", "free", note="For people of low income"),
            fact("required_document", "proof-of-income"),
            fact("disclosure", "police", policy="never-without-consent", on="@-150"),
        ],
    )
    papers = offer(
        ground,
        "immigration-papers",
        "Immigration papers",
        kinds="immigration-t-visa immigration-u-visa continued-presence immigration-vawa",
        lines="voice professional",
        hours="intake=weekdays",
        languages=f"es:staff:native en:staff {ground.metro.tongues[1]}:interpreter:relay_via_Spanish",
        who="adults undocumented=welcomes labor-trafficking sex-trafficking in-detention no-id",
        barriers="any-status free interpreter-free no-documents",
        sites=[site(ground, 2, "papers-1")],
        facts=[
            text("application_process", "A lawyer calls back within two working days."),
            fact("disclosure", "immigration", policy="never-without-consent", on="@-40"),
            fact(
                "trauma_informed",
                "trained:quillon",
                level="trained",
                by="Quillon Practice Institute",
                on="@-100",
                expires_on="@+265",
            ),
            contact(ground, "supervising-attorney", "Supervising attorney"),
        ],
    )
    vetting = [
        fact("vetting", step, on=on, by="Practice Task Force")
        for step, on in (
            ("screened", "@-400"),
            ("trained", "@-380"),
            ("agreement-signed", "@-360"),
            ("active", "@-350"),
        )
    ]
    registry = fact("organization_identifier", "practice-registry", identifier=f"PR-{4000 + turn}")
    return organization(ground, 4, "Legal Aid", [civil, papers], registry, *vetting)


def _immigration_clinic(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    asylum = offer(
        ground,
        "asylum",
        "Asylum and young people's status",
        kinds="immigration-asylum immigration-sijs immigration-other",
        lines="voice whatsapp",
        hours="office=mornings",
        languages=f"es:staff en:staff:fluent {' '.join(f'{tag}:staff' for tag in ground.metro.tongues[:1])}",
        who=f"minors families undocumented=welcomes {of_turn(turn, 'in-detention', '!in-detention', '')}",
        barriers="any-status sliding-fee",
        sites=[site(ground, 4, "asylum-1")],
        facts=[
            text("fees_description", "By income; many pay nothing."),
            fact("cost_option", "sliding-fee"),
            fact("trauma_informed", "attested:provider", level="attested", by="The provider itself", on="@-300"),
            fact("accepts_from", ground.metro.country),
        ],
    )
    return organization(ground, 5, "Immigration Clinic", [asylum], fact("funding", "private", note="Donations"))


def _workers_center(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    wages = offer(
        ground,
        "wages",
        "Unpaid wages",
        kinds="worker-center wage-claim legal-labor",
        lines="voice whatsapp text",
        hours="office=evenings",
        languages=f"es:staff:native {ground.metro.tongues[1]}:staff en:staff:limited",
        who="adults labor-trafficking=welcomes undocumented=welcomes men women organ-trafficking"
        if turn == 0
        else "adults labor-trafficking=welcomes undocumented=welcomes men women",
        barriers="any-status free no-documents walk-in",
        sites=[site(ground, 5, "wages-1", transportation="Two bus lines pass by.")],
        facts=[
            fact("group_size", most=of_turn(turn, 14, 20, 40)),
            fact("disclosure", "immigration", policy="never-without-consent", on="@-75"),
            fact("greeting", "voice", answers_as="names-service", checked_on="@-33"),
        ],
    )
    return organization(ground, 6, "Workers' Center", [wages])


# One kind of unit for each metro area: name, kinds, who, ages, what it tells the police.
_UNITS: tuple[tuple[str, str, str, tuple[int | None, int | None] | None, str], ...] = (
    ("Team around the child", "multidisciplinary-team child-advocacy-center", "minors", (None, 17), "always"),
    ("Reports about children", "child-protection", "minors", (None, 17), "always"),
    ("Reports about older people", "adult-protection", "older-adults", (60, None), "mandated-only"),
    ("Police unit", "law-enforcement-unit", "adults minors", None, "always"),
    ("Going home", "repatriation", "adults families", None, "never-without-consent"),
    ("Courses for professionals", "provider-training staff-support", "", None, "unknown"),
    ("Reports about disabled people", "disabled-protection", "disabled", (18, 59), "mandated-only"),
    ("Tips to the police", "tip-line-law-enforcement", "", None, "always"),
    ("Tribal program", "tribal-program victim-advocacy", "adults minors families", None, "mandated-only"),
    ("Tribal families", "tribal-program family-support", "families pregnant", None, "mandated-only"),
    ("Reports of injuries and crimes", "injury-report sexual-crime-report", "adults minors", None, "always"),
    ("Something else", "other", "adults on-mat uninsured", None, "unknown"),
)


def _unit(ground: Ground) -> BundledOrganization:
    metro = ground.metro
    name, kinds, who, ages, tells = _UNITS[metro.turn]
    unit: BundledService = offer(
        ground,
        "unit",
        name,
        kinds=kinds,
        lines="voice tty",
        hours="office=weekdays crisis-line=always",
        who=who,
        languages="en:staff any:interpreter:telephone",
        serves=of_turn(metro.turn, "county", "state", "state"),
        facts=[
            *([_ages(*ages)] if ages else []),
            fact("disclosure", "police", policy=tells),
            text("application_process", "By telephone first; a written report may follow."),
            text("alert", "Invented for practice: no real office answers."),
        ],
    )
    return organization(ground, 17, "Office", [unit])


def _ages(lowest: int | None, highest: int | None) -> BundledFact:
    if lowest is None:
        return fact("age", maximum=highest)
    return fact("age", minimum=lowest) if highest is None else fact("age", minimum=lowest, maximum=highest)

"""Invented hospitals, clinics and counselors."""

from importers.bundled.bundle import BundledOrganization, BundledService
from importers.bundled.invention.beds import contact
from importers.bundled.invention.offer import Ground, fact, of_turn, offer, organization, site, text


def health(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a metro area that look after bodies and minds."""
    return [_hospital(ground), _clinic(ground), _counseling(ground)]


def _hospital(ground: Ground) -> BundledOrganization:
    turn, metro = ground.metro.turn, ground.metro
    place = site(
        ground,
        6,
        "hospital-1",
        accessibility="Step-free; a room without a window to the corridor.",
        transportation="Night entrance at the ambulance bay.",
    )
    adults = offer(
        ground,
        "nurse-exam",
        "Nurse exam, adults",
        kinds="sane-adult emergency-care",
        lines="voice professional",
        hours=of_turn(turn, "crisis-line=always", "crisis-line=always intake=weekend-nights", "crisis-line=overnight"),
        languages="en:staff any:interpreter:video ase:interpreter:video"
        f" {of_turn(turn, 'es:staff:fluent', 'es:interpreter:video')}",
        who="adults women men trans-women=welcomes trans-men=welcomes nonbinary undocumented uninsured deaf disabled"
        " older-adults",
        barriers="no-insurance free interpreter-free accessible any-status walk-in",
        sites=[place],
        facts=[
            fact("age", minimum=of_turn(turn, 18, 12, 16)),
            fact("minor_consent", text="From the age at which state law lets a patient consent."),
            fact("disclosure", "police", policy="mandated-only", on="@-45"),
            fact(
                "trauma_informed",
                "certified:marrow",
                level="certified",
                by="Marrow Practice Board",
                on="@-25",
                expires_on=of_turn(turn, "@+500", "@+60"),
            ),
            fact("greeting", "voice", answers_as="names-service", checked_on="@-12"),
            contact(ground, "charge-nurse", "Charge nurse", "coordinator"),
        ],
    )
    children = offer(
        ground,
        "nurse-exam-children",
        "Nurse exam, children",
        kinds="sane-pediatric",
        lines="voice",
        hours=of_turn(turn, "intake=long-days", "crisis-line=always"),
        languages="en:staff es:staff any:interpreter:video",
        who="minors=exclusive with-children !adults",
        barriers="no-insurance free accessible",
        sites=[site(ground, 6, "hospital-2")],
        facts=[
            fact("age", maximum=of_turn(turn, 17, 11)),
            fact("minor_consent", text="A guardian is asked, unless the guardian is the one who does harm."),
        ],
    )
    services: list[BundledService] = [adults, children]
    if turn % 3 == 1:
        services.append(
            offer(
                ground,
                "nurse-by-video",
                "Nurse exam by video",
                kinds="tele-sane",
                lines="voice",
                hours="crisis-line=always",
                languages="en:staff es:staff any:interpreter:video",
                who="adults minors",
                barriers="free no-insurance",
                serves="state",
                toll_free=True,
                facts=[
                    fact("reach", by="remote-only"),
                    text("description", "A nurse guides the one in the room, by video."),
                ],
            )
        )
    registry = fact("organization_identifier", "practice-registry", identifier=f"PR-{7000 + turn}")
    return organization(ground, 7, f"Hospital {metro.city}", services, registry)


def _clinic(ground: Ground) -> BundledOrganization:
    turn, first = ground.metro.turn, ground.metro.tongues[0]
    sites = [
        site(ground, 7, "clinic-1", accessibility="Step-free."),
        site(
            ground, 8, "clinic-2", facts=[fact("schedule", "office", zone=ground.metro.zone, days={"SA": [[540, 780]]})]
        ),
    ]
    clinic = offer(
        ground,
        "clinic",
        "Clinic",
        kinds="primary-care reproductive-care sti-hiv immunization",
        lines="voice#2 fax",
        hours="office=long-days",
        languages=f"en:staff es:staff {first}:staff",
        who="adults minors pregnant uninsured undocumented lgbtq=welcomes no-id",
        barriers="sliding-fee no-insurance any-status walk-in accessible",
        sites=sites,
        facts=[
            text("fees_description", "From nothing to forty dollars, by income."),
            fact("cost_option", "sliding-fee"),
            fact("required_document", "photo-id", note="If there is one"),
        ],
    )
    services: list[BundledService] = [clinic]
    if turn % 2 == 0:
        services.append(
            offer(
                ground,
                "teeth",
                "Dental and screening",
                kinds="dental cancer-screening",
                lines="voice",
                hours="office=mornings",
                languages="en:staff es:staff:limited",
                who="adults older-adults uninsured",
                barriers="sliding-fee !free",
                sites=[site(ground, 7, "teeth-1")],
            )
        )
    return organization(ground, 8, "Community Health", services)


def _counseling(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    therapy = offer(
        ground,
        "counseling",
        "Counseling",
        kinds=of_turn(turn, "mental-health trauma-therapy", "trauma-therapy psychiatry"),
        lines="voice",
        hours="office=long-days",
        languages=of_turn(turn, "en:staff es:staff", "es:staff:native en:staff", "en:staff"),
        who="adults women men lgbtq=welcomes trans-women trans-men nonbinary couples"
        f" {of_turn(turn, 'minors', '!minors')}",
        barriers="sliding-fee accessible",
        sites=[site(ground, 9, "counseling-1")],
        facts=[
            *([fact("age", minimum=of_turn(turn, 6, 18, 13))]),
            fact(
                "trauma_informed",
                "assessed:quillon",
                level="assessed",
                by="Quillon Practice Institute",
                on="@-60",
                expires_on="@+1000",
            ),
        ],
    )
    services: list[BundledService] = [therapy]
    if turn % 2 == 1:
        services.append(
            offer(
                ground,
                "treatment",
                "Treatment",
                kinds="substance-use mat",
                lines="voice",
                hours="intake=mornings",
                languages="en:staff",
                who="adults on-mat=welcomes active-substance-use=welcomes pregnant",
                barriers="no-sobriety walk-in",
                sites=[site(ground, 10, "treatment-1")],
            )
        )
    return organization(ground, 9, "Counseling", services)

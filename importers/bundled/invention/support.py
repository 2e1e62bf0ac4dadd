"""Invented help with everything else: someone who walks along, food, words, ways, work, family, peers."""

from importers.bundled.bundle import BundledOrganization, BundledService, Standing
from importers.bundled.invention.beds import contact
from importers.bundled.invention.offer import Ground, fact, of_turn, offer, organization, site, text


def support(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a metro area that help with daily life."""
    turn = ground.metro.turn
    made = [_advocates(ground), _pantry(ground), _interpreters(ground), _practical(ground), _learning(ground)]
    made.append(_families(ground) if turn % 2 else _peers(ground))
    return made


def _advocates(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    walking_along = offer(
        ground,
        "case-management",
        "Someone who walks along",
        kinds="case-management safety-planning victim-advocacy",
        lines="voice professional",
        hours="office=weekdays line:voice=long-days",
        languages="es:staff:native en:staff any:interpreter:telephone",
        who="adults minors women men trans-women=welcomes families undocumented=welcomes sex-trafficking"
        f" labor-trafficking {of_turn(turn, 'with-children', 'older-adults', 'in-detention')}",
        barriers=f"any-status free interpreter-free {of_turn(turn, 'transport', '!transport')}",
        serves="county",
        facts=[
            text("description", "One person stays with you for as long as it takes: papers, doctors, school, court."),
            text("application_process", "A partner calls the professional line, or the person calls."),
            fact("disclosure", "police", policy="never-without-consent", on="@-20"),
            fact("disclosure", "immigration", policy="never-without-consent", on="@-20"),
            fact(
                "trauma_informed",
                "survivor-reviewed:panel",
                level="survivor-reviewed",
                by="A panel of survivors",
                on="@-80",
                expires_on="@+285",
            ),
            fact("reach", by="road"),
            contact(ground, "intake", "Intake coordinator"),
        ],
    )
    vetting = fact("vetting", of_turn(turn, "active", "recruited", "paused"), on="@-100", by="Practice Task Force")
    grant = fact("funding", "federal", note="Three-year grant")
    return organization(
        ground, 10, "Advocates", [walking_along], grant, vetting, text("email", "desk@advocates.example.com")
    )


# Metro areas, by turn, whose pantry is not listed any more.
_PANTRIES_GONE: dict[int, tuple[Standing, str]] = {
    3: ("suspended", "Practice: nobody answered three calls."),
    5: ("closed", "Practice: the pantry has closed."),
}


def _pantry(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    standing, reason = _PANTRIES_GONE.get(turn, ("listed", ""))
    pantry = offer(
        ground,
        "food",
        "Food and clothing",
        kinds="basic-needs food clothing",
        lines="voice",
        hours="office=mornings",
        languages=of_turn(turn, "en:staff es:staff", "en:staff", ""),
        who=of_turn(turn, "families with-children adults", ""),
        barriers="walk-in no-documents free",
        sites=[site(ground, 11, "food-1"), site(ground, 12, "food-2")],
        facts=[text("description", "A bag for three days, and clothes for the season.")],
        standing=standing,
        reason=reason,
    )
    return organization(ground, 11, "Pantry", [pantry])


def _interpreters(ground: Ground) -> BundledOrganization:
    turn, (first, native) = ground.metro.turn, ground.metro.tongues
    remote = offer(
        ground,
        "interpreters",
        "Interpreters by telephone and video",
        kinds="interpretation-phone interpretation-video",
        lines="voice",
        hours="office=always",
        languages=f"es:interpreter:telephone {first}:interpreter:video {native}:interpreter:telephone"
        f" {of_turn(turn, 'ase:interpreter:video', 'ti:interpreter:telephone', 'prs:interpreter:telephone')}",
        barriers="!free",
        serves="state",
        toll_free=True,
        facts=[
            text("description", "Professional interpreters; tell them the home town for an Indigenous language."),
            text("fees_description", "Billed to the organization that calls, by the minute."),
            fact("reach", by="remote-only"),
        ],
    )
    services: list[BundledService] = [remote]
    if turn % 2 == 0:
        services.append(
            offer(
                ground,
                "interpreters-in-person",
                "Interpreters in person",
                kinds="interpretation-in-person",
                lines="voice",
                hours="office=weekdays",
                languages=f"es:interpreter:in_person {first}:interpreter:in_person ase:interpreter:in_person",
                serves="county",
                facts=[text("application_process", "Ask two working days ahead.")],
            )
        )
    return organization(ground, 12, "Interpreters", services)


def _practical(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    name, kinds = of_turn(
        turn,
        ("Rides", "transportation"),
        ("Money for the first weeks", "financial-help"),
        ("Lost papers", "documents-recovery"),
    )
    practical = offer(
        ground,
        "practical",
        name,
        kinds=kinds,
        lines="voice text",
        hours="office=weekdays",
        languages="en:staff es:staff",
        who="adults families no-id",
        barriers="free no-documents",
        serves="county",
        facts=[
            *([text("status", "inactive")] if turn == 6 else []),
            text("eligibility_description", "For people whom a partner has sent."),
        ],
    )
    return organization(ground, 13, "Practical Help", [practical])


def _learning(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    kinds = of_turn(turn, "esl employment vocational-training", "education esl life-skills", "employment life-skills")
    classes = offer(
        ground,
        "classes",
        "Classes and work",
        kinds=kinds,
        lines="voice",
        hours="office=two-halves",
        languages=f"en:staff es:staff:limited {ground.metro.tongues[0]}:website",
        who="adults uninsured",
        barriers="free childcare-on-site any-status",
        sites=[site(ground, 13, "classes-1")],
        facts=[fact("schedule", "intake", zone=ground.metro.zone, text="First Monday of each month, after ten")],
    )
    return organization(ground, 14, "Learning", [classes])


def _families(ground: Ground) -> BundledOrganization:
    families = offer(
        ground,
        "families",
        "Families",
        kinds="childcare family-support",
        lines="voice",
        hours="office=weekdays",
        languages="en:staff es:staff",
        who="families with-children pregnant couples",
        barriers="childcare-on-site sliding-fee",
        sites=[site(ground, 14, "families-1")],
        facts=[fact("children", most=4)],
    )
    return organization(ground, 15, "Families", [families])


def _peers(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    peers = offer(
        ground,
        "peers",
        "People who have been there",
        kinds="survivor-led peer-support",
        lines="voice chat",
        hours="office=evenings",
        languages=of_turn(turn, "en:staff es:staff", "en:staff"),
        who="adults women trans-women=welcomes lgbtq=welcomes sex-trafficking criminal-record",
        barriers="free phone-kept",
        serves="county",
        facts=[
            fact(
                "trauma_informed",
                "survivor-reviewed:panel",
                level="survivor-reviewed",
                by="A panel of survivors",
                on="@-15",
            ),
            fact("greeting", "voice", answers_as="neutral", voicemail="First name only", checked_on="@-5"),
        ],
    )
    return organization(ground, 16, "Peers", [peers])

"""Invented programs on and near reservations and in a village that no road reaches."""

from importers.bundled.bundle import BundledOrganization, BundledService
from importers.bundled.invention.beds import contact
from importers.bundled.invention.offer import Ground, fact, of_town, offer, organization, site, text


def tribal(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a town on or near a reservation."""
    made = [_program(ground), _shelter(ground), _hospital(ground)]
    match ground.metro.key:
        case "wrk":
            made += [_court_advocates(ground), _line(ground)]
        case "pin":
            made += [_children(ground), _line(ground)]
        case "bet":
            made += [_families(ground)]
        case "tah":
            made += [_court_advocates(ground)]
    return made


def _program(ground: Ground) -> BundledOrganization:
    """Advocates of a tribal nation. That of the village flies to people, and nobody has asked it about men."""
    key, (first, second) = ground.metro.key, ground.metro.tongues
    by_air = key == "bet"
    program = offer(
        ground,
        "tribal-advocates",
        "Advocates of the nation",
        kinds="tribal-program victim-advocacy case-management safety-planning",
        lines="voice text" if key in {"wrk", "tah"} else "voice",
        hours="office=weekdays crisis-line=always" if key != "tah" else "office=weekdays",
        languages=f"en:staff {first}:staff:native" + (f" {second}:interpreter:telephone" if key == "wrk" else ""),
        who="adults women families with-children older-adults" + ("" if by_air else " men minors lgbtq=welcomes"),
        barriers="free no-documents" + ("" if key == "tah" else " transport"),
        serves="county",
        sites=[site(ground, 20, "tribal-advocates-1")],
        facts=[
            text("description", "Advocates who know the place and the people, and walk along to court and hospital."),
            text("eligibility_description", "Anyone on or near the reservation; enrolment is not asked for."),
            fact("disclosure", "police", policy="never-without-consent" if key in {"wrk", "bet"} else "unknown"),
            fact("reach", by="air" if by_air else "road"),
            *(
                [
                    fact(
                        "trauma_informed",
                        "survivor-reviewed:elders",
                        level="survivor-reviewed",
                        by="A panel of elders and survivors",
                        on="@-110",
                        expires_on="@+255",
                    )
                ]
                if key == "wrk"
                else []
            ),
        ],
    )
    return organization(ground, 20, "Nation Advocates", [program])


# Who may come from where, how many children, up to what age boys; None = nobody has asked.
_HOUSES: dict[str, tuple[str, int | None, int | None]] = {
    "wrk": ("US-AZ US-NM US-UT", 4, 14),
    "pin": ("US-SD US-NE", None, None),
    "bet": ("US-AK", 5, 12),
    "tah": ("", 3, None),
}


def _shelter(ground: Ground) -> BundledOrganization:
    key, first = ground.metro.key, ground.metro.tongues[0]
    regions, most, boys_to = _HOUSES[key]
    rides = of_town(ground, "!transport", wrk="transport", pin="transport", bet="transport")
    house = offer(
        ground,
        "womens-house",
        "Women's house",
        kinds="emergency-shelter",
        lines="intake",
        hours="intake=always" if key != "tah" else "intake=long-days",
        languages=f"en:staff {first}:staff" if key != "tah" else "en:staff",
        who="women with-children !men" + (" pregnant trans-women=does-not-exclude" if key == "wrk" else ""),
        barriers=f"free no-documents {rides}",
        disclosure="area_only",
        facts=[
            text("description", "A house where relatives do not knock. Ceremonies are welcome, never required."),
            *(fact("accepts_from", region) for region in regions.split()),
            *([fact("children", most=most, boys_to=boys_to)] if most and boys_to else []),
            *([fact("children", most=most)] if most and not boys_to else []),
            fact("reach", by="air" if key == "bet" else "road"),
            *(
                [text("application_process", "Call; the program buys the ticket of the next plane.")]
                if key == "bet"
                else []
            ),
            *([fact("house_rule", "notice", note="Word in the morning, for the driver")] if key == "wrk" else []),
            *([fact("house_rule", "no-return")] if key == "pin" else []),
            fact("greeting", "intake", answers_as="neutral" if key == "wrk" else "unknown"),
        ],
    )
    return organization(ground, 21, "Women's House", [house], closed=True)


def _hospital(ground: Ground) -> BundledOrganization:
    """One with a nurse at any hour, one on weekdays only, one by plane, and one where a nurse is there by video."""
    key, first = ground.metro.key, ground.metro.tongues[0]
    by_video = key == "pin"
    exam = offer(
        ground,
        "nurse-exam",
        "Nurse exam by video" if by_video else "Nurse exam",
        kinds=of_town(
            ground,
            wrk="sane-adult sane-pediatric emergency-care",
            pin="tele-sane emergency-care",
            bet="sane-adult emergency-care",
            tah="sane-adult",
        ),
        lines="voice professional" if key == "wrk" else "voice",
        hours="intake=weekdays" if key == "tah" else "crisis-line=always",
        languages=f"en:staff {first}:interpreter:in_person" if key != "tah" else "en:staff any:interpreter:telephone",
        who=of_town(ground, wrk="adults minors women men", pin="adults minors", bet="adults", tah="adults !minors"),
        barriers="free no-insurance walk-in",
        sites=[site(ground, 22, "nurse-exam-1", at="86504 Fort Defiance" if key == "wrk" else "")],
        facts=[
            *([fact("age", minimum=14)] if key == "bet" else []),
            *([fact("age", minimum=18)] if key == "tah" else []),
            *([fact("reach", by="air")] if key == "bet" else []),
            *([contact(ground, "charge-nurse", "Charge nurse")] if key == "wrk" else []),
            *(
                [text("description", "The nurse in the room is guided by one who does this every day, by video.")]
                if by_video
                else []
            ),
        ],
    )
    return organization(ground, 22, "Native Hospital", [exam])


def _court_advocates(ground: Ground) -> BundledOrganization:
    """Lawyers who may speak in tribal court and in the state's."""
    first = ground.metro.tongues[0]
    lawyers = offer(
        ground,
        "court-advocates",
        "Court advocates",
        kinds="legal-civil legal-family",
        lines="voice",
        hours="office=weekdays",
        languages=f"en:staff {first}:staff" if ground.metro.key == "wrk" else "en:staff",
        who="adults women families",
        barriers="free",
        serves="state",
        facts=[text("description", "Protection orders in tribal court and in the state's, and which of the two.")],
    )
    return organization(ground, 23, "Court Advocates", [lawyers])


def _line(ground: Ground) -> BundledOrganization:
    """A line of the county, answered by Native people at any hour."""
    first = ground.metro.tongues[0]
    line = offer(
        ground,
        "night-line",
        "Line by Native advocates",
        kinds="hotline",
        lines="voice text",
        hours="crisis-line=always",
        languages=f"en:staff {first}:staff",
        who="adults minors women men",
        barriers="free",
        serves="county",
        facts=[fact("greeting", "voice", answers_as="neutral", checked_on="@-30")],
    )
    return organization(ground, 24, "Night Line", [line])


def _children(ground: Ground) -> BundledOrganization:
    first = ground.metro.tongues[0]
    services: list[BundledService] = [
        offer(
            ground,
            "childrens-center",
            "Children's center",
            kinds="child-advocacy-center sane-pediatric",
            lines="voice",
            hours="office=weekdays",
            languages=f"en:staff {first}:staff",
            who="minors=exclusive !adults",
            barriers="free",
            sites=[site(ground, 23, "childrens-center-1", at="57752 Kyle")],
            facts=[
                fact("age", maximum=17),
                fact("minor_consent", text="A grandparent who has the child may consent, with the court's paper."),
            ],
        ),
        offer(
            ground,
            "reports",
            "Reports about children on the reservation",
            kinds="child-protection",
            lines="voice",
            hours="office=weekdays",
            who="minors",
            serves="county",
            facts=[fact("disclosure", "police", policy="always")],
        ),
    ]
    return organization(ground, 23, "Children's Center", services)


def _families(ground: Ground) -> BundledOrganization:
    families = offer(
        ground,
        "families",
        "Village families",
        kinds="tribal-program family-support childcare",
        lines="voice",
        languages="",
        who="families pregnant with-children",
        serves="county",
        facts=[
            text("description", "A worker flies to the villages once a month. Hours and languages are not known yet."),
            fact("schedule", "office", zone=ground.metro.zone, text="When the plane is back, mostly mornings"),
        ],
    )
    return organization(ground, 23, "Village Families", [families])

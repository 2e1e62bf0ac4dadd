"""Invented programs of rural counties, where the next door is hours away by road."""

from importers.bundled.bundle import BundledFact, BundledOrganization
from importers.bundled.invention.offer import Ground, fact, of_town, offer, organization, site, text

# The counties around that a program serves beside its own.
_AROUND: dict[str, tuple[tuple[str, str], ...]] = {
    "mls": (("30033", "Garfield County"), ("30079", "Prairie County"), ("30087", "Rosebud County")),
    "alp": (("48377", "Presidio County"), ("48243", "Jeff Davis County"), ("48371", "Pecos County")),
    "haz": (("21133", "Letcher County"), ("21131", "Leslie County"), ("21119", "Knott County")),
    "mqt": (("26061", "Houghton County"), ("26053", "Gogebic County"), ("26003", "Alger County")),
}


def rural(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a rural county."""
    made = [_house(ground), _advocates(ground), _hospital(ground), _remote(ground)]
    match ground.metro.key:
        case "haz":
            made += [_treatment(ground), _pantry(ground)]
        case "alp":
            made += [_lawyers(ground)]
        case "mls":
            made += [_pantry(ground)]
        case "mqt":
            made += [_sheltering_for_men(ground)]
    return made


def _counties(ground: Ground) -> list[BundledFact]:
    own = (ground.metro.county, ground.metro.county_name)
    return [
        fact("service_area", code, extent="county", name=name) for code, name in (own, *_AROUND[ground.metro.key])
    ]  # fmt: skip


def _house(ground: Ground) -> BundledOrganization:
    """The only house for some hours around. What is empty nobody has asked."""
    key = ground.metro.key
    house = offer(
        ground,
        "house",
        "House on the way",
        kinds="emergency-shelter" if key != "haz" else "safe-house",
        lines="intake text" if key == "mqt" else "intake",
        hours="intake=always" if key != "alp" else "",
        languages=of_town(
            ground,
            mls="en:staff any:interpreter:telephone",
            alp="es:staff en:staff",
            haz="en:staff",
            mqt="en:staff any:interpreter:telephone",
        ),
        who=of_town(
            ground,
            mls="women with-children pregnant !men",
            alp="women with-children",
            haz="women with-children active-substance-use=does-not-exclude on-mat=welcomes pregnant=welcomes",
            mqt="women with-children lgbtq=welcomes trans-women=welcomes with-pets",
        ),
        barriers=of_town(
            ground, mls="free transport", alp="free transport any-status", haz="free no-sobriety", mqt="free transport"
        ),
        disclosure="area_only",
        facts=[
            text("description", "Two hours' drive is usual here; somebody drives to meet you half-way."),
            *_counties(ground),
            *([fact("children", most=3, boys_to=16)] if key == "mls" else []),
            *([fact("children", most=4)] if key == "mqt" else []),
            *([fact("accepts_from", "US-MT"), fact("accepts_from", "US-WY")] if key == "mls" else []),
            *([fact("accepts_from", "US")] if key == "alp" else []),
            fact("reach", by="road"),
            *([fact("house_rule", "faith")] if key == "haz" else []),
            *([fact("disclosure", "police", policy="mandated-only")] if key != "mls" else []),
        ],
    )
    return organization(ground, 20, "House", [house], closed=True)


def _advocates(ground: Ground) -> BundledOrganization:
    """By telephone to four counties."""
    key = ground.metro.key
    walking_along = offer(
        ground,
        "advocates",
        "Advocates who come to you",
        kinds="victim-advocacy case-management" + (" hotline" if key in {"mls", "mqt"} else ""),
        lines="voice",
        hours="crisis-line=always" if key in {"mls", "mqt"} else "office=weekdays",
        languages=of_town(ground, "en:staff any:interpreter:telephone", alp="es:staff en:staff", haz=""),
        who="adults women men families" + ("" if key == "haz" else " minors"),
        barriers="free" + (" transport" if key != "haz" else ""),
        facts=[*_counties(ground), fact("reach", by="road")],
    )
    return organization(ground, 21, "Advocates", [walking_along])


def _hospital(ground: Ground) -> BundledOrganization:
    """A nurse who lives three hours away, so the hours differ; in one a screen stands in for the nurse."""
    key = ground.metro.key
    exam = offer(
        ground,
        "nurse-exam",
        "Nurse exam",
        kinds=of_town(
            ground,
            mls="sane-adult emergency-care",
            alp="emergency-care tele-sane",
            haz="sane-adult emergency-care",
            mqt="sane-adult sane-pediatric emergency-care",
        ),
        lines="voice",
        hours=of_town(
            ground, "crisis-line=always", mls="crisis-line=always intake=weekend-nights", haz="intake=weekdays"
        ),
        languages="en:staff any:interpreter:video" if key != "alp" else "es:staff en:staff",
        who=of_town(ground, mls="adults", alp="adults minors", haz="adults women", mqt="adults minors"),
        barriers="no-insurance walk-in free",
        sites=[site(ground, 22, "nurse-exam-1")],
        facts=[fact("age", minimum=12)] if key == "mls" else [],
    )
    return organization(ground, 22, "County Hospital", [exam])


def _remote(ground: Ground) -> BundledOrganization:
    """What a whole state gets by telephone or video."""
    key = ground.metro.key
    exam = offer(
        ground,
        "nurse-by-video",
        "Nurse exam by video",
        kinds="tele-sane",
        lines="voice",
        hours="crisis-line=always",
        languages="en:staff any:interpreter:video",
        who="adults minors",
        barriers="free no-insurance",
        serves="state",
        toll_free=True,
        facts=[
            fact("reach", by="remote-only"),
            text("description", "For hospitals without such a nurse: she is on the screen, yours is in the room."),
        ],
    )
    interpreters = offer(
        ground,
        "interpreters",
        "Interpreters by telephone",
        kinds="interpretation-phone",
        lines="voice",
        hours="office=always",
        languages="es:interpreter:telephone any:interpreter:telephone",
        barriers="!free",
        serves="state",
        toll_free=True,
        facts=[fact("reach", by="remote-only")],
    )
    return organization(ground, 23, "Remote", [interpreters] if key in {"haz", "alp"} else [exam, interpreters])


def _treatment(ground: Ground) -> BundledOrganization:
    """Treatment with medicine, in the mountains; one door takes women who are pregnant, the other does not say."""
    with_medicine = offer(
        ground,
        "medicine",
        "Treatment with medicine",
        kinds="mat substance-use",
        lines="voice",
        hours="intake=mornings",
        who="adults pregnant=welcomes on-mat=welcomes active-substance-use=welcomes women men",
        barriers="walk-in no-insurance sliding-fee",
        sites=[site(ground, 24, "medicine-1")],
    )
    in_the_next_county = offer(
        ground,
        "recovery",
        "Recovery",
        kinds="substance-use",
        lines="voice",
        hours="office=weekdays",
        who="adults men !pregnant",
        barriers="!no-sobriety",
        sites=[site(ground, 25, "recovery-1", at="41858 Whitesburg")],
    )
    return organization(ground, 24, "Recovery", [with_medicine, in_the_next_county])


def _pantry(ground: Ground) -> BundledOrganization:
    pantry = offer(
        ground,
        "food",
        "Food, once a week",
        kinds="food clothing",
        lines="voice",
        hours="office=mornings" if ground.metro.key == "haz" else "",
        languages="en:staff",
        barriers="walk-in free no-documents",
        sites=[site(ground, 26, "food-1")],
        facts=[]
        if ground.metro.key == "haz"
        else [fact("schedule", "office", zone=ground.metro.zone, text="Second and fourth Wednesday, noon until gone")],
    )
    return organization(ground, 25, "Pantry", [pantry])


def _lawyers(ground: Ground) -> BundledOrganization:
    """They drive a circuit: each town has its day."""
    lawyers = offer(
        ground,
        "lawyers",
        "Lawyers on the road",
        kinds="legal-civil legal-family immigration-vawa immigration-u-visa",
        lines="voice",
        hours="office=weekdays",
        languages="es:staff:native en:staff",
        who="adults women undocumented=welcomes",
        barriers="free any-status",
        sites=[
            site(ground, 24, "lawyers-1"),
            site(
                ground,
                25,
                "lawyers-2",
                at="79843 Marfa",
                facts=[fact("schedule", "office", zone=ground.metro.zone, days={"WE": [[600, 900]]})],
            ),
        ],
    )
    return organization(ground, 24, "Circuit Lawyers", [lawyers])


def _sheltering_for_men(ground: Ground) -> BundledOrganization:
    beds = offer(
        ground,
        "mens-beds",
        "Beds for men",
        kinds="public-walk-in-shelter",
        lines="voice",
        hours="intake=overnight",
        who="men=exclusive adults older-adults !women !with-children",
        barriers="walk-in free",
        sites=[site(ground, 24, "mens-beds-1")],
        facts=[fact("age", minimum=18), fact("house_rule", "searches")],
    )
    return organization(ground, 24, "Night Beds", [beds])

"""Invented programs of islands: what is not there is across the water, and who is taken from where decides."""

from typing import Any

from importers.bundled.bundle import BundledOrganization
from importers.bundled.invention.offer import Ground, fact, offer, organization, site, text

# Who may come from where; children and boys' limit; languages; by what one comes; hours; who else.
_HOUSES: dict[str, tuple[str, tuple[int | None, int | None], str, str, str, str]] = {
    "vie": ("US-PR", (3, 12), "es:staff:native en:staff:limited", "ferry", "intake=always",
            "women=welcomes trans-women=welcomes !men"),
    "stt": ("US-VI US-PR", (4, None), "en:staff es:staff fr:interpreter:telephone", "ferry", "intake=always",
            "women !men"),
    "gum": ("US-GU US-MP FM", (6, 16), "en:staff ch:staff chk:interpreter:in_person", "air", "intake=always",
            "women pregnant !men"),
    "mnp": ("US-MP", (None, None), "en:staff ch:staff tl:staff", "air", "", "women"),
    "asm": ("US-AS", (5, None), "sm:staff:native en:staff", "air", "intake=long-days", "women families"),
}  # fmt: skip


def islands(ground: Ground) -> list[BundledOrganization]:
    """The organizations of an island."""
    made = [_house(ground), _advocates(ground), _hospital(ground)]
    match ground.metro.key:
        case "mnp":
            made += [_guest_workers(ground), _crew_rooms(ground)]
        case "gum" | "stt":
            made += [_lawyers(ground)]
    return made


def _house(ground: Ground) -> BundledOrganization:
    key = ground.metro.key
    regions, (most, boys_to), languages, by, hours, who = _HOUSES[key]
    children: dict[str, Any] = {name: value for name, value in (("most", most), ("boys_to", boys_to)) if value}
    house = offer(
        ground,
        "house",
        "House by the sea" if key == "vie" else "House",
        kinds="emergency-shelter",
        lines="intake",
        hours=hours,
        languages=languages,
        who=f"{who} with-children",
        barriers="free any-status" + (" transport" if key in {"gum", "vie"} else ""),
        disclosure="area_only",
        facts=[
            text("description", "A small house. Everybody knows everybody, so people from elsewhere come here too."),
            *(fact("accepts_from", region) for region in regions.split()),
            *([fact("children", **children)] if children else []),
            fact("reach", by=by),
            *([fact("house_rule", "blackout", note="Two days; the island is small")] if key == "stt" else []),
            *([fact("group_size", most=6)] if key == "gum" else []),
        ],
    )
    alternate = [text("alternate_name", "Refugio Luz de la Bahía")] if key == "vie" else []
    return organization(ground, 20, "House", [house], *alternate, closed=True)


def _advocates(ground: Ground) -> BundledOrganization:
    """Someone who walks along; on one island it is also the line at night."""
    key, first = ground.metro.key, ground.metro.tongues[0]
    spanish = " es:staff" if key in {"vie", "stt"} else ""
    walking_along = offer(
        ground,
        "advocates",
        "Someone who walks along",
        kinds="victim-advocacy case-management" + (" hotline" if key in {"stt", "gum", "asm"} else ""),
        lines="voice whatsapp" if key in {"vie", "mnp"} else "voice",
        hours="crisis-line=always office=weekdays" if key in {"stt", "gum", "asm"} else "office=weekdays",
        languages=f"en:staff{spanish}" + (f" {first}:staff" if key in {"gum", "mnp", "asm"} else ""),
        who="adults women men minors" + (" labor-trafficking undocumented=welcomes" if key in {"gum", "mnp"} else ""),
        barriers="free" + (" any-status" if key in {"gum", "mnp", "vie"} else ""),
        serves="state" if key != "vie" else "county",
        facts=[
            fact("disclosure", "police", policy="never-without-consent" if key in {"gum", "vie"} else "unknown"),
            fact("reach", by="remote-only" if key == "stt" else "road"),
        ],
    )
    return organization(ground, 21, "Advocates", [walking_along])


def _hospital(ground: Ground) -> BundledOrganization:
    """Where no nurse for the exam is on the island, the hospital says where the plane goes."""
    key = ground.metro.key
    kinds = "sane-adult emergency-care" if key in {"stt", "gum"} else "emergency-care"
    exam = offer(
        ground,
        "hospital",
        "Emergency room and nurse exam" if key in {"stt", "gum"} else "Emergency room",
        kinds=kinds,
        lines="voice",
        hours="crisis-line=always",
        languages="en:staff any:interpreter:telephone" if key != "vie" else "es:staff en:staff",
        who="adults minors" if key != "stt" else "adults",
        barriers="walk-in no-insurance",
        sites=[site(ground, 22, "hospital-1")],
        facts=[
            *(
                [text("alert", "No nurse for the exam here: the plane to the capital leaves at seven and at four.")]
                if key == "vie"
                else []
            ),
            *([fact("age", minimum=16)] if key == "stt" else []),
        ],
    )
    return organization(ground, 22, "Island Hospital", [exam])


def _guest_workers(ground: Ground) -> BundledOrganization:
    wages = offer(
        ground,
        "guest-workers",
        "Guest workers",
        kinds="worker-center wage-claim legal-labor immigration-t-visa",
        lines="voice whatsapp",
        hours="office=evenings",
        languages="en:staff zh:staff tl:staff:native",
        who="adults men women labor-trafficking=welcomes undocumented=welcomes",
        barriers="free any-status no-documents",
        sites=[site(ground, 23, "guest-workers-1")],
        facts=[
            fact("group_size", most=30),
            text("application_process", "Come in the evening; nobody tells the employer or the agency."),
            fact("disclosure", "immigration", policy="never-without-consent", on="@-35"),
        ],
    )
    return organization(ground, 23, "Guest Workers", [wages])


def _crew_rooms(ground: Ground) -> BundledOrganization:
    rooms = offer(
        ground,
        "crew-rooms",
        "Rooms for a crew",
        kinds="bridge-hotel",
        lines="intake",
        hours="intake=evenings",
        languages="en:staff tl:staff",
        who="adults men women couples labor-trafficking",
        barriers="transport no-documents",
        disclosure="area_only",
        facts=[fact("group_size", most=16), fact("reach", by="air"), fact("accepts_from", "US-MP")],
    )
    return organization(ground, 24, "Lodgings", [rooms], closed=True)


def _lawyers(ground: Ground) -> BundledOrganization:
    key = ground.metro.key
    lawyers = offer(
        ground,
        "lawyers",
        "Lawyers",
        kinds="legal-civil legal-family immigration-t-visa immigration-vawa" + (" legal-labor" if key == "gum" else ""),
        lines="voice",
        hours="office=weekdays",
        languages="en:staff" + (" ch:staff chk:interpreter:telephone tl:staff" if key == "gum" else " es:staff"),
        who="adults undocumented=welcomes labor-trafficking" if key == "gum" else "adults",
        barriers="free" if key == "stt" else "free any-status",
        serves="state",
    )
    return organization(ground, 24, "Island Law", [lawyers])

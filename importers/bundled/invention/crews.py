"""Invented help where crews work: fields, orchards and poultry plants, and people who come as one crew."""

from importers.bundled.bundle import BundledOrganization, BundledService
from importers.bundled.invention.offer import Ground, fact, of_town, offer, organization, site, text

# Languages spoken at the workers' center.
_SPOKEN = {
    "imm": "es:staff:native ht:staff mam:staff kjb:interpreter:telephone en:staff:limited",
    "yak": "es:staff:native mix:staff trc:interpreter:telephone en:staff",
    "dmv": "es:staff ht:staff:native mam:interpreter:in_person en:staff",
}


def crews(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a town that lives by its fields and plants."""
    made = [_workers_center(ground), _rooms(ground), _clinic(ground), _lawyers(ground), _food(ground)]
    if ground.metro.key == "yak":
        made.append(_interpreters(ground))
    if ground.metro.key == "dmv":
        made.append(_line(ground))
    return made


def _workers_center(ground: Ground) -> BundledOrganization:
    key = ground.metro.key
    center = offer(
        ground,
        "wages",
        "Unpaid wages",
        kinds="worker-center wage-claim",
        lines="voice whatsapp",
        hours="office=evenings",
        languages=_SPOKEN[key],
        who="adults men women labor-trafficking=welcomes undocumented=welcomes"
        + (" with-children families" if key == "yak" else ""),
        barriers="any-status free no-documents walk-in" + ("" if key == "dmv" else " interpreter-free"),
        sites=[site(ground, 20, "wages-1")],
        facts=[
            fact("group_size", most=of_town(ground, imm=40, yak=25, dmv=10)),
            text("description", "Wages, visas with an employer's name on them, debts to the man who brought you."),
            fact("disclosure", "immigration", policy="never-without-consent", on="@-15"),
            fact("greeting", "voice", answers_as="neutral" if key == "imm" else "names-service"),
            *(
                [
                    fact(
                        "trauma_informed",
                        "trained:quillon",
                        level="trained",
                        by="Quillon Practice Institute",
                        on="@-60",
                        expires_on="@+300",
                    )
                ]
                if key == "imm"
                else []
            ),
        ],
    )
    return organization(ground, 20, "Workers", [center])


def _rooms(ground: Ground) -> BundledOrganization:
    """Rooms for a whole crew tonight; in one place only for half of it."""
    key = ground.metro.key
    rooms = offer(
        ground,
        "crew-rooms",
        "Rooms for a crew",
        kinds="bridge-hotel",
        lines="intake professional" if key == "imm" else "intake",
        hours=of_town(ground, imm="intake=always", yak="intake=evenings", dmv="intake=overnight"),
        languages=of_town(
            ground,
            imm="es:staff ht:staff any:interpreter:telephone",
            yak="es:staff mix:interpreter:telephone",
            dmv="es:staff en:staff any:interpreter:telephone",
        ),
        who="adults men labor-trafficking undocumented" + (" women couples families" if key != "dmv" else ""),
        barriers="no-documents any-status transport free",
        disclosure="area_only",
        facts=[
            text("description", "A corridor of rooms for people who leave together, up to a week."),
            fact("group_size", most=of_town(ground, imm=20, yak=14, dmv=6)),
            *(fact("accepts_from", code) for code in of_town(ground, imm=("US",), yak=("US-WA", "US-OR"), dmv=())),
            fact("disclosure", "police", policy="never-without-consent", on="@-50"),
            fact("greeting", "intake", answers_as="neutral", checked_on="@-20"),
            fact("reach", by="road"),
            *([fact("house_rule", "notice", note="So that the room goes to the next crew")] if key == "yak" else []),
        ],
    )
    services = [rooms]
    if key == "imm":
        services.append(_family_house(ground))
    return organization(ground, 21, "Lodgings", services, closed=True)


def _clinic(ground: Ground) -> BundledOrganization:
    key, (first, second) = ground.metro.key, ground.metro.tongues
    clinic = offer(
        ground,
        "field-clinic",
        "Clinic on wheels",
        kinds="primary-care dental sti-hiv",
        lines="voice",
        hours="office=evenings" if key != "dmv" else "",
        languages=f"es:staff {first}:staff en:staff" if key != "yak" else f"es:staff en:staff {second}:website",
        who="adults minors uninsured undocumented pregnant",
        barriers="sliding-fee no-insurance any-status walk-in",
        sites=[site(ground, 22, "field-clinic-1", at=of_town(ground, "", yak="98944 Sunnyside", dmv="19973 Seaford"))],
    )
    return organization(ground, 22, "Field Clinic", [clinic])


def _lawyers(ground: Ground) -> BundledOrganization:
    key = ground.metro.key
    lawyers = offer(
        ground,
        "farm-lawyers",
        "Lawyers for farm workers",
        kinds="legal-labor immigration-t-visa immigration-u-visa continued-presence",
        lines="voice professional",
        hours="office=weekdays",
        languages=of_town(
            ground,
            imm="es:staff en:staff ht:staff",
            yak="es:staff en:staff any:interpreter:telephone",
            dmv="es:staff en:staff",
        ),
        who="adults men women labor-trafficking=welcomes undocumented=welcomes",
        barriers="free any-status",
        serves="state",
        facts=[
            fact("disclosure", "immigration", policy="never-without-consent"),
            *([fact("group_size", most=50)] if key == "imm" else []),
        ],
    )
    return organization(ground, 23, "Farm Worker Law", [lawyers])


def _food(ground: Ground) -> BundledOrganization:
    food = offer(
        ground,
        "food",
        "Food and boots",
        kinds="food clothing basic-needs",
        lines="voice",
        hours="office=mornings",
        languages="es:staff" if ground.metro.key != "dmv" else "",
        barriers="walk-in free no-documents",
        sites=[site(ground, 24, "food-1")],
    )
    return organization(ground, 24, "Pantry", [food])


def _interpreters(ground: Ground) -> BundledOrganization:
    """Interpreters of languages of Mexico and Guatemala, for the whole nation."""
    remote = offer(
        ground,
        "interpreters",
        "Interpreters of Indigenous languages",
        kinds="interpretation-phone interpretation-video",
        lines="voice",
        hours="office=weekdays",
        languages=" ".join(
            f"{tag}:interpreter:telephone" for tag in ("mix", "trc", "mam", "zap", "kjb", "quc", "nah", "es")
        ),
        barriers="!free",
        serves="nation",
        toll_free=True,
        facts=[
            text("application_process", "Say the home town: there are many variants. Two hours ahead, often sooner."),
            fact("reach", by="remote-only"),
        ],
    )
    return organization(ground, 25, "Interpreters", [remote])


def _line(ground: Ground) -> BundledOrganization:
    line = offer(
        ground,
        "plant-line",
        "Line for plant workers",
        kinds="hotline wage-claim",
        lines="voice whatsapp",
        hours="crisis-line=evenings",
        languages="ht:staff es:staff mam:interpreter:relay_via_Spanish en:staff",
        who="adults men women labor-trafficking",
        barriers="free any-status",
        serves="state",
        facts=[fact("greeting", "voice", answers_as="names-topic", checked_on="@-8"), fact("reach", by="remote-only")],
    )
    return organization(ground, 25, "Plant Line", [line])


def _family_house(ground: Ground) -> BundledService:
    return offer(
        ground,
        "family-house",
        "House for families",
        kinds="emergency-shelter",
        lines="intake",
        hours="intake=always",
        languages="es:staff en:staff ht:interpreter:telephone",
        who="women men families couples with-children trans-women=does-not-exclude",
        barriers="any-status free transport",
        disclosure="area_only",
        facts=[
            fact("children", most=6),
            fact("group_size", most=8),
            fact("accepts_from", "US-FL"),
            fact("disclosure", "police", policy="mandated-only"),
        ],
    )

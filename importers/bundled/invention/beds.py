"""Invented places to sleep, and the line that is answered at any hour."""

from importers.bundled.bundle import BundledFact, BundledOrganization, BundledService
from importers.bundled.invention.offer import Ground, fact, of_turn, offer, organization, site, text

_CONTACT_TITLES = ("Night lead", "Intake coordinator", "Director of programs", "Shift supervisor")


def beds(ground: Ground) -> list[BundledOrganization]:
    """The organizations of a metro area that give a bed."""
    turn = ground.metro.turn
    made = [_house(ground), _residence(ground), _youth(ground), _night_center(ground)]
    if turn == 0:
        made += _more_in_the_first_metro(ground)
    return made


def contact(ground: Ground, role: str, title: str, tier: str = "partner") -> BundledFact:
    """Whom a professional asks for."""
    number = {"number": ground.numbers.next(), "description": "Ask for the person on duty"}
    return fact("contact", role, tier=tier, name="Practice Person", title=title, phones=[number])  # type: ignore[arg-type]


def _house(ground: Ground) -> BundledOrganization:
    metro, turn = ground.metro, ground.metro.turn
    first = metro.tongues[0]
    shelter = offer(
        ground,
        "beds-tonight",
        "Beds for tonight",
        kinds="emergency-shelter",
        lines="intake text professional",
        hours="intake=always office=weekdays",
        languages=f"es:staff:native en:staff {first}:staff:fluent any:interpreter:telephone",
        who="women=welcomes trans-women=welcomes with-children=welcomes adults lgbtq=welcomes pregnant !men"
        " undocumented=welcomes sex-trafficking labor-trafficking !in-detention"
        f" {of_turn(turn, 'no-id', 'disabled', 'deaf')}",
        barriers="any-status no-documents interpreter-free free"
        f" {of_turn(turn, 'transport', 'phone-kept', 'no-sobriety')}",
        disclosure="area_only",
        facts=[
            text(
                "description",
                of_turn(
                    turn,
                    "Short stays of up to thirty days for women, with or without children.",
                    "A quiet house with private rooms. A person is awake all night.",
                    "Rooms for women and families; meals, laundry and help with the next steps.",
                ),
            ),
            text("application_process", "Call the intake line; a short talk by phone, then a pick-up is arranged."),
            text("ask_for", of_turn(turn, "The intake worker on shift", "Whoever has the night desk")),
            fact("intake_question", "1", text="Is anyone hurt, or in need of a doctor first?"),
            *([fact("intake_question", "2", text="Can someone come along to the door?")] if turn % 2 == 0 else []),
            text("eligibility_description", "Women aged 18 or over, and the children they bring."),
            fact("age", minimum=18),
            fact("children", most=of_turn(turn, 3, 4, 2), boys_to=of_turn(turn, 14, 12, 17)),
            fact("house_rule", "searches", note="Bags are looked through once, with the person present"),
            *([fact("house_rule", "phone-held", note="First night only")] if turn % 3 == 0 else []),
            fact("disclosure", "police", policy="never-without-consent", on="@-60"),
            fact("disclosure", "immigration", policy="never-without-consent", on="@-60"),
            fact(
                "greeting",
                "intake",
                answers_as="neutral",
                voicemail="No message is taken",
                caller_id="Withheld on call-back",
                checked_on="@-21",
            ),
            fact("reach", by="road"),
            fact("accepts_from", metro.country if turn % 2 == 0 else metro.state),
            fact("group_size", most=of_turn(turn, 4, 6, 14)),
            contact(ground, "intake", of_turn(turn, *_CONTACT_TITLES)),
            *_trauma_informed(turn),
        ],
    )
    services = [shelter]
    if turn % 3 != 2:
        services.append(_hotel(ground))
    services.append(_line(ground))
    facts = [text("description", "Beds and a line that is answered at any hour.")]
    if turn in {0, 10}:
        facts.append(text("alternate_name", f"Casa {ground.metro.city}"))
    return organization(ground, 0, "House", services, *facts, closed=True)


def _trauma_informed(turn: int) -> list[BundledFact]:
    """Evidence of each level, one after the other; the fifth of them has run out."""
    attested = fact("trauma_informed", "attested:provider", level="attested", by="The provider itself", on="@-120")
    trained = fact(
        "trauma_informed",
        "trained:quillon",
        level="trained",
        by="Quillon Practice Institute",
        on="@-200",
        expires_on="@+165",
    )
    assessed = fact(
        "trauma_informed",
        "assessed:quillon",
        level="assessed",
        by="Quillon Practice Institute",
        on="@-90",
        expires_on="@+640",
        url="https://quillon.example.org/assessed",
    )
    certified = fact(
        "trauma_informed",
        "certified:marrow",
        level="certified",
        by="Marrow Practice Board",
        on="@-30",
        expires_on="@+700",
    )
    expired = fact(
        "trauma_informed",
        "certified:marrow",
        level="certified",
        by="Marrow Practice Board",
        on="@-800",
        expires_on="@-70",
    )
    reviewed = fact(
        "trauma_informed",
        "survivor-reviewed:panel",
        level="survivor-reviewed",
        by="A panel of survivors",
        on="@-45",
        expires_on="@+320",
    )
    return [[certified, attested], [attested], [trained], [assessed], [expired], [reviewed, trained]][turn % 6]


def _hotel(ground: Ground) -> BundledService:
    turn = ground.metro.turn
    return offer(
        ground,
        "hotel-nights",
        "Hotel nights",
        kinds="bridge-hotel",
        lines="intake",
        hours="intake=evenings",
        languages="es:staff en:staff",
        who="adults with-children couples families men women with-pets",
        barriers="transport no-documents !accessible",
        disclosure="area_only",
        facts=[
            text("description", "One to five nights in a room while a longer place is looked for."),
            text("fees_description", "Nothing to pay."),
            fact("children", most=5),
            fact("group_size", most=of_turn(turn, 8, 14)),
            fact("house_rule", "notice", note="One day ahead"),
            fact("disclosure", "police", policy="mandated-only"),
            fact("greeting", "intake", answers_as="names-service", checked_on="@-90"),
        ],
    )


def _line(ground: Ground) -> BundledService:
    turn, first = ground.metro.turn, ground.metro.tongues[0]
    return offer(
        ground,
        "any-hour",
        "Line at any hour",
        kinds="hotline safety-planning",
        lines=f"voice text {of_turn(turn, 'tty', 'whatsapp', 'chat')}",
        hours="crisis-line=always line:text=evenings",
        languages=f"en:staff es:staff {first}:interpreter:telephone any:interpreter:telephone",
        who="adults minors deaf lgbtq=welcomes sex-trafficking labor-trafficking familial-trafficking",
        barriers="free any-status interpreter-free",
        serves="county",
        facts=[
            fact(
                "greeting",
                "voice",
                answers_as=of_turn(turn, "neutral", "names-topic", "names-service"),
                checked_on="@-14",
            ),
            fact("greeting", "text", answers_as="neutral", voicemail="No automatic answer"),
            fact("disclosure", "police", policy="mandated-only", on="@-200"),
        ],
    )


def _residence(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    trans_women = of_turn(turn, "!trans-women", "", "trans-women=does-not-exclude")
    women = offer(
        ground,
        "womens-beds",
        "Women's beds",
        kinds="safe-house",
        lines="intake#105",
        hours="intake=overnight",
        languages=of_turn(turn, "en:staff es:staff:limited", "en:staff", "es:staff en:staff"),
        who=f"women=exclusive with-children {trans_women}"
        f" active-substance-use={of_turn(turn, 'does-not-exclude', 'welcomes')}",
        barriers="!no-sobriety free",
        disclosure="area_only",
        facts=[
            text("description", "Eight beds for women who come alone or with small children."),
            fact("age", minimum=of_turn(turn, 18, 21)),
            fact("children", most=2, boys_to=10),
            fact("house_rule", "blackout", note="No calls in the first two days"),
            *([fact("house_rule", "faith"), fact("house_rule", "therapy")] if turn % 4 == 1 else []),
            *([fact("house_rule", "police-duty"), fact("house_rule", "documents-held")] if turn == 4 else []),
            *([fact("house_rule", "money-held"), fact("house_rule", "story-asked")] if turn == 7 else []),
            fact("disclosure", "police", policy=of_turn(turn, "always", "mandated-only", "unknown")),
            *([text("grievance_path", "The practice office of licences")] if turn % 2 == 0 else []),
        ],
    )
    services = [women]
    if turn % 2 == 0:
        services.append(
            offer(
                ground,
                "rooms-for-a-year",
                "Rooms for a year",
                kinds="transitional-housing",
                lines="office",
                hours="office=weekdays",
                languages="en:staff es:interpreter",
                who="women trans-women with-children families !minors",
                barriers="childcare-on-site sliding-fee accessible !no-documents",
                disclosure="area_only",
                facts=[
                    fact("required_document", "photo-id", note="Within thirty days of moving in"),
                    fact("house_rule", "no-return"),
                    fact("house_rule", "photos-asked", note="Never required"),
                    fact("accepts_from", ground.metro.state),
                ],
            )
        )
    return organization(ground, 1, "Residence", services, closed=True)


def _youth(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    safe = offer(
        ground,
        "young-people",
        "Rooms for young people",
        kinds="safe-house",
        lines="voice whatsapp",
        hours="intake=always",
        languages="en:staff es:staff:fluent",
        who="minors=exclusive lgbtq=welcomes trans-women trans-men nonbinary familial-trafficking !adults"
        f" {of_turn(turn, '!with-children', 'pregnant')}",
        barriers="phone-kept free",
        disclosure="withheld",
        serves="state",
        facts=[
            text("description", "A small house for young people, with school and a doctor who comes by."),
            fact("age", minimum=12, maximum=17),
            fact(
                "minor_consent",
                text="A young person may ask for a bed; a guardian is told within 72 hours unless that is unsafe.",
            ),
            fact("disclosure", "police", policy="mandated-only", on="@-30"),
            *([fact("reach", by="ferry")] if turn == 7 else [fact("reach", by="air")] if turn == 10 else []),
        ],
    )
    return organization(ground, 2, "Youth", [safe], closed=True)


def _night_center(ground: Ground) -> BundledOrganization:
    turn = ground.metro.turn
    sites = [
        site(
            ground,
            0,
            "night-1",
            accessibility="Step-free entrance; one wet room.",
            transportation="Buses stop at the corner.",
        ),
        site(
            ground,
            1,
            "night-2",
            facts=[fact("schedule", "intake", zone=ground.metro.zone, text="Opens at dusk; ask at the desk")],
        ),
    ]
    walk_in = offer(
        ground,
        "walk-in-beds",
        "Walk-in beds",
        kinds="public-walk-in-shelter",
        lines="voice",
        hours="intake=overnight",
        languages=of_turn(turn, "en:staff es:staff", "en:staff", "en:staff any:interpreter:video"),
        who=of_turn(
            turn,
            "adults men women trans-women=does-not-exclude with-children couples families older-adults with-pets",
            "adults men women criminal-record active-substance-use !with-children",
            "adults men women trans-men disabled older-adults",
        ),
        barriers="walk-in no-documents free no-sobriety accessible",
        sites=sites[: 1 + turn % 2],
        facts=[
            text("description", "Beds by the night for whoever comes; no name is needed."),
            fact("schedule", "office", zone=ground.metro.zone, days={}, closed=["@+3", "@+30"], text="By appointment"),
            fact("cost_option", "free"),
            fact("greeting", "voice", answers_as="names-service"),
        ],
    )
    services = [walk_in]
    if turn % 3 == 0:
        services.append(
            offer(
                ground,
                "homes",
                "Homes to rent",
                kinds="long-term-housing",
                lines="office",
                hours="office=two-halves",
                languages="en:staff",
                who="adults families criminal-record older-adults disabled",
                barriers="sliding-fee accessible",
                serves="county",
                facts=[fact("required_document", "proof-of-income")],
            )
        )
    return organization(ground, 3, "Night Center", services, fact("funding", "county", note="County grant"))


def _more_in_the_first_metro(ground: Ground) -> list[BundledOrganization]:
    """Beds that fit the same need in part: where a language, a person or a child is unknown or refused."""
    unknown = offer(
        ground,
        "quiet-rooms",
        "Quiet rooms",
        kinds="emergency-shelter",
        lines="intake",
        hours="intake=always",
        languages="",
        who="women with-children",
        barriers="free",
        disclosure="area_only",
        facts=[text("description", "Six rooms. What is not written here has not been asked yet.")],
    )
    english = offer(
        ground,
        "short-stay",
        "Short stay",
        kinds="emergency-shelter",
        lines="intake",
        hours="intake=evenings",
        languages="en:staff",
        who="women=welcomes trans-women=welcomes with-children",
        barriers="free",
        disclosure="area_only",
    )
    alone = offer(
        ground,
        "single-rooms",
        "Single rooms",
        kinds="emergency-shelter",
        lines="intake",
        hours="intake=always",
        languages="es:staff en:staff",
        who="adults women trans-women=welcomes trans-men=welcomes men !with-children",
        barriers="any-status no-documents",
        disclosure="area_only",
    )
    return [
        organization(ground, 18, "Rooms", [unknown, english], closed=True),
        organization(ground, 19, "Lodge", [alone], closed=True),
    ]

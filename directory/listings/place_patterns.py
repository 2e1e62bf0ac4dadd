"""What a place looks like in a sentence, in English, Spanish and a little French: the patterns of the free-text screen.

Every repetition is bounded and no pattern can match in two ways, so the cost grows with the length of the text alone.
They are matched against a text in which every kind of dash, apostrophe and blank has one spelling.
"""

import re

import msgspec


class PlaceRule(msgspec.Struct, frozen=True):
    """One way to give a place away.

    Attributes:
        name: what the report says.
        hints: lower-case parts of words, one of which the text must hold; none = always look.
        pattern: what is found.
    """

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def _rule(name: str, hints: str, *patterns: str, any_case: bool = True) -> PlaceRule:
    """A rule; ``hints`` are separated by ``|``. Blanks in patterns are written out, since ``[ ]`` hides the words."""
    return PlaceRule(name, tuple(hints.split("|")), re.compile("|".join(patterns), re.IGNORECASE if any_case else 0))


STREET_KINDS = frozenset(
    {"street", "st", "avenue", "ave", "av", "road", "rd", "boulevard", "blvd", "lane", "ln", "drive", "dr", "court"}
    | {"ct", "place", "pl", "circle", "cir", "highway", "hwy", "parkway", "pkwy", "terrace", "ter", "terr", "way"}
    | {"trail", "trl", "square", "sq", "loop", "turnpike", "expressway", "causeway"}
)

_STATES = (
    "al|ak|az|ar|ca|co|ct|de|dc|fl|fla|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|"
    "or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|pr|vi|gu|as|mp|alabama|alaska|arizona|arkansas|california|colorado|"
    "connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|"
    "massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|hampshire|jersey|mexico|york|carolina|"
    "dakota|ohio|oklahoma|oregon|pennsylvania|island|tennessee|texas|utah|vermont|virginia|washington|wisconsin|wyoming|"
    "rico"
)
# Words for streets that hardly ever mean anything else after a number and a name ...
_STRONG = (
    "streets?|avenues?|ave|av|roads?|rd|boulevards?|blvd|lane|ln|highway|hwy|parkway|pkwy|terrace|terr?|turnpike|tpke|"
    "expressway|expy|causeway|cswy|crescent|calle|avenida"
)
_STRONG_HINTS = "street|ave|road|rd|boul|blvd|lane|ln|high|hwy|park|pkwy|ter|turnp|tpke|exp|cause|csw|cresc|calle"
# ... and those that do, unless the name before them is written as one.
_WEAK = (
    "drive|dr|place|pl|court|ct|circle|cir|st|square|sq|way|trail|trl|loop|run|alley|row|walk|pass|path|plaza|point|"
    "pointe|cove|ridge|park|crossing|manor|isle|mews|close|gardens|landing|commons|green|bend|track"
)
_WEAK_HINTS = "dr|pl|c|st|sq|way|tr|loop|run|alley|row|walk|pa|po|ridge|manor|isle|mews|gardens|landing|green|bend"
_NAMED = "Drive|Court|Circle|Place|Way|Trail|Square|Dr|St|Ct"
# Words that stand between a number and "street" only in sentences, not in addresses.
_NOT_IN_A_STREET = (
    "at|in|on|for|the|and|or|of|to|a|an|by|with|from|per|is|are|who|that|through|hours?|days?|years?|weeks?|months?|"
    "minutes?|am|pm|people|persons|beds?|women|men|children|kids|girls|boys|families|adults|youth|percent|times|clients|"
    "miles?|blocks?|step|steps|may|can|will|must|this|our|your|their|its|daily|noon|united"
)
# Courts of law are not courtyards.
_NOT_OF_LAW = "".join(
    f"(?<!{word} )(?<!{word.upper()} )"
    for word in (
        "County",
        "Circuit",
        "Supreme",
        "Juvenile",
        "District",
        "Criminal",
        "Claims",
        "Drug",
        "Family",
        "Trial",
    )
)
_WAY = r"(?:north|south|east|west|n\.? ?[ew]|s\.? ?[ew]|[nsew])\.?"
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th)"
_ORDINAL_WORD = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_SMALL_NUMBER = "one|two|three|four|five|six|seven|eight|nine|ten"
_NUMBER = r"(?<![\w.$#-])[0-9]{1,6}[a-z½]?(?:[-/][0-9]{1,5}[a-z]?| 1/2)?,? "
_NAME_WORD = rf"(?:(?!(?:{_NOT_IN_A_STREET})\b)[^\W\d_][\w.'-]{{0,24}}|{_ORDINAL}) "
_PROPER_WORD = rf"(?:(?!(?i:{_NOT_IN_A_STREET})\b)[A-Z][\w.'-]{{0,24}}|[0-9]{{1,3}}(?i:st|nd|rd|th)) "
_SPANISH_STREET = "calle|avenida|avda|carrera|calzada|carretera|camino|paseo|callej[oó]n|rue|chemin"
_FRENCH_STREET = "rue|avenue|boulevard|chemin|place|quai|impasse|all[eé]e"
_LANDMARK = (
    "church|school|mall|station|hospital|library|park|bridge|courthouse|court house|beach|campus|airport|stadium|store|"
    "market|supermarket|walmart|exit|highway|interstate|university|college|clinic|shop|restaurant|post office|police|"
    "firehouse|playground|cemetery|river|canal|lake|railroad|tracks|plaza|hotel|motel|bank|theat(?:er|re)|museum|"
    "warehouse|bus|temple|mosque|synagogue|pharmacy"
)

_STREETS = (
    _rule(
        "street-address",
        _STRONG_HINTS,
        rf"{_NUMBER}(?:{_NAME_WORD}){{1,5}}(?:{_STRONG})\b",
        # A house number on a numbered street, whose kind is often left out: "1603 NW 7th", "330 SW 8 Street".
        rf"{_NUMBER}{_WAY} [0-9]{{1,3}} (?:{_STRONG}|{_WEAK})\b",
        rf"\b{_ORDINAL} (?:{_STRONG})\b",
        rf"\b(?:{_ORDINAL_WORD}) (?:street|avenue|ave)\b",
    ),
    _rule("street-address", "st|nd|rd|th", rf"{_NUMBER}{_WAY} {_ORDINAL}\b"),
    _rule(
        "street-address",
        _WEAK_HINTS,
        rf"(?:(?i:{_NUMBER})|\b(?i:{_SMALL_NUMBER}) )(?:{_PROPER_WORD}){{1,5}}{_NOT_OF_LAW}"
        rf"(?:{_WEAK.title()}|{_WEAK.upper()})\b",
        rf"(?<![\w.$#-])[0-9]{{2,6}} (?:(?!(?:{_NOT_IN_A_STREET})\b)[a-z][a-z'-]{{1,24}} ){{1,3}}"
        r"(?:st|dr|ct|ln|pl|ter|cir|drive|court|place|circle|way)\b(?! [a-z]{0,3}[A-Z])",
        any_case=False,
    ),
    _rule(
        "street-address",
        _SMALL_NUMBER,
        rf"\b(?i:{_SMALL_NUMBER}) (?:{_PROPER_WORD}){{1,3}}(?:{_STRONG.title()}|{_STRONG.upper()})\b",
        any_case=False,
    ),
    _rule(
        "street-name",
        f"{_STRONG_HINTS}|drive|court|circle|place|way|trail|square|dr|st|ct",
        rf"\b(?i:on|at|off|near|along|from|to|located|and|between|via) (?i:the )?(?:(?i:{_WAY}) )?"
        rf"(?:{_PROPER_WORD}){{1,3}}{_NOT_OF_LAW}(?:{_STRONG.title()}|{_NAMED})\b(?!\.? ?[A-Z]?[a-z]{{0,20}}'s)",
        any_case=False,
    ),
    _rule(
        "street-name",
        "us|u.s|state|county|sr|cr|rt|route|high|hwy|i|marker|mm|exit|road|rd",
        r"\b(?:on|off|at|near|along|from|via|take) (?:the )?(?:us|u\.s\.|state|county|sr|cr|route|rte?\.?|highway|hwy|"
        r"interstate|i)(?: (?:highway|hwy|road|route))?[ -]?[0-9]{1,4}\b",
        r"\b(?:mile marker|mm|exit) ?#?[0-9]{1,4}\b",
        r"\b[0-9]{2,6} (?:us|u\.s\.|state|county)? ?(?:highway|hwy|route|road|rd) [0-9]{1,4}\b",
    ),
    _rule(
        "street-address",
        "calle|avda|avenida|carre|calzada|camino|paseo|rue|chemin|avenue|boulevard|place|quai|impasse|all",
        rf"\b(?:{_SPANISH_STREET})\.? (?:[^\W\d_][\w.'-]{{0,24}},? ){{0,4}}"
        r"(?:# ?|n[oº°]\.? ?|n[uú]m(?:ero|\.)? ?)?[0-9]",
        rf"\b[0-9]{{1,5}}(?: ?bis| ?ter)?,? (?:{_FRENCH_STREET}) (?:de|du|des|la|le|les|l'|saint|st|[A-Z])",
        r"\ben la (?:calle|avenida|carrera)\b",
    ),
)

_POSITIONS = (
    _rule(
        "coordinates",
        ".|°|º|lat|lon|lng",
        r"(?<![\w.])[-+]?[0-9]{1,3}\.[0-9]{3,12} ?°? ?[nsew]? ?[,;/ |] ?[-+]?[0-9]{1,3}\.[0-9]{3}",
        r"[0-9]{1,3} ?[°º] ?[0-9]{1,2}(?:[.,][0-9]{1,6})? ?'",
        r"[0-9]{1,3}\.[0-9]{2,12} ?[°º] ?[nsew]?\b",
        r"\b(?:lat|latitude|lon|long|lng|longitude)\b ?[:=.]? ?[-+]?[0-9]{1,3}\.[0-9]",
    ),
    _rule(
        "postal-code",
        "0|1|2|3|4|5|6|7|8|9",
        r"(?<![\w-])[0-9]{5}-[0-9]{4}(?![\w-])",
        rf"\b(?:{_STATES})\.?,? [0-9]{{5}}(?![\w-]?[0-9])",
        r"\b(?:zip|postal|post)[ -]?(?:codes?)? ?(?:is|are|:|#)? ?[0-9]{5}\b",
        r"\b[abceghj-nprstvxy][0-9][a-z][ -]?[0-9][a-z][0-9]\b",
    ),
    _rule(
        "plus-code",
        "+|plus",
        r"(?<![\w+])[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}(?![\w+])",
        r"\bplus[ -]codes?\b",
    ),
    _rule(
        "what3words",
        "///|what3words|w3w",
        r"/// ?[^\W\d_]{2,20}[.。][^\W\d_]{2,20}[.。][^\W\d_]{2,20}",
        r"what3words|\bw3w\b",
    ),
    _rule(
        "map-link",
        "map|goo.gl|waze|osm.org|geo:|google|plus.codes|streetview|here.com|daddr|saddr|ll=|g.page",
        r"\bmaps?\.(?:google|apple|app\.goo|bing|here)\b|google\.[a-z.]{2,6}/maps|goo\.gl/maps|g\.page/|bing\.com/maps",
        r"\bwaze\b|openstreetmap|\bosm\.org|mapquest|here\.com/|plus\.codes|\bgeo:[-0-9]|streetview",
        r"\b(?:google|apple) maps?\b|\bon (?:the|our) map\b|\bmap (?:link|pin)\b|[?&](?:daddr|saddr|ll)=",
    ),
)

_BESIDE = _rule(
    "beside-something",
    "corner|next|behind|across|directly|adjacent|oppos|front|block|door|house|building|inters|cross|between|near|down|"
    "up |end of|just|walk|minute|mi|km|kilom|yard|feet|meter|close|beside|by |along|facing|past|above|below|over|locat|"
    "situat|found|side|vuelta|esquina|lado|detr|frente|junto|cuadra|entre|contiguo|espaldas|coin|cot|côt|derri|face",
    r"(?i:\b(?<!every )corner of\b|\bon the corner\b|\bcorner (?:house|building|lot)\b|\baround the corner\b)",
    r"(?i:\bnext (?:door|to)\b(?! (?:nothing|normal|of kin|last|impossible)))",
    r"(?i:\bbehind )(?!(?i:the (?:scenes|wheel|times|program|project|name|idea|closed|bars)\b))"
    r"(?:(?i:the|a|an|our|your|this|that|his|her|their) |[A-Z0-9])",
    r"(?i:\b(?:across|directly) from\b|\bacross the (?:street|road|highway|river|bridge|tracks)\b)",
    r"(?i:\badjacent to\b|\bopposite (?:the|of the)\b|\bin front of the\b)",
    r"(?i:\b(?:[0-9]{1,2}|one|two|three|four|five|six|half a?|a few|several|a)[ -](?:block|door|house|building)s? "
    r"(?:from|north|south|east|west|off|down|away|up|past|behind|over)\b)",
    r"(?i:\b(?:intersection|crossroads) of\b|\bcross[ -]streets?\b|\b(?:main|nearest) intersection\b)",
    r"(?i:\b(?:between|near) (?:[0-9]{1,3}(?:st|nd|rd|th)|[nsew]{1,2}\.? [0-9])\b)",
    r"(?i:\b(?:down|up) the (?:street|road|block|hall)\b|\bat the end of the (?:street|road|block|drive|lane|cul)\b)",
    r"(?i:\bjust (?:off|past|north|south|east|west|behind|beyond)\b)",
    r"(?i:\bwalking distance\b|\b(?:minutes?'?|short|quick|easy) (?:walk|drive|ride)\b)",
    r"(?i:\b[0-9]{1,2}[- ]minutes? (?:by foot|on foot|from)\b)",
    r"(?i:\b[0-9.]{1,4} ?(?:mi|miles?|km|kilometers?|yards?|feet|meters?)\.? "
    r"(?:from|north|south|east|west|past|off|down|up)\b)",
    rf"(?i:\b(?:near|close to|nearby|beside|by|alongside|facing|past|above|below|over|next) (?:the|a|an|our) "
    rf"(?:[\w'-]{{1,20}} ){{0,2}}(?:{_LANDMARK})\b)",
    r"(?i:\b(?:located|situated|found|housed|address is|we are) (?:just |right )?(?:near|next|close|behind|beside|"
    r"opposite|above|below|inside the|across|off|between|along)\b)",
    r"(?i:\b(?:north|south|east|west)(?:ern)? (?:side|end|corner) of\b)",
    r"(?i:\b(?:a la vuelta|en la esquina|esquina (?:de|con|y)|al lado de|detr[aá]s de|(?:en )?frente (?:a|al|de)\b|"
    r"enfrente de|junto a|cuadras? de|cuadras? al|entre (?:la )?calles?|contiguo a|a espaldas de)\b)",
    r"(?i:\b(?:au coin d|à c[oô]t[eé] d|derri[eè]re l|en face d)\w{0,3}\b)",
    any_case=False,
)

_INSIDE = _rule(
    "unit-or-floor",
    "suite|ste|apt|apartment|unit|room|rm|bldg|building|floor|fl|piso|apartamento|depto|oficina|basement|stor|tage|trailer|"
    "lot|house|#",
    r"(?i:\b(?:suites?|ste\.?|apts?\.?|apartment|units?|room|rm\.?|bldg\.?|building|floor|trailer|lot|piso|apartamento|"
    r"depto\.?|oficina|house) ?(?:#|no\.? |number )? ?[0-9]{1,5}[a-z]?)(?!\w| (?i:bed|units|people|min|hour|day))",
    r"(?i:\b(?:suite|ste\.?|apt\.?|apartment|unit|bldg\.?|building)) [A-Z](?![\w'])",
    rf"(?i:\b(?:{_ORDINAL}|{_ORDINAL_WORD}|eleventh|twelfth|top|ground) (?:floor|fl\b|flr\b|stor(?:y|ey)\b))",
    r"(?i:\b(?:in|into|to) the basement\b|\b(?:primer|segundo|tercer|cuarto|quinto) piso\b|\b[0-9]{1,2}e [eé]tage\b)",
    r", ?# ?[0-9]{1,5}[A-Za-z]?\b",
    any_case=False,
)

_TRANSIT = _rule(
    "transit-stop",
    "bus|rail|train|metro|subway|tram|trolley|streetcar|transit|parada|estaci|arr|get off|ferry",
    r"\b(?:bus|metro|metro-?rail|metro-?mover|tri-?rail|light rail|rail|subway|train|trolley|tram|streetcar|transit) "
    r"(?:stops?|stations?|routes?|lines?|depot|terminals?|hub)\b",
    r"\bmetro-?(?:rail|mover) ?station|\b[A-Z][a-z]{2,20} Road station\b",
    r"\b(?:bus(?:es)?|trains?|trolley|tram|metrobus) (?:routes? |lines? |numbers? |no\.? )?#?[0-9]{1,4}[a-z]?\b",
    r"\bget off (?:at|the|on)\b|\b(?:take|ride|catch) (?:the|a) (?:\w{1,12} ){0,2}"
    r"(?:bus|train|metro|subway|trolley|tram|ferry)\b",
    r"\bparada (?:de|del)\b|\bestaci[oó]n de (?:metro|tren|autob)|\barr[eê]t d|\bstation de m[eé]tro\b",
)

PLACE_RULES: tuple[PlaceRule, ...] = (*_STREETS, *_POSITIONS, _BESIDE, _INSIDE, _TRANSIT)

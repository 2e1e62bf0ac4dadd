"""What a place looks like in figures and signs: streets, positions, codes, units and stops, for the free-text screen.

English, Spanish, and the commonest French and Haitian Creole. Every repetition is bounded and no pattern can match in
two ways, so the cost grows with the length of the text alone. Places that are told in words are in ``place_words``.
"""

from directory.listings.place_rule import PlaceRule, each, figures, look, one_of, words

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
# ... and those that do, unless the name before them is written as one.
_WEAK = (
    "drive|dr|place|pl|court|ct|circle|cir|st|square|sq|way|trail|trl|loop|run|alley|row|walk|pass|path|plaza|point|"
    "pointe|cove|ridge|park|crossing|manor|isle|mews|close|gardens|landing|commons|green|bend|track"
)
_NAMED = "Drive|Court|Circle|Place|Way|Trail|Square|Dr|St|Ct"
# Words that stand between a number and "street" only in sentences, not in addresses.
_NOT_IN_A_STREET = (
    "at|in|on|for|the|and|or|of|to|a|an|by|with|from|per|is|are|who|that|through|hours?|days?|years?|weeks?|months?|"
    "minutes?|am|pm|people|persons|beds?|women|men|children|kids|girls|boys|families|adults|youth|percent|times|clients|"
    "miles?|blocks?|step|steps|may|can|will|must|this|our|your|their|its|daily|noon|united"
)
# Words that begin like a name after a number, and are none.
_COUNTED = (
    "Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?|January|"
    "February|March|April|May|June|July|August|September|October|November|December|Ext|Units?|Apartments|Bedrooms?|"
    "Counties|Midnight|Noon|EST|EDT|Grades?|Annual|Fax|Phone|Tel|Call|Text|Or|And|At|In|On|For|The|Of|To|By|With|From|Per|"
    "Hours?|Days?|Years?|Weeks?|Months?|Minutes?|People|Persons|Beds?|Women|Men|Children|Kids|Girls|Boys|Families|Adults|"
    "Youth|Percent|Times|Clients|Miles?|Steps?|Daily|Programs?|Members|Students|Hotline|Helpline|Help|Counselors?|"
    "Cent(?:er|re)|Services?|Projects?|Club|Foundation|Association|Community|Therapy|North|South|East|West"
)
# Courts of law are not courtyards, and United Way is none.
_NO_STREET = "".join(
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
        "United",
    )
)


def _kind(words_for_streets: str) -> str:
    """One of these words, when it stands after a street's name."""
    # That it is one of these is looked at first, because it hardly ever is.
    return rf"(?={one_of(words_for_streets)}\b){_NO_STREET}{one_of(words_for_streets)}\b"


_WAY = r"(?:north|south|east|west|n\.? ?[ew]|s\.? ?[ew]|[nsew])\.?"
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th)"
_ORDINAL_WORD = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_SMALL_NUMBER = "one|two|three|four|five|six|seven|eight|nine|ten"
_NUMBER_WORD = f"zero|oh|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|{_SMALL_NUMBER}"
_NAME_WORD = rf"(?:(?!{one_of(_NOT_IN_A_STREET)}\b)[^\W\d_][\w.'-]{{0,24}}|{_ORDINAL}) "
_PROPER_WORD = r"(?:[A-Z](?<!\w.)[\w.'-]{0,24}(?<!\b[AI])|[0-9]{1,3}(?:st|nd|rd|th|ST|ND|RD|TH)) "
_PROPER_NAME = rf"(?=[A-ZÀ-Þ])(?!{one_of(f'{_COUNTED}|{_COUNTED.upper()}')}\b)[\w'-]{{3,24}}"
_SPANISH_STREET = "calle|avenida|avda|carrera|calzada|carretera|camino|paseo|callejon|rue|chemin"
_FRENCH_STREET = "rue|avenue|boulevard|chemin|place|quai|impasse|allee"
_AND = r"(?:&|@|/|y|e|and|at|con|et|ak)"
_ROUTE = r"(?:us|u\.s\.|state|county|sr|cr|route|rte?\.?|highway|hwy|interstate|i)(?: (?:highway|hwy|road|rd|route))?"

_STREETS = (
    # A house number ...
    PlaceRule(
        "street-address",
        figures(
            # What is no name and no number of a street needs not be tried.
            r"[0-9]{0,5}[a-z½]?(?:[-/][0-9]{1,5}[a-z]?| 1/2)?,? (?=[^\W\d_][\w'.]|[nsew]\b|[0-9]{1,3}[a-z])",
            not_after=r"[\w.$#-]",
        ),
        (
            look(rf"(?:{_NAME_WORD}){{1,5}}{one_of(_STRONG)}\b"),
            # ... on a numbered street, whose kind is often left out: "1603 NW 7th", "330 SW 8 Street" ...
            look(rf"{_WAY} (?:{_ORDINAL}|[0-9]{{1,3}} (?:{_STRONG}|{_WEAK}))\b"),
            look(rf"(?:{_PROPER_WORD}){{1,5}}{_kind(f'{_WEAK.title()}|{_WEAK.upper()}')}", reading="written"),
            look(
                rf"(?<=[0-9][0-9] )(?:(?!(?:{_NOT_IN_A_STREET})\b)[a-z][a-z'-]{{1,24}} ){{1,3}}"
                r"(?:st|dr|ct|ln|pl|ter|cir|drive|court|place|circle|way)\b(?! [a-z]{0,3}[A-Z])",
                reading="written",
            ),
            # ... or before the kind of street, as in French.
            look(rf"(?:{_FRENCH_STREET}) |(?:(?:us|u\.s\.|state|county) )?(?:highway|hwy|route|road|rd) [0-9]"),
        ),
    ),
    PlaceRule(
        "street-address",
        words(each(_SMALL_NUMBER, " ")),
        (
            look(
                rf"(?:{_PROPER_WORD}){{1,3}}"
                + _kind(f"{_STRONG.title()}|{_STRONG.upper()}|{_WEAK.title()}|{_WEAK.upper()}"),
                reading="written",
            ),
        ),
    ),
    PlaceRule(
        "street-address",
        words(
            each(_ORDINAL_WORD, rf" (?:{_STRONG})\b"),
            each(
                _SPANISH_STREET,
                r"\.? (?:[^\W\d_][\w.'-]{0,24},? ){0,4}(?:# ?|n[o°º]\.? ?|num(?:ero|\.)? ?)?[0-9]",
            ),
            r"en la (?:calle|avenida|carrera)\b|sou ri [a-z]|nan ri [a-z]|lari [0-9]",
        ),
    ),
    PlaceRule("street-address", figures(rf"[0-9]{{0,2}}(?:st|nd|rd|th) (?:{_STRONG})\b", not_after=r"\w")),
    # A house number and a name without any word for a street: where an address is announced, or on a line of its own.
    PlaceRule(
        "street-address",
        words(
            each("located|situated|lives?|stay|house|office|home|is|are", " (?:at|on) "),
            each("address|direccion|adresse?|adres", "(?: is| es)?:? "),
            "find us |at |come to |estamos en |queda en |nou nan ",
        ),
        (look(rf"#?[0-9]{{2,6}}[A-Za-z]?,? {_PROPER_NAME}", reading="written"),),
    ),
    PlaceRule(
        "street-address",
        words(each(_NUMBER_WORD, rf"[ -](?:(?:{_NUMBER_WORD})[ -]){{2,6}}")),
        (look(_PROPER_NAME, reading="written"),),
    ),
    PlaceRule("street-address", look(rf"#(?<![\w.$]#)[0-9]{{2,6}}[A-Za-z]? {_PROPER_NAME}", reading="written")),
    PlaceRule(
        "street-address",
        look(
            r"(?:^|(?<=[.!?:;] ))"
            rf"(?:[0-9]{{3,6}}(?:-[0-9]{{1,4}})?[A-Za-z]?,?|[0-9]{{1,6}} 1/2) (?:(?:[NSEW]|[NS][EW])\.? )?"
            rf"{_PROPER_NAME}(?: {_PROPER_NAME}){{0,2}}(?:[.,;!)]| ?$)",
            reading="lines",
        ),
    ),
    PlaceRule(
        "street-name",
        words(each("calle|rue|ri|avenida|avda|carretera|bulevar", r"\.? (?:(?:de|du|des|la|las|los|el) ){0,2}")),
        (look("[A-ZÀ-Þ]", reading="written"),),
    ),
    PlaceRule(
        "street-name",
        words(each("on|off|at|near|along|from|to|located|and|between|via|take|across|past|over", " (?:the )?")),
        (
            look(
                rf"(?:{_PROPER_WORD}){{1,4}}{_kind(f'{_STRONG.title()}|{_NAMED}')}(?!\.? ?[A-Z]?[a-z]{{0,20}}'s)",
                reading="written",
            ),
            look(rf"{_ROUTE}[ -]?[0-9]{{1,4}}\b"),
        ),
    ),
    PlaceRule(
        "street-name",
        words(
            each("county|state|us", r" (?:road|rd|highway|hwy|route|rte)\.? ?[0-9]{1,4}\b"),
            each("hwy|highway|mile marker|mm|exit|sortie|salida|kilometr[oe]|kilomet|km", r" ?#?[0-9]{1,4}\b"),
        ),
    ),
    # Two streets that meet: "SW 8 y 27 Ave", "8th & Main", "la 8 y la 27".
    PlaceRule(
        "crossing",
        look(
            rf"[nsew](?<!\w.)\.?(?:[ew]\.?)? ?[0-9]{{1,3}}(?:st|nd|rd|th)?(?: (?:{_STRONG}|{_WEAK}))?\.? ?{_AND} ?"
            rf"(?:{_WAY} ?)?[0-9]{{1,3}}"
        ),
    ),
    PlaceRule(
        "crossing",
        words(
            rf"la [0-9]{{1,3}} {_AND} (?:la )?[0-9]{{1,3}}\b|corner (?:[ns][ew]|[nsew]|[0-9]{{1,3}})\b",
            each("main|broadway|first|second|third|fifth|sixth", " ?[&@] ?[a-z0-9]"),
            each("at|and", r" (?:main|broadway)(?= ?[.,;]| ?$)"),
        ),
    ),
    PlaceRule(
        "crossing",
        figures("[0-9]{0,2}(?:st|nd|rd|th) ?(?:&|@|and) "),
        (look(_PROPER_NAME, reading="written"),),
    ),
    PlaceRule("crossing", words(each("main|broadway", " (?:at|and) ")), (look(_PROPER_NAME, reading="written"),)),
    PlaceRule(
        "crossing",
        look(
            rf"[&@](?<=[a-z0-9] .|[a-z0-9]{{2}}.) ?(?:{_WAY} ?)?{_ORDINAL}\b"
            r"(?!,? (?:grade|[mtwfs][a-z]{2,6}day|week|of))",
            r"[&@] ?(?:main|broadway)\b",
        ),
    ),
)

_POSITIONS = (
    PlaceRule(
        "coordinates",
        figures(
            r"[0-9]{0,2}(?:\.[0-9]{3,12} ?°? ?[nsew]? ?[,;/ |] ?[-+]?[0-9]{1,3}\.[0-9]{3}"
            r"|[.,][0-9]{2,12} ?[,;/ |] ?-[0-9]{1,3}[.,][0-9]{2}"
            r"|,[0-9]{4,12} ?[,;/ |] ?[-+]?[0-9]{1,3},[0-9]{4}"
            r"|[.,][0-9]{1,12} ?°? ?[ns]\b[ ,;/]{0,2}[0-9]{1,3}[.,][0-9]"
            r"|\.[0-9]{2,12} ?[°º]"
            r"| ?[°º] ?[0-9]{1,2}(?:[.,][0-9]{1,6})? ?')"
        ),
    ),
    PlaceRule(
        "coordinates",
        words(
            each("lat|latitude?|lon|long|lng|longitude?", r"\b ?[:=.]? ?[-+]?[0-9]{1,3}[.,][0-9]"),
            r"gps (?:coordinates?|location|pin)\b|gps(?: is)? ?:? ?[-+]?[0-9]",
            r"coordinates(?: are|:| is) ?[-+ns]? ?[0-9]",
        ),
    ),
    PlaceRule("coordinates", look(r"[ns](?<!\w.) ?[0-9]{1,2}(?: |° ?)[0-9]{1,2}[.,][0-9]{1,6}")),
    PlaceRule(
        "postal-code",
        figures(
            r"[0-9]{4}(?:-[0-9]{4}(?![\w-])|\b(?!-) (?:is|for|as) (?:our|the|my|a) (?:zip|postal|post))",
            not_after=r"[\w-]",
        ),
    ),
    PlaceRule(
        "postal-code",
        words(
            each(_STATES, r"\.?,? [0-9]{5}(?![\w-]?[0-9])"),
            each("zip|postal|post", r"[ -]?(?:codes?)? ?(?:is|are|:|#)? ?[0-9]{5}\b"),
            each("codigo|code|kod", r" (?:postal|zip) ?(?:es|est|se|:)? ?[0-9]{4,5}\b"),
        ),
    ),
    PlaceRule("postal-code", look(r"[abceghj-nprstvxy](?<!\w.)[0-9][a-z][ -]?[0-9][a-z][0-9]\b")),
    PlaceRule(
        "postal-box",
        words(
            each("box|apartado(?: postal)?|boite postale|bwat postal", r" ?(?:#|no\.? )?[0-9]"),
            each("rr|rural route|rural delivery|rfd|star route", " ?#?[0-9]"),
        ),
    ),
    PlaceRule(
        "land-register",
        words(
            each("apn|folio|parcel|plat|tax lot", r"s?(?: (?:no\.?|number|id|book))?(?: is)? ?[:#]? ?[0-9]"),
            r"township [0-9]{1,3}\b|block [0-9]{1,4},? lot [0-9]",
        ),
    ),
    PlaceRule("land-register", figures(r"[0-9]-[0-9]{4}-[0-9]{3}-[0-9]{3,4}\b", not_after=r"[\w-]")),
    PlaceRule(
        "plus-code",
        look(r"\+(?<=[23456789cfghjmpqrvwx]{4}.)[23456789cfghjmpqrvwx]{2,3}(?![\w+])", r"\bplus[ -]codes?\b"),
    ),
    PlaceRule("what3words", look(r"/// ?[^\W\d_]{2,20}[.。][^\W\d_]{2,20}[.。][^\W\d_]{2,20}")),
    PlaceRule(
        "what3words",
        words(r"what[ .]?(?:3|three)[ .]?words\b|w3w\b"),
    ),
    PlaceRule(
        "what3words",
        # Three bare words with points between, which are no host name, no file and no mail address.
        look(
            r"\.(?<=[a-z]{3}.)(?<!www.)[a-z]{3,20}\.(?!com|org|net|gov|edu|info|mil|gob|app|html?|php|asp|pdf)"
            r"[a-z]{3,20}(?![\w@/:-]|\.\w)"
        ),
    ),
    PlaceRule(
        "map-link",
        words(
            r"maps?\.(?:google|apple|app\b|bing|here)|google\.[a-z.]{2,6}/maps|g\.page/|bing\.com/maps|g\.co/",
            # Whatever shortens a link hides where it goes.
            r"goo\.gl\b|bit\.ly\b|tinyurl\.com|ow\.ly/|is\.gd/|buff\.ly/|rb\.gy/|cutt\.ly/|shorturl\.at|tiny\.cc/|t\.ly/|"
            r"t\.co/",
            r"waze\b|openstreetmap|osm\.org|mapquest|here\.com/|plus\.codes|geo:[-0-9]|streetview",
            r"google maps?\b|apple maps?\b|on (?:the|our) map\b|map (?:link|pin)\b|daddr=|saddr=|ll=",
            r"maps? dot\b|dot (?:com|google|gl|ly)\b|drop(?:ped)? (?:you )?(?:a|the)? ?pin\b",
        ),
    ),
)

_STOREY = "floor|flo|fl|flr|stor(?:y|ey)"
_INSIDE = (
    PlaceRule(
        "unit-or-floor",
        words(
            each(
                r"suites?|ste\.?|apts?\.?|apartment|units?|room|rm\.?|bldg\.?|building|floor|trailer|lot|piso|apartamento|"
                r"depto\.?|oficina|house|casa|mail ?box|gate|door|cabin|villa|cottage|puerta|appartement|chanm|"
                r"porte|batiment|immeuble",
                r" ?(?:#|no\.? |number |numero )?[0-9]{1,5}[a-z]?(?!\w| (?:bed|units|people|min|hour|day|wom|men|famil|"
                r"child|adult|youth|guest|resident|client|survivor|mother|person|girl|boy|or |to |mujer|nin|dormitor|"
                r"percent|%))",
            ),
            each(f"{_ORDINAL_WORD}|eleventh|twelfth|top|ground", rf" (?:{_STOREY})\b"),
            each("in|into|to", r" the basement\b"),
            each("primer|segundo|tercer|cuarto|quinto", r" piso\b") + r"|planta baja\b|rez-de-chaussee\b",
            each("premier|deuxieme|troisieme|premye|dezyem|twazyem", r" eta(?:ge|j)\b"),
        ),
    ),
    PlaceRule("unit-or-floor", figures(rf"[0-9]{{0,2}}(?:(?:st|nd|rd|th) (?:{_STOREY})|e etage)\b")),
    PlaceRule("unit-or-floor", look(r", ?# ?[0-9]{1,5}[a-z]?\b")),
    PlaceRule(
        "unit-or-floor",
        words(each(r"suite|ste\.?|apt\.?|apartment|unit|bldg\.?|building|porte|batiment|edificio", " ")),
        (look(r"(?:[B-Z]|A(?! [A-Za-z]{2}))(?![\w'])", reading="written"),),
    ),
)

_TRANSIT = (
    PlaceRule(
        "transit-stop",
        words(
            each(
                "bus|metro|tri-?rail|light rail|rail|subway|train|trolley|tram|streetcar|transit",
                r" (?:stops?|stations?|routes?|lines?|depot|terminals?|hub)\b",
            ),
            each("red|orange|green|blue|yellow|silver|purple", r" line\b"),
            r"metro-?(?:rail|mover) (?:(?:[a-z]{2,20} ){0,3}(?:stop|station)|is)\b",
            each(
                "bus(?:es)?|bis|trains?|trolley|tram|metrobus",
                r" (?:routes? |lines? |numbers? |no\.? )?#?[0-9]{1,4}[a-z]?\b",
            ),
            r"get (?:off|down) (?:at|the|on)\b|parada (?:de|del)\b|estacion de (?:metro|tren|autob)|arret d(?:e|u)?\b|"
            r"station de metro\b|baj(?:e|ese|arse|a|ar) en\b|descendez (?:a|au)\b|desann nan\b|desant nan\b|"
            r"estasyon (?:bis|tren)\b",
            each("take|ride|catch", r" (?:the|a) (?:\w{1,12} ){0,2}(?:bus|train|metro|subway|trolley|tram|ferry)\b"),
        ),
    ),
    PlaceRule(
        "transit-stop",
        words(each("parada|estacion|metro-?rail:?|metro-?mover:?", " ")),
        (look("[A-ZÀ-Þ]", reading="written"),),
    ),
    PlaceRule("transit-stop", figures(r"[0-9]{0,2}[a-z]? (?:bus|train|tram)\b")),
    PlaceRule("transit-stop", look(r"road station\b")),
)

# Letters that are set apart, so that nobody finds the word.
_HIDDEN = (PlaceRule("spelled-out", look(r"[a-z](?<!\w.)(?: [a-z]){5,30}\b")),)

FIGURE_RULES: tuple[PlaceRule, ...] = (*_STREETS, *_POSITIONS, *_INSIDE, *_TRANSIT, *_HIDDEN)

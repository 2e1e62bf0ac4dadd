"""How people tell a place in words: beside what it stands, how it looks, how to get there. For the free-text screen.

English, Spanish, and the commonest French and Haitian Creole. A word that places something ("near", "detrás de",
"toupre") counts together with what follows it: a name, or a thing that stands in one place and that others know.
Word lists are without accents and capitals, as the folded reading is.
"""

from directory.listings.place_rule import PlaceRule, each, figures, look, one_of, words


def _any_of(listed: str) -> str:
    """A pattern for any of these words, which ``|`` parts, from as many lines as they need."""
    return "".join(line.strip() for line in listed.splitlines())


# Things that stand in one place and that a stranger would find.
_THING = _any_of("""
    church|chapel|cathedral|convent|monastery|seminary|parish|temple|mosque|synagogue|school|academy|college|
    university|campus|library|museum|theat(?:er|re)|cinema|hospital|clinic|pharmacy|drug ?store|laundromat|mall|
    shopping center|shopping plaza|strip mall|plaza|store|market|supermarket|grocery|bakery|deli|restaurant|cafe|
    diner|bar|shop|bank|post office|gas station|car wash|dealership|hotel|motel|inn|police(?: station)?|precinct|
    fire ?station|fire ?house|jail|prison|detention center|court ?house|city hall|town hall|park|playground|stadium|
    arena|ballpark|fairgrounds?|casino|zoo|gym|golf course|country club|cemetery|station|depot|terminal|bus stop|
    airport|port|marina|harbor|pier|dock|ferry|bridge|overpass|underpass|turnpike|interstate|highway|freeway|
    expressway|toll plaza|exit|ramp|railroad|tracks|tower|dam|lighthouse|monument|statue|warehouse|factory|mill|
    nursery|lumber ?yard|power plant|military base|barracks|armory|river|canal|lake|creek|pond|bay|beach|ocean|lagoon|
    woods|forest|day ?care|publix|walmart|walgreens|cvs|costco|home depot|lowe'?s|mcdonald'?s|burger king|wendy'?s|
    starbucks|dunkin|winn-?dixie|whole foods|aldi|sedano'?s|navarro|dollar tree|dollar general|7-eleven|
    bus|train|trolley|subway|salvation army|ymca|ywca|goodwill|holiday inn|super 8|days inn|best western|greyhound
""")
_COSA = _any_of("""
    iglesia|capilla|catedral|convento|templo|escuela|colegio|universidad|biblioteca|museo|teatro|cine|hospital|
    clinica|farmacia|lavanderia|centro comercial|plaza|tienda|mercado|supermercado|panaderia|restaurante|banco|correo|
    gasolinera|hotel|motel|comisaria|estacion|bomberos|carcel|juzgado|alcaldia|ayuntamiento|parque|estadio|cancha|
    cementerio|terminal|parada|aeropuerto|puerto|muelle|puente|autopista|carretera|faro|monumento|fabrica|rio|canal|
    lago|playa
""")
_CHOSE = _any_of("""
    eglise|chapelle|cathedrale|couvent|temple|mosquee|ecole|college|lycee|universite|bibliotheque|musee|theatre|
    hopital|clinique|pharmacie|laverie|centre commercial|place|magasin|marche|supermarche|boulangerie|restaurant|
    banque|poste|station|hotel|commissariat|gendarmerie|caserne|prison|palais de justice|mairie|parc|stade|cimetiere|
    gare|aeroport|port|pont|autoroute|phare|monument|usine|fleuve|riviere|canal|lac|plage|metro|bureau de poste
""")
_BAGAY = _any_of("""
    legliz|chapel|katedral|tanp|lekol|kolej|inivesite|bibliyotek|mize|teyat|lopital|klinik|famasi|mache|magazen|
    boulanjri|restoran|labank|lapos|estasyon|stasyon|otel|polis|komisarya|prizon|tribinal|lameri|pak|plas|estad|
    simitye|ayewopo|waf|pon|otowout|izin|rivye|kanal|lak|plaj|lanme|publix|walmart
""")
# What makes another thing of the word before it: "school supplies", "hospital staff".
_NO_MORE = (
    r"(?!['\w]|[ -](?:aged?|staff|teachers?|nurses?|workers?|officers?|counsel\w+|students?|suppl\w+|system|setting|"
    r"days?|years?|hours|bills?|visits?|records?|accounts?|dates?|time|districts?|board|department|reports?|"
    r"personnel|social|based|visitation|accompaniment|advoca\w+|programs?|work|life|uniforms?|readiness|"
    r"statements?|cards?|liaisons?|discharges?|stays?|admissions?|pass|passes|degree|education|credits?|"
    r"leaders?|members?|groups?|services?|tests?|graduat\w+|and|or)\b)"
)

# What places something beside what follows.
_NEAR = _any_of("""
    near(?:by)?|nearest to|nearest landmark is|next to|next door to|close to|opposite(?: from| of)?|
    across(?: the [a-z]{3,8})? from|directly across|directly behind|in front of|behind|beside|alongside|adjacent to|
    adjoining|abutting|kitty-corner from|diagonally across from|diagonal from|bordering|
    back(?:s|ing)? on ?to|facing|faces|overlooking|overlooks|upstairs from|
    downstairs from|around the corner from|up the street from|down the street from|down the road from|
    up the road from|just off|just past|just beyond|just before|just outside|just inside|minutes from|steps from|
    moments from|miles? from|within sight of|visible from|in the shadow of|a stone's throw from|on the campus of|
    on the grounds of|on the premises of|on the property of|on the edge of|shares? the (?:campus|grounds|site|
    building|parking lot|lot) (?:of|with)|in the same (?:building|block|complex|plaza) (?:as|with)|
    on the same (?:block|street|campus|site|lot) as|at the (?:rear|back|foot|entrance|gates?) of|used to be (?:the|a|
    an)|formerly (?:the|a|an)|to the old|in the old|at the old
""")
_CERCA = _any_of("""
    cerca del?|queda por|estamos por|vivimos por|esta por|pegad[oa] al?|al lado del?|a un lado del?|enfrente del?|
    al cruzar|da al?|frente (?:al?|del?)|atras del?|detras del?|junto al?|contiguo al?|a la vuelta del?|
    a espaldas del?|a pasos del?|al fondo del?|pasando|pasado|entre|arriba del?|debajo del?|a (?:una?|dos|tres|cuatro|
    pocas|media|[0-9]{1,4}) (?:cuadra|calle|paso|minuto|metro|milla|kilometro)s? del?
""")
_PRES = _any_of("""
    pres d|jouxte|longe|donne sur|face a|entre|a proximite d|a cote d|en face d|derriere|devant|au coin d|au-dessus d|
    au-dessous d|au bout d|le long d|a l'interieur d|a deux pas d|a (?:une?|deux|trois|quelques|[0-9]{1,4}) (?:pas|
    rue|minute|metre|bloc)s? d|juste apres|juste avant
""")
_TOUPRE = _any_of("""
    tou ?pre|pre|bo|kole ak|nan fon lakou|vizavi|bo kote|kote|akote|a kote|devan|deye|anfas|andedan|anndan|anba|anwo|
    nan kwen|nan mitan|sou bo|nan menm bilding ak|nan lakou
""")
# What places something only before the name of such a thing: "at Mercy Hospital".
_AT = _any_of(r"""
    at|in|inside(?: of)?|within|outside(?: of)?|under|below|above|past|beyond|off|on|former|old|attached to|
    connected to|by(?<!\w[edn] by)
""")

# Words with a capital that name no place.
_NO_PLACE = _any_of("""
    The|A|An|You|Your|We|Our|My|He|She|They|If|To|For|All|Any|No|Not|This|That|These|Each|Every|I|It|Its|In|On|At|
    Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|January|
    February|March|April|May|June|July|August|September|October|November|December|Christmas|Thanksgiving|Easter|
    Spring|Summer|Fall|Winter|Facebook|Instagram|Twitter|TikTok|YouTube|Zoom|Skype|Teams|WhatsApp|Signal|LinkedIn|
    Google|Internet|Medicaid|Medicare|SSI|SSDI|TANF|SNAP|WIC|HIV|AIDS|PTSD|English|Spanish|Creole|French|American|
    Native|Black|Hispanic|Latin[oax]|Asian|African|Jewish|Christian|Catholic|Title|Section|Part|Chapter|Form|DV|COVID|
    Child|Children|Women|Men|Family|Families|Life|Human|Sexual|Domestic|Drug|Alcohol|Mental|Health|Social|Community|
    Public|Legal|Emergency|Full|High|Young|Early|Alzheimer|Level|Step|Phase|US|USA|LGBTQ|Wheels|Disabilit(?:y|ies)|
    Site|Line|Elementary|Middle|Secondary|Aging|Staff|Program|
    Case|Behavioral|Welfare
""")
_CAPITAL = (
    rf"(?=[A-ZÀ-Þ])(?!{one_of(f'{_NO_PLACE}|{_NO_PLACE.upper()}')}\b)"
    r"(?![A-Z][a-z]{2,12}(?:ing|tion|hood|ment|ness|ism|ology)\b)(?![A-Z]{3,13}(?:ING|TION|HOOD|MENT|NESS)\b)"
)
_NAME = rf"{_CAPITAL}[\w.&'-]{{2,25}}"
_MORE_NAME = r"(?:[A-ZÀ-Þ][\w.&'-]{0,24}|of|the|de|del|la|las|los|du|des)"
_SMALL = r"(?:(?:the|a|an|our|el|la|los|las|un|una|le|les|yon|The|El|La) |l'|d')?"
_FILL = (
    r"(?:(?!(?:and|or|in|on|at|to|for|of|with|as|who|when|is|are|your|their|his|her|you|they|we|from|by)\b)"
    r"[\w'-]{1,20} )"
)

_A_NAME = look(rf" {_SMALL}{_NAME}", reading="written")
_A_THING = look(rf" {_SMALL}{_FILL}{{0,2}}{one_of(_THING)}{_NO_MORE}")
_UNA_COSA = look(rf" {_SMALL}{one_of(_COSA)}{_NO_MORE}")
_UNE_CHOSE = look(rf"(?:e la |es |u |e |e l'|'| la | le | les | l'| une? | ){one_of(_CHOSE)}{_NO_MORE}")
_YON_BAGAY = look(rf" (?:yon |ansyen |gwo )?{one_of(_BAGAY)}{_NO_MORE}")
_BUILT = _any_of("""
    Church|Chapel|Cathedral|Convent|Seminary|Temple|Synagogue|School|College|University|Campus|Library|Museum|
    Parish|Hospital|Clinic|Pharmacy|Mall|Plaza|Market|Hotel|Motel|Inn|Courthouse|Park|Stadium|Arena|Station|Terminal|Airport|
    Marina|Harbor|Pier|Bridge|Baptist|Medical Center|Tabernacle|Cemetery|Armory|Hall|Iglesia|Parque|Escuela
""")
_A_NAMED_THING = look(
    rf" (?:the |The )?{_NAME}(?: {_MORE_NAME}){{0,3}} {one_of(f'{_BUILT}|{_BUILT.upper()}')}\b"
    r"(?! (?:[Ss]ystem|District|Board|Department|Lunch|Readiness)|'s)",
    reading="written",
)

_BESIDE = tuple(
    PlaceRule("beside-something", words(word), then)
    for word, then in (
        (_NEAR, (_A_NAME, _A_THING)),
        (_CERCA, (_UNA_COSA, _A_NAME)),
        (_PRES, (_UNE_CHOSE,)),
        (_TOUPRE, (_YON_BAGAY,)),
        (_AT, (_A_NAMED_THING,)),
    )
)

_SIDES = "north|south|east|west"
_BLOCKS = rf"(?:block|door|house|building|street|exit|light)s? (?:from|{_SIDES}|off|down|away|up|past|behind|over)\b"
_FAR = rf"(?:mi|miles?|km|kilometers?|yards?|feet|meters?)\.? (?:from|{_SIDES}|past|off|down|up|outside|beyond)\b"
_HOMES = "Towers|Apartments|Apts|Villas|Condominiums?|Condos|Estates|Mobile Home Park|Trailer Park"

_TOLD = (
    PlaceRule(
        "beside-something",
        words(
            r"corner of\b(?<!every corner of)|corner (?:house|building|lot)\b|nan kafou\b|kwen ri\b",
            each("on|around|at", r" the corner\b") + r"|intersection of\b|crossroads of\b|cross[ -]streets?\b",
            r"main intersection\b|nearest intersection\b|adjacent to\b|opposite (?:of )?the\b|in front of the\b",
            r"next (?:door|to)\b(?! (?:nothing|normal|of kin|last|impossible))",
            r"behind (?!the (?:scenes|wheel|times|program|project|name|idea|closed|bars)\b)(?:the|an?|our|his|her) ",
            r"across from\b|directly from\b|across the (?:street|road|highway|river|bridge|tracks|canal|way)\b",
            each("one|two|three|four|five|six|half a?|a few|several|another", rf"[ -]{_BLOCKS}"),
            each("down|up|at the end of", r" the (?:street|road|block|hall|lane|cul)\b"),
            each(
                "between|near", r" (?:[0-9]{1,3}(?:st|nd|rd|th)|[nsew]{1,2}\.? [0-9])\b(?! (?:and [0-9]{1,2}.. )?grade)"
            ),
            rf"just (?:off|past|{_SIDES}|behind|beyond)\b|walking distance\b|on the same (?:block|street|lot)\b",
            each("minutes?'?|short|quick|easy", r" (?:walk|drive|ride)\b")
            + r"|service road\b|minutes? a pied\b"
            + r"|minutes? (?:by|on) foot\b",
            each("five|ten|fifteen|twenty", r"[- ]minutes? from\b"),
            each(
                "located|situated|found|housed|address is|we are",
                r" (?:just |right )?(?:near|next|close|behind|beside|opposite|above|below|inside the|across|off|"
                r"between|along)\b",
            ),
            each(
                r"past|above|below|over|by(?<!\w[edn] by)|inside|outside",
                rf" (?:the|an?|our) {_FILL}{{0,2}}{one_of(_THING)}{_NO_MORE}",
            ),
            each(_SIDES, r"(?:ern)? (?:side|end|corner|bank|shore) of\b")
            + r"|rent above\b|upstairs above\b|rooms? above\b",
            r"shar(?:e|es|ing) (?:an?|the|our|its) (?:building|roof|wall|driveway|campus|lot|parking lot) with\b",
            r"esquina (?:de|con|y)\b|en la esquina\b|entre (?:la )?calles?\b|cuadras? (?:de|al)\b|a la vuelta de\b",
            r"detras de (?:la|el|los|las|una?) |al lado de (?:la|una?) |junto a (?:la|una?) |contiguo a\b",
            r"au coin d|a cote d|derriere l[ae'] ?|en face d|au bout d",
        ),
    ),
    PlaceRule("beside-something", figures(rf"[0-9.]{{0,3}}(?: ?{_FAR}|[- ]minutes? from\b|[ -]{_BLOCKS})")),
    PlaceRule("beside-something", words(rf"a[ -]{_BLOCKS}")),
    # Two names that are no days and no counties; what is between people is not a place.
    PlaceRule(
        "beside-something",
        words(r"between(?<!(?:tion|ship|ment|ence|ract) between) (?:the )?", "entre (?:la |el |le )?|ant "),
        (
            look(rf"{_FILL}{{0,2}}{one_of(_THING)} and (?:the |an? )?{_FILL}{{0,1}}{one_of(_THING)}{_NO_MORE}"),
            look(
                rf"{_NAME}(?: {_NAME}){{0,2}} (?:and|AND|y|Y|et|ak|&) {_SMALL}{_NAME}\b"
                rf"(?!(?:[ -]{_NAME}){{0,2}} (?:[Cc]ount|[Cc]ondad|COUNT|[Gg]rade))",
                reading="written",
            ),
        ),
    ),
    PlaceRule(
        "beside-something",
        words(each(f"{_SIDES}|outskirts|edge", " of")),
        (look(rf" (?!(?:Miami-)?Florida\b){_NAME}", reading="written"), _A_THING),
    ),
    PlaceRule(
        "beside-something",
        words(
            each(
                "neighborhood of|barrio|colonia|reparto|urbanizacion|fraccionamiento|quartier|katye",
                " (?:of |de |du |la |el )?",
            )
        ),
        (look(_NAME, reading="written"),),
    ),
    PlaceRule(
        "beside-something",
        words(each("in|en", " (?:the )?")),
        (
            look(
                rf"{_NAME}(?: {_NAME}){{0,2}} (?:[Nn]eighborhood|[Ss]ubdivision|NEIGHBORHOOD|area (?:behind|near))\b",
                reading="written",
            ),
        ),
    ),
    PlaceRule(
        "beside-something",
        words(each("coin|angle|kwen|esquina|crossing", " (?:de |of )?")),
        (look(rf"{_NAME}(?: {_NAME}){{0,2}} (?:and|y|et|ak|con|&) {_NAME}", reading="written"),),
    ),
    PlaceRule(
        "beside-something",
        words(
            each("drive|walk|go|continue|head", " (?:up|down|along|towards?) "),
            each("nou|nou rete|nou abite|kay la|kay nou", " nan "),
        ),
        (look(_NAME, reading="written"),),
    ),
    # "on Flagler." and nothing more.
    PlaceRule(
        "beside-something",
        words(each("on|off", " (?:the )?")),
        (
            look(
                rf"{_CAPITAL}[\w'-]{{2,25}}(?: {_CAPITAL}[\w'-]{{2,25}})?"
                r"(?:[,;!?)]|\.(?: |$)| and [A-Z]| near| at\b| ?$)",
                reading="written",
            ),
        ),
    ),
    PlaceRule(
        "beside-something",
        look(rf"\b[A-Z][A-Za-z]{{2,24}} (?:{_HOMES}|{_HOMES.upper()})\b", reading="written"),
    ),
)

_COLOR = "red|blue|green|yellow|white|black|brown|gr[ae]y|pink|orange|purple|tan|beige|brick|turquoise"
_COLOR_ES = "roj[oa]|azul|verde|amarill[oa]|blanc[oa]|negr[oa]|gris|rosad[oa]|anaranjad[oa]|marron|morad[oa]"
_PART = "house|door|gate|fence|mailbox|building|roof|awning|trailer|bungalow|duplex|shutters|brick|wall"

_LOOKS = (
    PlaceRule(
        "how-it-looks",
        words(
            each(_COLOR, rf"(?: (?:and|or) (?:{_COLOR}))? (?:[a-z]{{3,10}} )?(?:{_PART})s?\b"),
            each(
                "casa|puerta|edificio|reja|porton|cerca|buzon|techo|muro",
                rf"s? (?:de color |color )?(?:{_COLOR_ES})s?\b",
            ),
            each(
                "maison|porte|portail|immeuble|batiment|barriere",
                r" (?:bleue?|rouge|verte?|jaune|blanche?|noire?|grise?|rose)\b",
            ),
            each("kay|pot|barye|bilding", r" (?:la )?(?:ble|wouj|vet|jon|blan|nwa|gri|woz)\b"),
            rf"look for (?:the|an?|our) (?:[a-z]{{2,12}} ){{0,2}}(?:{_PART}|sign|flag|van|tree|gate|statue|porch)s?\b",
            each("house|home|building|place", r" (?:is|with) the [a-z]{3,10} (?:one|house|door|gate|roof)\b"),
            r"you(?:'ll| will| can)? see (?:us|our|it|the [a-z]{3,12}) from\b|outside our (?:gate|window)\b",
            r"gate code\b",
        ),
    ),
)

_DIRECTIONS = (
    PlaceRule(
        "how-to-get-there",
        words(
            r"turn (?:left|right|onto|at the|into)\b|immediate (?:left|right)\b|then (?:left|right)\b",
            each("take|make|hang", r" (?:a|your) (?:sharp |immediate |first |second |next )?(?:left|right)\b"),
            r"bear (?:left|right)\b|veer (?:left|right)\b",
            each(
                "head|drive|walk|go|continue|proceed",
                rf" (?:straight (?:on|ahead|until|past|through)|{_SIDES}|past)\b",
            ),
            each(
                "take|exit",
                rf" the (?:palmetto|turnpike|expressway|interstate|highway|dolphin|causeway|freeway|{_SIDES})\b",
            ),
            each("traffic|second|third|first|next", r" light\b") + r"|stop sign\b|overpass\b|underpass\b|roundabout\b",
            each("second|third|first|last", r" (?:house|gate|building|exit|lot) (?:before|after|past|on|from|off)\b"),
            each("second|third|first|last|next|our|shared|gravel|long", r" driveway\b") + r"|cul[- ]de[- ]sac\b",
            r"dead[- ]end (?:street|road)\b|park(?<!\w park) (?:in|at|behind|on|beside|across|near) (?:the|our|back)\b",
            each("please|can|may|should", r" park \w"),
            each("doble|gire|vire|voltee|tome", r" (?:a la|a mano) (?:izquierda|derecha)\b"),
            r"a mano (?:izquierda|derecha)\b|tournez a (?:gauche|droite)\b|virez a (?:gauche|droite)\b",
            r"prenez la (?:premiere|deuxieme)\b|vire (?:a )?(?:goch|adwat|dwat)\b",
        ),
    ),
)

WORD_RULES: tuple[PlaceRule, ...] = (*_BESIDE, *_TOLD, *_LOOKS, *_DIRECTIONS)

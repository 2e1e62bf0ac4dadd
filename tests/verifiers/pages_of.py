"""Pages as organizations, registrars, walls and strangers make them. All invented."""

ORGANIZATION = "Quiet Harbor Project, Inc."
SERVICE = "Harbor Legal Desk"
NUMBER = "+13055550142"
WRITTEN = "(305) 555-0142"
OTHER_WRITTEN = "(305) 555-0177"

_ABOUT = (
    "We walk alongside people who rebuild their lives. Our advocates help with safety planning, court dates, health "
    "appointments and immigration papers. Everything is free and confidential, in English, Spanish and Creole. "
    "Interpreters join by telephone for every other language. You decide what happens next and nobody is turned away "
    "because of papers, money or faith. Volunteers drive you to appointments within the county."
)
_REBUILT = (
    "New beginnings start here. Case managers listen first, explain choices, and stay for as long as somebody wants "
    "company: lawyers, doctors, classrooms, landlords. Donations of winter coats are welcome on Tuesdays. Read the "
    "annual report, meet the board, subscribe to the letter, or come to the spring breakfast for friends and neighbors."
)
_CASINO = (
    "Best bonus of the year! Spin the reels, deposit with bitcoin, withdraw instantly. Thousands of jackpots, live "
    "roulette tables, blackjack tournaments, weekend cashback, mobile apps for android. Register now and grab two "
    "hundred rounds. Licensed offshore operator, eighteen plus, terms apply, affiliate offers inside."
)
_GARDENS = (
    "Weekly tips for tomatoes, roses and lawns. How to prune hydrangeas, which compost works, when seedlings move "
    "outdoors. Reviews of mowers, greenhouse kits, garden furniture and watering timers. Subscribe to our newsletter "
    "for seasonal planting calendars, recipes with zucchini, and discount coupons from partner nurseries nationwide."
)
NAVIGATION = '<nav><a href="/">Home</a> <a href="/about">About</a> <a href="/give">Give</a></nav>'


def page(title: str, body: str, *, head: str = "", language: str = "en") -> bytes:
    """A page of HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def own(*, more: str = "", head: str = "", heading: str = "Welcome", text: str = _ABOUT) -> bytes:
    """A page of the organization."""
    return page(
        "Quiet Harbor Project",
        f"{NAVIGATION}<h1>{heading}</h1><p>{text}</p>{more}<footer>© Quiet Harbor Project</footer>",
        head=head,
    )


HOME = own()
REDESIGNED = page(
    "QUIET HARBOR PROJECT | home", f"<header><img src=l.png alt='Quiet Harbor Project'></header><main>{_REBUILT}</main>"
)
WITH_NUMBER = own(more=f"<p>Call our helpline at {WRITTEN} day or night.</p>")
WITH_OTHER = own(more=f"<p>Call our helpline at {OTHER_WRITTEN} day or night.</p>")
CASINO = page("Lucky Reels online casino", f"<h1>Online casino bonus</h1><p>{_CASINO} Free spins for everybody.</p>")
GARDENS = page("Green Thumb Weekly", f"<h1>Green Thumb Weekly</h1><p>{_GARDENS}</p>")
NOT_FOUND = page(
    "Page not found | Quiet Harbor Project", f"{NAVIGATION}<h1>Page not found</h1><p>Sorry. Try the search.</p>"
)
SHELL = page("Quiet Harbor Project", '<div id="root"></div><script src="/app.js"></script>')
MOMENT = page(
    "Just a moment...",
    "<h1>Checking your browser before access.</h1><script src='/cdn-cgi/challenge-platform/h/b'></script>",
)
CAPTCHA = page(
    "Quietharbor",
    "<p>Please complete the check.</p><div class='h-captcha'></div><script src='https://js.hcaptcha.com/1/api.js'></script>",
)
FOR_SALE = page(
    "quietharbor.example.org",
    "<h1>quietharbor.example.org</h1><p>This domain is for sale! Make an offer on this domain today.</p>",
)
EN_VENTA = page("Dominio", "<h1>Este dominio está en venta</h1><p>Contacte al vendedor.</p>", language="es")
LANDER = page("", '<script>window.onload=function(){window.location.href="/lander"}</script>')
EXPIRED_NAME = page("Notice", "<p>This domain has expired. Is it yours? Renew now with your registrar.</p>")
SUSPENDED = page(
    "Account Suspended", "<h1>Account Suspended</h1><p>Contact your hosting provider for more information.</p>"
)
SIGN_IN = page("Sign in", "<form action='/in'><input name=u><input type='password' name='p'></form><p>Members only</p>")
EN_ESPANOL = (
    "<html lang='es'><head><meta http-equiv='content-type' content='text/html; charset=windows-1252'>"
    "<title>Proyecto Niñez</title></head><body><h1>Proyecto Niñez</h1>"
    "<p>Acompañamos a niños y jóvenes; atención gratuita, también los sábados. "
    f"Llámenos al teléfono {WRITTEN} para una cita con la abogada o la trabajadora social.</p></body></html>"
).encode("cp1252")
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n" + b"0" * 2_000

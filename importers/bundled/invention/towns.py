"""Sixteen towns of the practice network, each with the land around it: what a metro area cannot teach.

Help is hours away by road, or only by boat or plane; counties are served by telephone; a crew comes as a whole; people
speak languages for which there are few interpreters. The places are real, what stands in them is not.
"""

from importers.bundled.invention.metros import METROS, area_of_row

# key | town | state or territory | zone | county | its name | confidential area | area code | postal codes | languages
_ON_AND_NEAR_RESERVATIONS = """\
wrk|Window Rock|US-AZ|America/Denver|04001|Apache County|US-AZ-865|928|86515 86504|nv hop
pin|Pine Ridge|US-SD|America/Denver|46102|Oglala Lakota County|US-SD-577|605|57770 57752|lkt dak
bet|Bethel|US-AK|America/Anchorage|02050|Bethel Census Area|US-AK-995|907|99559|esu ik
tah|Tahlequah|US-OK|America/Chicago|40021|Cherokee County|US-OK-744|918|74464|chr mus
"""
_ISLANDS = """\
vie|Vieques|US-PR|America/Puerto_Rico|72147|Vieques|US-PR-007|939|00765|ht fr
stt|Charlotte Amalie|US-VI|America/St_Thomas|78030|St. Thomas Island|US-VI|340|00802|fr ht
gum|Hagatna|US-GU|Pacific/Guam|66010|Guam|US-GU|671|96910|ch chk
mnp|Saipan|US-MP|Pacific/Saipan|69110|Saipan|US-MP|670|96950|zh tl
asm|Pago Pago|US-AS|Pacific/Pago_Pago|60050|Western District|US-AS|684|96799|sm to
"""
_HOURS_AWAY = """\
mls|Miles City|US-MT|America/Denver|30017|Custer County|US-MT-593|406|59301|de tl
alp|Alpine|US-TX|America/Chicago|48043|Brewster County|US-TX-798|432|79830|tar nah
haz|Hazard|US-KY|America/New_York|21193|Perry County|US-KY-417|606|41701|ht quc
mqt|Marquette|US-MI|America/Detroit|26103|Marquette County|US-MI-498|906|49855|oj fi
"""
_FIELDS_AND_PLANTS = """\
imm|Immokalee|US-FL|America/New_York|12021|Collier County|US-FL-341|239|34142|ht mam
yak|Yakima|US-WA|America/Los_Angeles|53077|Yakima County|US-WA-989|509|98901|mix trc
dmv|Georgetown|US-DE|America/New_York|10005|Sussex County|US-DE-199|302|19947|ht mam
"""

_TABLES = (_ON_AND_NEAR_RESERVATIONS, _ISLANDS, _HOURS_AWAY, _FIELDS_AND_PLANTS)
_ROWS = [row for table in _TABLES for row in table.splitlines()]

TOWNS = {town.key: town for town in (area_of_row(len(METROS) + n, row) for n, row in enumerate(_ROWS))}
ON_AND_NEAR_RESERVATIONS, ISLANDS, HOURS_AWAY, FIELDS_AND_PLANTS = (
    tuple(TOWNS[row.partition("|")[0]] for row in table.splitlines()) for table in _TABLES
)

"""A corpus of hours in the ways in which people write them, each with what may be taken from it.

The lines are invented. What stands behind a line is every schedule that comes of it, or the question to be asked.
"""

import pytest

from tests.importers.test_hours_cells import read, short

# Minutes of the local day; a zone behind them where it is not that of the place.
TAKEN = [
    ("Mon to Fri, 8am to 4pm", "office MO-FR 480-960"),
    ("Monday-Friday 8:30 a.m.-4:30 p.m.", "office MO-FR 510-990"),
    ("M\u2013F: 9\u20135", "office MO-FR 540-1020"),
    ("M - F 8 to 4:30", "office MO-FR 480-990"),
    ("Mon.-Fri. 9-noon & 1-5", "office MO-FR 540-720+780-1020"),
    ("Monday thru Thursday 7:30am-6:00pm, Friday 7:30am-11:30am", "office MO-TH 450-1080, FR 450-690"),
    ("Tues, Thurs 10-3", "office TU 600-900, TH 600-900"),
    ("Tue/Thu 1-4pm", "office TU 780-960, TH 780-960"),
    ("T/Th 5:30-8pm", "office TU 1050-1200, TH 1050-1200"),
    ("TTh 9-11:30am", "office TU 540-690, TH 540-690"),
    ("MTWThF 8am-5pm", "office MO-FR 480-1020"),
    ("Weekdays 8:30-5:00", "office MO-FR 510-1020"),
    ("Weekends 10 to 4", "office SA-SU 600-960"),
    ("Sat & Sun noon-4", "office SA-SU 720-960"),
    ("Every day 7am-10pm", "office MO-SU 420-1320"),
    ("Seven days a week, 6am to 11pm", "office MO-SU 360-1380"),
    ("365 days a year, 24 hours a day", "office MO-SU 0-1440"),
    ("Around the clock", "office MO-SU 0-1440"),
    ("24 hrs/7 days", "office MO-SU 0-1440"),
    ("24-hour crisis hotline", "crisis-line MO-SU 0-1440"),
    ("Open 24/7/365", "office MO-SU 0-1440"),
    ("Open 24 hours, Mon-Fri", "office MO-FR 0-1440"),
    ("Fri 6pm-midnight", "office FR 1080-1440"),
    ("Nightly 8pm-7am", "office MO-SU 0-420+1200-1440"),
    ("Thu 22:00-06:00", "office TH 1320-1440, FR 0-360"),
    ("Mo-Fr 08:00-16:00", "office MO-FR 480-960"),
    ("0900-1700 Mon-Fri", "office MO-FR 540-1020"),
    ("Lundi au vendredi 9h à 17h", "office MO-FR 540-1020"),
    ("lun. au ven. 9 h à 17 h", "office MO-FR 540-1020"),
    ("mer., jeu. 8 h 30 - 16 h 30; sam. et dim. 10 h à 14 h", "office WE-TH 510-990, SA-SU 600-840"),
    ("du lundi au jeudi de 8 h 30 à 16 h 30", "office MO-TH 510-990"),
    ("Lunes a jueves 8:00am a 4:00pm; viernes 8:00am a 12:00pm", "office MO-TH 480-960, FR 480-720"),
    ("Martes y jueves de 2pm a 6pm", "office TU 840-1080, TH 840-1080"),
    ("Abierto todos los días de 9am a 6pm", "office MO-SU 540-1080"),
    ("Cerrado los domingos; lunes a sábado 10am - 7pm", "office MO-SA 600-1140"),
    ("Lunes a viernes de 8:00 a 16:00, cerrado días festivos", "office MO-FR 480-960"),
    ("Wendsday 9am-1pm", "office WE 540-780"),
    ("Monday - Thru 8am - 5pm; Friday 8am - noon", "office MO-TH 480-1020, FR 480-720"),
    ("10:00am\u20132:00pm, Sat", "office SA 600-840"),
    ("9am-6pm, Mon, Wed; 11am-8pm, Tue, Thu", "office MO 540-1080, TU 660-1200, WE 540-1080, TH 660-1200"),
    ("8:30am-12:00pm / 1:00pm-4:30pm, Mon-Thu", "office MO-TH 510-720+780-990"),
    ("Sunday: Closed. Monday: 9:00-17:00. Tuesday: 12:00-20:00", "office MO 540-1020, TU 720-1200"),
    ("Mon 9:00-12:00, 13:00-17:00", "office MO 540-720+780-1020"),
    ("Mon-Fri 9-5, Sat closed", "office MO-FR 540-1020"),
    ("Mon-Sat 9am-5pm; closed Wednesday", "office MO-TU 540-1020, TH-SA 540-1020"),
    ("Daily 10am-6pm except Tuesday", "office MO 600-1080, WE-SU 600-1080"),
    ("9-5 Mon-Fri (closed Thu)", "office MO-WE 540-1020, FR 540-1020"),
    ("Mon-Fri 8-5 (closed 12-1 for lunch)", "office MO-FR 480-720+780-1020"),
    ("Mon-Fri 9am-5pm, closed daily from noon to 1pm for lunch", "office MO-FR 540-720+780-1020"),
    ("8am-4pm Mon-Fri. Lunch break 12-12:30", "office MO-FR 480-720+750-960"),
    ("Office: Mon-Fri 9-5. Intake: Tue 10-noon.", "office MO-FR 540-1020; intake TU 600-720"),
    ("Office hours 9am-5pm M-F, intake hours 10am-2pm M-Th", "office MO-FR 540-1020; intake MO-TH 600-840"),
    ("Admin office: 8-4 M-F; Hotline: 24 hours", "office MO-FR 480-960; crisis-line MO-SU 0-1440"),
    ("Crisis line answered 24/7; office open M-F 9-5", "crisis-line MO-SU 0-1440; office MO-FR 540-1020"),
    ("M-F 9-5 (office); 24/7 (helpline)", "office MO-FR 540-1020; crisis-line MO-SU 0-1440"),
    ("Walk-ins: Mon, Wed 1pm-3pm", "intake MO 780-900, WE 780-900"),
    ("Registration: Saturdays 9am-11am", "intake SA 540-660"),
    ("Línea de crisis 24 horas; oficina lunes a viernes 9am-5pm", "crisis-line MO-SU 0-1440; office MO-FR 540-1020"),
    ("Recorded information 24 hours; staff M-F 10am-4pm", "office MO-FR 600-960"),
    ("Mon-Fri 9am-5pm; voicemail 24 hours", "office MO-FR 540-1020"),
    ("Visiting hours: daily 1pm-8pm", "office"),
    ("M-F 9-5; after-hours answering service", "office MO-FR 540-1020"),
    ("Food pantry: Wed 2pm-4pm", "office WE 840-960"),
    ("M-F 8-5; Food pantry: Wed 2pm-4pm", "office MO-FR 480-1020"),
    ("Clinic: Mon-Fri 8am-6pm; Pharmacy: Mon-Fri 9am-5pm", "office MO-FR 480-1080"),
    ("Appointments Mon-Fri 9am-5pm", "office MO-FR 540-1020"),
    ("M-F 9am-5pm, evenings by appointment", "office MO-FR 540-1020"),
    ("Mon, Tue, Thu by appointment", "office"),
    ("Sat by appointment; M-F 10-6", "office MO-FR 600-1080"),
    ("Mon-Fri 9-11", "office MO-FR 540-660"),
    ("Tue 6:30-8:30pm", "office TU 1110-1230"),
    ("Sat 9-12", "office SA 540-720"),
    ("Sat 10-1:30", "office SA 600-810"),
    ("Sun 12-5", "office SU 720-1020"),
    ("Mon 1-4", "office MO 780-960"),
    ("Mon 12:30-4:30", "office MO 750-990"),
    ("Mon-Fri 8am-4", "office MO-FR 480-960"),
    ("Mon-Fri 8am-12", "office MO-FR 480-720"),
    ("Fri 1pm-5", "office FR 780-1020"),
    ("9-5 ET, Mon-Fri", "office MO-FR 540-1020"),
    ("Mon-Fri 8am-8pm Pacific time", "office MO-FR 480-1200 America/Los_Angeles"),
    ("8:30am - 5pm CST M-F", "office MO-FR 510-1020 America/Chicago"),
    ("Mon-Fri 9am-5pm (Eastern)", "office MO-FR 540-1020"),
    ("M-F 9am-4pm, excluding federal holidays", "office MO-FR 540-960"),
    ("M-F 9-5 closed Thanksgiving Day and the day after Thanksgiving", "office MO-FR 540-1020"),
    ("M-F 8-4, closed Dec 24 through Jan 1", "office MO-FR 480-960"),
    ("Mon-Fri 9am-5pm; closed Monday, December 7", "office MO-FR 540-1020"),
    ("Mon-Fri 9-5; closed Tuesday, December 7", "office MO-FR 540-1020"),
    ("M-F 9-5. Closed the week of December 21", "office MO-FR 540-1020"),
    ("M-F 10-4. Closed March 3, 2020", "office MO-FR 600-960"),
    ("By appointment only", "office"),
    ("Mon-Fri 9-5 including holidays", "office MO-FR 540-1020"),
    ("Sat, Sun and holidays 10am-4pm", "office SA-SU 600-960"),
    ("Hours of operation: Monday through Friday, 9:00 am to 5:00 pm", "office MO-FR 540-1020"),
    ("Business hours are Mon - Fri, 9 am - 5 pm.", "office MO-FR 540-1020"),
    ("We are open Mon-Fri 9am-5pm", "office MO-FR 540-1020"),
    ("(Front desk) Mon-Fri 9am-5pm", "office MO-FR 540-1020"),
    ("305-555-0134 Mon-Fri 9am-5pm", "office MO-FR 540-1020"),
    ("Ages 12-17: Mon 3pm-5pm", "office MO 900-1020"),
    ("Mon 9 a.m.- 12 noon; 1 p.m.- 5 p.m.", "office MO 540-720+780-1020"),
    ("between 9am and 5pm Monday to Friday", "office MO-FR 540-1020"),
    ("lunes, miercoles y viernes 9:30am-12:30pm", "office MO 570-750, WE 570-750, FR 570-750"),
    ("Mon-Fri 9:30 AM - 5:30 PM / Sat 10 AM - 2 PM", "office MO-FR 570-1050, SA 600-840"),
    ("12:00 pm (noon) - 8:00 pm Mon-Thu", "office MO-TH 720-1200"),
]
# What is certain beside the question is taken all the same.
ASKED = [
    ("Lunch 11:30am-1pm, Mon-Fri", "office", "hours-of-several-activities"),
    ("Food pantry: Wed 2pm-4pm; Clothes closet: Fri 9am-noon", "office", "hours-of-several-activities"),
    ("Summer: Mon-Thu 8-2; School year: Mon-Fri 8-4", "office", "hours-seasonal"),
    ("Mon-Fri 9am-3pm (school year)", "office", "hours-seasonal"),
    ("Sept-May: Tue 4pm-6pm", "office", "hours-seasonal"),
    ("June 1 to August 15, Mon-Fri 9am-4pm", "office", "hours-dated"),
    ("First Monday of the month, 6pm-8pm", "office", "hours-monthly"),
    ("2nd & 4th Thursday 10am-noon", "office", "hours-monthly"),
    ("Last Friday of each month 9am-1pm", "office", "hours-monthly"),
    ("Every other Wednesday 1pm-5pm", "office", "hours-monthly"),
    ("Mon-Fri 9-5; 1st Saturday 10-1", "office MO-FR 540-1020", "hours-monthly"),
    ("Biweekly on Tuesdays, 5pm to 7pm", "office", "hours-monthly"),
    ("Twice a month", "office", "hours-not-stated"),
    ("Monthly, call for date", "office", "hours-not-stated"),
    ("Mon-Fri 9am-5pm; closed 1st Friday of the month", "office MO-TH 540-1020", "hours-monthly"),
    ("Call for hours", "office", "hours-not-stated"),
    ("Hours vary by season", "office", "hours-not-stated"),
    ("Please call", "office", "hours-not-stated"),
    ("9:30am Tuesday", "office", "hours-without-end"),
    ("Doors open at 6pm nightly", "office", "hours-without-end"),
    ("Until 4pm Mon-Fri", "office", "hours-without-end"),
    ("Mon-Fri from 8am", "office", "hours-without-end"),
    ("9am-5pm", "office", "hours-without-days"),
    ("Mon-Fri", "office", "hours-not-readable"),
    ("Mon-Fri 7-7", "office", "hours-ambiguous"),
    ("Mon-Fri 6-9", "office", "hours-ambiguous"),
    ("Mon-Fri 8-10", "office", "hours-ambiguous"),
    ("Tue 7-9pm", "office", "hours-ambiguous"),
    ("Mon 4-8", "office", "hours-ambiguous"),
    ("Fri 9am-11", "office", "hours-ambiguous"),
    ("Shelter check-in 7-9 nightly", "office", "hours-ambiguous"),
    ("Overnight shelter: daily 7-7", "office", "hours-ambiguous"),
    ("Mon-Fri 9pm-5pm", "office", "hours-improbable"),
    ("Mon 9am-12am", "office", "hours-improbable"),
    ("Mon-Fri 3am-6:30pm", "office", "hours-improbable"),
    ("S 9-5", "office", "hours-not-readable"),
    ("M-S 9-5", "office", "hours-not-readable"),
    ("Mon-Fri 9am-5pm only for residents of the county", "office", "hours-limited"),
    ("M-F 9-5, call 24 hours in advance", "office", "hours-limited"),
    ("Requires 24 hours notice", "office", "hours-limited"),
    ("We answer within 24 hours", "office", "hours-limited"),
    ("M-F 10-4. Closed in August", "office MO-FR 600-960", "hours-closure-not-dated"),
    ("M-F 10-4. Closed until further notice", "office", "hours-closed-for-now,hours-closed-unclear"),
    ("Temporarily closed", "office", "hours-closed-for-now,hours-closed-unclear"),
    ("Closed", "office", "hours-closed-unclear"),
    ("Closed Mondays", "office", "hours-not-stated"),
    ("Mon-Fri 9-5, Good Friday closed", "office", "hours-closed-unclear"),
    ("Open M-F 9-5; closed on some holidays", "office MO-FR 540-1020", "hours-holidays-not-named"),
    ("M-F 8am-5pm, closed most school holidays", "office MO-FR 480-1020", "hours-holidays-not-named"),
    ("Grades 3-5 Tue 3pm-5pm", "office", "hours-of-several-activities"),
    ("Monday 9am5pm", "office", "hours-not-readable"),
    ("Lendi jiska vandredi 9am-5pm", "office", "hours-not-readable"),
    ("Mon-Fri 9-5, holidays 10-2", "office", "hours-not-readable"),
    ("Sept. - June: Mon-Fri 9am-3pm", "office", "hours-seasonal"),
]


def _said(text: str) -> str:
    facts = read(text).facts
    zones = {slot: "" if value.zone == "America/New_York" else f" {value.zone}" for slot, value in facts}
    return "; ".join(f"{slot} {short(value.days)}{zones[slot]}".strip() for slot, value in facts)


@pytest.mark.parametrize(("text", "schedules"), TAKEN)
def test_what_can_be_meant_in_one_way_only_is_taken(text: str, schedules: str) -> None:
    assert _said(text) == schedules
    assert read(text).questions == ()


@pytest.mark.parametrize(("text", "schedules", "rules"), ASKED)
def test_what_can_be_meant_in_two_ways_is_asked_about(text: str, schedules: str, rules: str) -> None:
    assert _said(text) == schedules
    assert ",".join(sorted({question.rule for question in read(text).questions})) == rules


def test_every_word_of_the_corpus_stays_in_some_schedule() -> None:
    for text in [line for line, *_ in (*TAKEN, *ASKED)]:
        kept = " ".join(value.text for _, value in read(text).facts)
        assert [word for word in text.replace(";", " ").split() if word not in kept] == []

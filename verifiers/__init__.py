"""Checks that look and never write: each answers one question about one fact. ``rounds`` asks them, on a timetable."""

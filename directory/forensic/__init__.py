"""Exams after a sexual assault: what comes first, how long evidence is taken, and the nearest site that is open."""

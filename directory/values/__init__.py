"""Small facts of the field and their rules: numbers, points, hours, addresses on the web, languages, plain text.

Everything here is pure: no database, no clock, no network; only bundled files are read.
"""

"""The practice network is invented here: metro areas, names, offers, and how they were confirmed."""

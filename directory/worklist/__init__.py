"""The list from which people work: what a listing is found by at the desk, how it stands, what is done to many."""

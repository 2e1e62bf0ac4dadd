"""What may change by whom: the table of states, and the verbs that move a listing from one to another."""

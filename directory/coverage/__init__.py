"""What the directory covers: needs that nobody confirmed meets, where, whom to ask, how many services there are."""

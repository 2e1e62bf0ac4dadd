"""From a listing to a call: whom to call, what to say, what came of it, packs for a ward, agreements. Holds nobody."""

"""From a need to the listings that fit it."""

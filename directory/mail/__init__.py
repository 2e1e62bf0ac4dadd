"""Mail that the directory sends: neutral words to people who work on it, never to anybody who searches."""

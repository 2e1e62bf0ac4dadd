"""The public pages: no cookie, no script needed, nothing stored."""

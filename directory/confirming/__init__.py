"""What programs say of their own listings, by letter or on the telephone, and what neighbours heard of them."""

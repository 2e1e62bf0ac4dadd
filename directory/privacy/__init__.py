"""What is kept, about whom, why and how long: a register that is held to the schema, and the sheet made from it."""

"""The history of the schema. Imports nothing of ours, so that an old revision never changes its meaning."""

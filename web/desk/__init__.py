"""The desk: where people who keep the directory sign in and work."""

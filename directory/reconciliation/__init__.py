"""Compares what is stored and shown with what the audit chain says was approved."""

"""Places: what a name or postal code stands for, and the areas in which confidential places are published.

Everything is read from files beside this one; nothing is asked of the network, and no search is kept.
"""

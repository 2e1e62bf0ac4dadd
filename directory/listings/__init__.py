"""Records and facts in the words of HSDS, and who may see them."""

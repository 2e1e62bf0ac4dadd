"""When each fact is looked at again, by whom, and how often one host may be asked."""

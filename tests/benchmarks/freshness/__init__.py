"""How long readers are told something wrong: policies of calling, held against one another in an invented world.

The world (``world``, ``worlds``) is the referee: it knows what is true, and no policy does. ``desk`` makes the calls,
charges the minutes, those of a second person too, and keeps the 72 hours that a changed number waits. ``ours`` is the
product: real observations, the belief of ``directory.freshness``, the table of ``directory.integrity``, the plan of
``directory.planning``. ``python -m tests.benchmarks.freshness --help`` says more.
"""

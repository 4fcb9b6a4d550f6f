"""Mutants that a program makes: mutmut breaks every expression, and the tests that reach it are played against each.

mutmut makes them, but does not play the tests: it would start pytest anew for each mutant, and read all the files of
the tests that reach it. ``session`` reads them once and forks, which takes a tenth of the time.
"""

"""Generated mutants: mutmut breaks every expression, and the tests that reach it are run against each mutant.

mutmut generates the mutants but does not run the tests. It would start pytest anew for each mutant and import all of
its test files. ``session`` imports them once and forks, which takes a tenth of the time.
"""

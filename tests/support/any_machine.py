"""How property tests run: a machine with other work to do is slower, and that is not a mistake of the program's."""

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

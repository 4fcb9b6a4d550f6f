"""Settings of property tests: no deadlines, because a busy machine is slower and that is not the program's fault."""

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

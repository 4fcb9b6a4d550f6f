"""Folder that ``fake-twilio exec`` and ``env`` add to PYTHONPATH, for any Python that then runs."""

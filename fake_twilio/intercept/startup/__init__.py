"""Put on PYTHONPATH by ``fake-twilio exec`` and ``env``; what lies here is read by whatever Python runs then."""

"""The HTTP edge that Twilio's API and the control API share: calls, replies, routes, forms."""

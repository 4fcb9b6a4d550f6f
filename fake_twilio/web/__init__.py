"""The HTTP edge that Twilio's API and the control API share: requests, responses, routes, forms."""

"""HTTP code shared by Twilio's API and the control API: requests, responses, routes, forms."""

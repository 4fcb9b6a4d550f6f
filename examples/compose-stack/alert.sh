# Sends a message: alert.sh NUMBER TEXT. The script knows nothing of the fake.
curl --silent --show-error --fail --output /dev/null \
     --user "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" \
     --data-urlencode "To=$1" --data-urlencode "From=$TWILIO_PHONE_NUMBER" --data-urlencode "Body=$2" \
     "https://api.twilio.com/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Messages.json"

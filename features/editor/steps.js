// Made by `pytest features --write-steps` from features/steps; do not edit it by hand.
// Editors read this file to complete and to check steps. It is never run: the steps themselves are in features/steps.

// Start the driver and bring each phone into a state. Columns: phone, history (actions, separated by commas).
// features/steps/assets.py: phones_with_histories
Given(/^phones with these histories:$/, () => {})

// Bring one asset into a state. Actions are separated by commas; `-` is none.
// - `name`: One of: System, or any phone that an earlier step has introduced.
// - `history`: One of: a text fails, a text goes out, communication is lost, communication is restored, automated replies are found, automated replies are disabled, Mask, Acknowledge, Reset, Cancel, -; several are joined by commas.
// features/steps/assets.py: this_has_happened
Given(/^this has happened to "(.+)": ((?:a text fails|a text goes out|communication is lost|communication is restored|automated replies are found|automated replies are disabled|Mask|Acknowledge|Reset|Cancel|-)(?:, (?:a text fails|a text goes out|communication is lost|communication is restored|automated replies are found|automated replies are disabled|Mask|Acknowledge|Reset|Cancel|-))*)$/, () => {})

// One thing happens to one asset: `a text fails`, `communication is lost`, `Acknowledge`, …
// - `name`: One of: System, or any phone that an earlier step has introduced.
// - `action`: One of: a text fails, a text goes out, communication is lost, communication is restored, automated replies are found, automated replies are disabled, Mask, Acknowledge, Reset, Cancel; several are joined by commas.
// features/steps/assets.py: this_happens
When(/^this happens to "(.+)": ((?:a text fails|a text goes out|communication is lost|communication is restored|automated replies are found|automated replies are disabled|Mask|Acknowledge|Reset|Cancel)(?:, (?:a text fails|a text goes out|communication is lost|communication is restored|automated replies are found|automated replies are disabled|Mask|Acknowledge|Reset|Cancel))*)$/, () => {})

// The same thing happens to every phone: `a text fails`, `communication is lost`, `Acknowledge`, …
// - `action`: One of: a text fails, a text goes out, communication is lost, communication is restored, automated replies are found, automated replies are disabled, Mask, Acknowledge, Reset, Cancel; several are joined by commas.
// features/steps/assets.py: this_happens_to_each
When(/^this happens to each phone: ((?:a text fails|a text goes out|communication is lost|communication is restored|automated replies are found|automated replies are disabled|Mask|Acknowledge|Reset|Cancel)(?:, (?:a text fails|a text goes out|communication is lost|communication is restored|automated replies are found|automated replies are disabled|Mask|Acknowledge|Reset|Cancel))*)$/, () => {})

// The status of each phone, side by side. Columns: the phones; one row. `*` is any status.
// features/steps/assets.py: the_phones_show
Then(/^the phones show:$/, () => {})

// What is seen. Columns: asset, status, alarm, reason, awaiting, conditions, fault since, active states, …
// features/steps/assets.py: the_assets_show
Then(/^the assets show:$/, () => {})

// The status of one phone by its name, or of the `System` asset, whatever the others show.
// - `name`: One of: System, or any phone that an earlier step has introduced.
// - `status`: One of: Normal, Masked, Fault, No Communication, Acknowledged, or any status that an earlier step has introduced.
// features/steps/assets.py: the_asset_shows
Then(/^"(.+)" shows (.+)$/, () => {})

// The alarm grid. Columns: asset, type, state, active, age, count, by, via, comment, masked, severity, …
// features/steps/assets.py: the_alarms_are
Then(/^the alarms are:$/, () => {})

// Alarms were raised in this scenario, and the alarm grid is empty now.
// features/steps/assets.py: no_alarm_is_left
Then(/^no alarm is left$/, () => {})

// The phone's command Send Message.
// - `name`: Any phone that an earlier step has introduced.
// features/steps/commands.py: the_operator_sends
Given(/^the operator sends "(.+)" to phone "(.+)"$/, () => {})

// The phone's command Send Message, with that many letters.
// - `count`: A whole number, 1 at least.
// - `name`: Any phone that an earlier step has introduced.
// features/steps/commands.py: the_operator_sends_a_long_text
When(/^the operator sends a text of (0*[1-9]\d*) characters to phone "(.+)"$/, () => {})

// Mask, Acknowledge, Reset or Cancel, to a phone by its name or to the `System` asset.
// - `command`: One of: Send Message, Mask, Acknowledge, Reset, Cancel.
// - `name`: One of: System, or any phone that an earlier step has introduced.
// features/steps/commands.py: the_operator_commands
Given(/^the operator gives the command (Send Message|Mask|Acknowledge|Reset|Cancel) to "(.+)"$/, () => {})

// A command with its parameters. Columns: parameter, value. `in 60 seconds` stands for that moment.
// - `command`: One of: Send Message, Mask, Acknowledge, Reset, Cancel.
// - `name`: One of: System, or any phone that an earlier step has introduced.
// features/steps/commands.py: the_operator_commands_with
Given(/^the operator gives the command (Send Message|Mask|Acknowledge|Reset|Cancel) to "(.+)" with:$/, () => {})

// A program sends a command that does not exist.
// - `name`: One of: System, or any phone that an earlier step has introduced.
// features/steps/commands.py: a_client_gives_an_unknown_command
When(/^a client gives "(.+)" the unknown command "(.+)"$/, () => {})

// One alarm, by its row in the alarm grid: `Fault` or `No Communication` of a phone or the `System` asset.
// - `alarm_type`: One of: No Communication, Fault, or any alarm type that an earlier step has introduced.
// - `name`: One of: System, or any phone that an earlier step has introduced.
// features/steps/commands.py: the_operator_acknowledges
When(/^the operator acknowledges the alarm "(.+)" of "(.+)"$/, () => {})

// The system command. Columns: parameter, value; a name in a value stands for that person's number.
// features/steps/commands.py: a_workflow_sends
Given(/^a workflow calls Send Message with:$/, () => {})

// A client that lost the answer sends its last command again under the same command id, which is accepted.
// features/steps/commands.py: the_client_repeats
When(/^the client repeats the command$/, () => {})

// The client that the data server knows sends a text to a phone.
// - `name`: Any phone that an earlier step has introduced.
// features/steps/commands.py: that_client_sends
When(/^that client sends "(.+)" to phone "(.+)"$/, () => {})

// How the last command ended, and after how many attempts to hand the text to Twilio.
// - `ending`: One of: succeeded, terminated.
// - `count`: once, twice, `3 times`, `1 attempt`, `2 attempts`.
// features/steps/commands.py: the_command_has_ended
Then(/^the command has (succeeded|terminated) after (once|twice|\d+ times|1 attempt|\d+ attempts)$/, () => {})

// How the last command ended; one that changed nothing has not succeeded in anything.
// - `ending`: One of: succeeded, terminated.
// features/steps/commands.py: the_command_stands
Then(/^the command has (succeeded|terminated)$/, () => {})

// The text may or may not exist at Twilio, and the driver could not find out.
// features/steps/commands.py: the_outcome_is_unknown
Then(/^the outcome of the command is unknown$/, () => {})

// How the last command ended. Columns: state, result, reason, delivery, error code, attempts; one row.
// features/steps/commands.py: the_command_ended_as
Then(/^the command ended as:$/, () => {})

// The last command of each phone, side by side. Columns: the phones; one row: ok, noop, partial or rejected.
// features/steps/commands.py: the_commands_ended_as
Then(/^the commands ended as:$/, () => {})

// The attempts of the last command, in order. Columns: attempt, at, outcome, HTTP status, code, sid.
// features/steps/commands.py: its_attempts_were
Then(/^its attempts were:$/, () => {})

// The last command was not accepted, and the answer says why.
// features/steps/commands.py: the_command_is_refused
Given(/^the command is refused because "(.+)"$/, () => {})

// Settings that are no defaults, before the driver starts. Columns: setting (`section.key`), value (or `-`).
// features/steps/driver.py: the_settings
Given(/^the driver's settings:$/, () => {})

// The account's app; the driver is not given the Authentication Token. Before it starts or is reloaded.
// features/steps/driver.py: the_driver_logs_in_with_an_app
Given(/^the driver logs in with an OAuth app$/, () => {})

// A key that Twilio may sign its webhooks with; a second one is added by a reload, beside the first.
// features/steps/driver.py: the_driver_knows_a_key
Given(/^the driver knows the shared key "(.+)"$/, () => {})

// Have the driver reload changed settings; one that needs a restart is refused here. Columns: setting, value.
// features/steps/driver.py: the_driver_reloads_settings
Given(/^the running driver reloads with these settings:$/, () => {})

// Have the driver reload a configuration with these phones and no others. Columns as for a running driver.
// features/steps/driver.py: the_driver_reloads_phones
Given(/^the running driver reloads with these phones:$/, () => {})

// Sections of `driver.toml` as they stand in the file, before the driver starts.
// features/steps/driver.py: the_configuration_also_contains
Given(/^the driver's configuration also contains:$/, () => {})

// Clients need a token from now on. Before the driver starts.
// - `role`: One of: viewer, operator, engineer, admin.
// features/steps/driver.py: the_data_server_knows_a_client
Given(/^the data server knows a client with the role (viewer|operator|engineer|admin)$/, () => {})

// Start the driver. Columns: phone; if it matters verified (yes, no), external number, Twilio number, location.
// features/steps/driver.py: a_running_driver
Given(/^a running driver with phones:$/, () => {})

// Start the driver with one phone and everything else at its default.
// features/steps/driver.py: a_running_driver_with_one_phone
Given(/^a running driver with the phone "(.+)"$/, () => {})

// Stop it in good order: time goes on without it, or it is started again on the same database.
// - `way`: One of: stopped, restarted.
// features/steps/driver.py: the_driver_is_stopped
Given(/^the driver is (stopped|restarted)$/, () => {})

// End it without any warning, as a power cut does; nothing can be put in order before.
// features/steps/driver.py: the_driver_is_killed
Given(/^the driver is killed$/, () => {})

// Start one more driver with the same settings and database; `failover.enabled` has to be yes.
// features/steps/driver.py: a_second_driver_waits
Given(/^a second driver waits on standby$/, () => {})

// Wait until it is the active one; every step after this one talks to it.
// features/steps/driver.py: the_second_driver_takes_over
Given(/^the second driver takes over$/, () => {})

// A text given to it is refused, and the answer has this reason in it.
// features/steps/driver.py: the_driver_on_standby_refuses
Then(/^the driver on standby refuses commands because "(.+)"$/, () => {})

// Start the stopped driver on the same database.
// features/steps/driver.py: the_driver_starts_again
When(/^the driver starts again$/, () => {})

// While it is full, nothing more can be stored, and what is there can be read.
// - `room`: One of: is full, has room again.
// features/steps/driver.py: the_database_has_room_or_not
Given(/^the database (is full|has room again)$/, () => {})

// The debug log has an error with this text; any error that no scenario announces is a failure of its own.
// features/steps/driver.py: the_driver_logs_an_error
Then(/^the driver logs an error about "(.+)"$/, () => {})

// The debug log shows more from now on. Topics: `state`, `event`, `http`, `timer`, `client`, `flow`.
// - `topic`: One of: flow, state, event, http, timer, client.
// features/steps/driver.py: debug_tools_trace
Given(/^Debug Tools trace the topic (flow|state|event|http|timer|client)$/, () => {})

// Debug Tools have a record with this text.
// features/steps/driver.py: the_debug_log_shows
Then(/^the debug log shows "(.+)"$/, () => {})

// The text occurs in the scenario (in a message, a number, a setting), and in no record, restarts included.
// features/steps/driver.py: the_debug_log_never_shows
Then(/^the debug log never shows "(.+)"$/, () => {})

// Records of the named events and assets, no others. Columns: level, event, asset_id, attempt, or any key.
// features/steps/driver.py: the_debug_log_shows_in_order
Then(/^the debug log shows in this order:$/, () => {})

// Everything stands still and the addresses of the pages are shown, until Enter is pressed. Refused in CI.
// features/steps/driver.py: i_pause_here
When(/^I pause here$/, () => {})

// Exactly one such event, with exactly these parameters. Columns: parameter, value; a name stands for a number.
// - `name`: One of: Message Received, Message Received from External Number, AlarmRaised, AlarmRepeated, AlarmMasked, AlarmShelved, AlarmUnshelved, AlarmAcknowledged, AlarmCleared, AlarmReset, StateChanged, ConditionFound, ConditionEnded, MessageAccepted, MessageDelivered, MessageFailed, MessageDropped, FailoverNotice, TablesChanged.
// features/steps/events.py: the_event_was_published
Then(/^the event "(Message Received|Message Received from External Number|AlarmRaised|AlarmRepeated|AlarmMasked|AlarmShelved|AlarmUnshelved|AlarmAcknowledged|AlarmCleared|AlarmReset|StateChanged|ConditionFound|ConditionEnded|MessageAccepted|MessageDelivered|MessageFailed|MessageDropped|FailoverNotice|TablesChanged)" was published with:$/, () => {})

// How often a workflow bound to the event would have started.
// - `name`: One of: Message Received, Message Received from External Number, AlarmRaised, AlarmRepeated, AlarmMasked, AlarmShelved, AlarmUnshelved, AlarmAcknowledged, AlarmCleared, AlarmReset, StateChanged, ConditionFound, ConditionEnded, MessageAccepted, MessageDelivered, MessageFailed, MessageDropped, FailoverNotice, TablesChanged.
// - `count`: once, twice, `3 times`, `1 attempt`, `2 attempts`.
// features/steps/events.py: the_event_was_published_times
Then(/^the event "(Message Received|Message Received from External Number|AlarmRaised|AlarmRepeated|AlarmMasked|AlarmShelved|AlarmUnshelved|AlarmAcknowledged|AlarmCleared|AlarmReset|StateChanged|ConditionFound|ConditionEnded|MessageAccepted|MessageDelivered|MessageFailed|MessageDropped|FailoverNotice|TablesChanged)" was published (once|twice|\d+ times|1 attempt|\d+ attempts)$/, () => {})

// No workflow bound to the event would have started, although the event stream has delivered other events.
// - `name`: One of: Message Received, Message Received from External Number, AlarmRaised, AlarmRepeated, AlarmMasked, AlarmShelved, AlarmUnshelved, AlarmAcknowledged, AlarmCleared, AlarmReset, StateChanged, ConditionFound, ConditionEnded, MessageAccepted, MessageDelivered, MessageFailed, MessageDropped, FailoverNotice, TablesChanged.
// features/steps/events.py: the_event_was_never_published
Then(/^the event "(Message Received|Message Received from External Number|AlarmRaised|AlarmRepeated|AlarmMasked|AlarmShelved|AlarmUnshelved|AlarmAcknowledged|AlarmCleared|AlarmReset|StateChanged|ConditionFound|ConditionEnded|MessageAccepted|MessageDelivered|MessageFailed|MessageDropped|FailoverNotice|TablesChanged)" was never published$/, () => {})

// Time passes, and the event is published at least once in it.
// - `seconds`: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`, `1 day`; never 0.
// - `name`: One of: Message Received, Message Received from External Number, AlarmRaised, AlarmRepeated, AlarmMasked, AlarmShelved, AlarmUnshelved, AlarmAcknowledged, AlarmCleared, AlarmReset, StateChanged, ConditionFound, ConditionEnded, MessageAccepted, MessageDelivered, MessageFailed, MessageDropped, FailoverNotice, TablesChanged.
// features/steps/events.py: the_event_is_published_within
Then(/^within ((?=[0.]*[1-9])\d+(?:\.\d+)? (?:second|minute|hour|day)s?) the event "(Message Received|Message Received from External Number|AlarmRaised|AlarmRepeated|AlarmMasked|AlarmShelved|AlarmUnshelved|AlarmAcknowledged|AlarmCleared|AlarmReset|StateChanged|ConditionFound|ConditionEnded|MessageAccepted|MessageDelivered|MessageFailed|MessageDropped|FailoverNotice|TablesChanged)" is published$/, () => {})

// All events with the names in the table. Columns: event, asset, and any parameter of the events.
// features/steps/events.py: the_events_in_order
Then(/^the events were published in this order:$/, () => {})

// Somebody with a handset who is not a phone asset of the driver's; the harness gives them a number.
// features/steps/handsets.py: there_is_a_person
Given(/^there is a person called "(.+)"$/, () => {})

// A person texts the account's Twilio number. The name of a phone asset texts from its external number.
// - `name`: Any phone or person that an earlier step has introduced, or a telephone number.
// features/steps/handsets.py: somebody_texts
Given(/^"(.+)" texts "(.+)"$/, () => {})

// A person texts the account's Twilio number, with a picture.
// - `name`: Any phone or person that an earlier step has introduced, or a telephone number.
// features/steps/handsets.py: somebody_texts_a_picture
Given(/^"(.+)" sends a picture with the text "(.+)"$/, () => {})

// A person texts one of the account's numbers: `Twilio` is the first, `Twilio 2` the second.
// - `name`: Any phone or person that an earlier step has introduced, or a telephone number.
// - `number`: One of: Twilio, Twilio 2, Service, or any sender that an earlier step has introduced, or a telephone number.
// features/steps/handsets.py: somebody_texts_a_number
Given(/^"(.+)" texts "(.+)" to (.+)$/, () => {})

// What the person sees, in order. Columns: way (`in` or `out`), from, to, body, status.
// - `name`: Any phone or person that an earlier step has introduced, or a telephone number.
// features/steps/handsets.py: the_handset_shows
Then(/^the handset of "(.+)" shows:$/, () => {})

// No text has arrived and none was written.
// - `name`: Any phone or person that an earlier step has introduced, or a telephone number.
// features/steps/handsets.py: the_handset_shows_nothing
Then(/^the handset of "(.+)" shows nothing$/, () => {})

// `delivered`; or `sent`: the carrier never reports, and nobody learns more.
// - `status`: One of: delivered, sent, queued.
// features/steps/receipts.py: the_carrier_ends_it
Given(/^the carrier ends the next message as (delivered|sent|queued)$/, () => {})

// `undelivered` or `failed`, with a code of Twilio's error catalogue.
// - `status`: One of: undelivered, failed.
// - `code`: There are 41, for example 30003, 30005, 30008.
// features/steps/receipts.py: the_carrier_ends_it_with_a_code
Given(/^the carrier ends the next message as (undelivered|failed) with code (.+)$/, () => {})

// The same, after that time.
// - `status`: One of: undelivered, failed.
// - `code`: There are 41, for example 30003, 30005, 30008.
// - `wait`: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`, `1 day`; never 0.
// features/steps/receipts.py: the_carrier_ends_it_later
Given(/^the carrier ends the next message as (undelivered|failed) with code (.+) after ((?=[0.]*[1-9])\d+(?:\.\d+)? (?:second|minute|hour|day)s?)$/, () => {})

// The driver listens for webhooks beside polling, and the Twilio number points to it. Before the driver starts.
// features/steps/receipts.py: twilio_can_reach_the_webhook
Given(/^Twilio can reach the driver's webhook$/, () => {})

// From now on, instead of the Authentication Token. The key is made at its first mention.
// features/steps/receipts.py: twilio_signs_with
Given(/^Twilio signs its webhooks with the shared key "(.+)"$/, () => {})

// What happens to each status callback from now on.
// - `fault`: One of: never arrive, arrive late, arrive twice, arrive out of order, arrive badly signed.
// features/steps/receipts.py: receipts_arrive
Given(/^receipts (never arrive|arrive late|arrive twice|arrive out of order|arrive badly signed)$/, () => {})

// What happens to each webhook that brings an incoming text from now on.
// - `fault`: One of: never arrive, arrive late, arrive twice, arrive out of order, arrive badly signed.
// features/steps/receipts.py: incoming_webhooks_arrive
Given(/^webhooks for incoming texts (never arrive|arrive late|arrive twice|arrive out of order|arrive badly signed)$/, () => {})

// Each request of Twilio's, in order. Columns: kind, event, status (the HTTP status of the response).
// features/steps/receipts.py: the_webhook_received
Then(/^the driver's webhook received:$/, () => {})

// The number's webhook is a document of Twilio's that says thank you, as for new numbers.
// features/steps/receipts.py: automated_replies_on
Given(/^the Twilio number replies to every text automatically$/, () => {})

// The number's webhook is a TwiML Bin with an empty answer, as the driver's setup asks for.
// features/steps/receipts.py: automated_replies_off
Given(/^automated replies are disabled$/, () => {})

// Every message the driver knows. Columns: direction, from, to, body, status, error code, asset, segments.
// features/steps/records.py: the_messages_are
Then(/^the list of messages is:$/, () => {})

// Texts that did not get out. Columns: asset, body, state, reason, result.
// features/steps/records.py: the_dead_letters_are
Then(/^the dead letters are:$/, () => {})

// The newest dead letter is sent again, as a new command.
// features/steps/records.py: the_operator_requeues
Given(/^the operator requeues the dead letter$/, () => {})

// Lines of the audit, others not counted. Columns: Device Type, Command/Status, Action, Computer, User Name, …
// features/steps/records.py: the_audit_contains
Then(/^the audit contains:$/, () => {})

// A CSV file with these columns and rows was taken in. Kinds: status, command, asset.
// - `kind`: One of: status, command, asset.
// features/steps/tables.py: the_table_was_imported
Given(/^the (status|command|asset) table is imported:$/, () => {})

// Nothing was imported, and the answer says why.
// features/steps/tables.py: the_import_is_refused
Then(/^the import is refused because "(.+)"$/, () => {})

// Rows of the exported table, others not counted. Columns as in the CSV file.
// - `kind`: One of: status, command, asset.
// features/steps/tables.py: the_table_contains
Then(/^the (status|command|asset) table contains:$/, () => {})

// Time passes, and everything that falls due in it happens. Seconds, minutes, hours or days.
// - `seconds`: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`, `1 day`; never 0.
// features/steps/time.py: seconds_pass
Given(/^((?=[0.]*[1-9])\d+(?:\.\d+)? (?:second|minute|hour|day)s?) (?:pass|passes)$/, () => {})

// Twilio was asked to send something before; now time passes, and it is asked to send nothing in it.
// - `seconds`: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`, `1 day`; never 0.
// features/steps/time.py: nothing_more_is_sent
Then(/^within ((?=[0.]*[1-9])\d+(?:\.\d+)? (?:second|minute|hour|day)s?) nothing more is sent$/, () => {})

// Play on the Trial or the Full account; without this step it is the Full one.
// - `type_`: One of: Full, Trial.
// features/steps/twilio.py: a_twilio_account
Given(/^a (Full|Trial) Twilio account$/, () => {})

// Its texts come from that name in countries that take one. A phone uses it with the Twilio number `Service`.
// features/steps/twilio.py: the_service_may_text_as
Given(/^the messaging service may text as "(.+)"$/, () => {})

// Play with credentials that judge messages and send none; only Twilio's magic numbers mean something to them.
// features/steps/twilio.py: test_credentials
Given(/^Twilio's test credentials$/, () => {})

// The next texts are refused and nothing is processed.
// - `count`: `message`, `2 messages`; never 0.
// - `answer`: There are 171, for example HTTP 503, code 21610, too many requests, the wrong credentials, an unknown code.
// features/steps/twilio.py: twilio_answers_the_next_messages
Given(/^Twilio answers the next (message|0*[1-9]\d* messages) with (.+)$/, () => {})

// The text exists, but the driver cannot know.
// - `failure`: One of: the connection is reset, no response arrives.
// features/steps/twilio.py: the_response_is_lost
Given(/^Twilio accepts the next message but (the connection is reset|no response arrives)$/, () => {})

// Nothing was created, but the driver cannot know.
// - `count`: `message`, `2 messages`; never 0.
// - `failure`: One of: the connection is reset, no response arrives.
// features/steps/twilio.py: the_requests_are_lost
Given(/^Twilio never receives the next (message|0*[1-9]\d* messages) and (the connection is reset|no response arrives)$/, () => {})

// A message exists at once, but lists of messages only show it after that time.
// - `lag`: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`, `1 day`; never 0.
// features/steps/twilio.py: twilio_lists_late
Given(/^Twilio lists new messages ((?=[0.]*[1-9])\d+(?:\.\d+)? (?:second|minute|hour|day)s?) late$/, () => {})

// From now on Twilio treats the account so.
// - `state`: One of: suspended, out of money.
// features/steps/twilio.py: the_account_is
Given(/^the Twilio account is (suspended|out of money)$/, () => {})

// While it is unreachable, every request fails with HTTP 503. When it is reachable again, every fault ends.
// - `reachability`: One of: unreachable, reachable again.
// features/steps/twilio.py: twilio_is_reachable_or_not
Given(/^Twilio is (unreachable|reachable again)$/, () => {})

// Every request gets this answer until Twilio is reachable again.
// - `answer`: There are 171, for example HTTP 503, code 21610, too many requests, the wrong credentials, an unknown code.
// features/steps/twilio.py: twilio_answers_every_request
Given(/^Twilio answers every request with (.+)$/, () => {})

// How often the driver handed a text over, refused ones counted.
// - `count`: once, twice, `3 times`, `1 attempt`, `2 attempts`.
// features/steps/twilio.py: twilio_was_asked_to_send
Then(/^Twilio was asked to send (once|twice|\d+ times|1 attempt|\d+ attempts)$/, () => {})

// The driver handed no text over, not even one that was refused.
// features/steps/twilio.py: twilio_was_never_asked_to_send
Then(/^Twilio was never asked to send$/, () => {})

// Each text the driver handed over, in order. Columns: at, from, to, body, validity, HTTP status.
// features/steps/twilio.py: twilio_was_asked_to_send_these
Then(/^Twilio was asked to send:$/, () => {})

// Outcomes of commands and messages as text.

/** Maximum number of assets that a dialog or log line lists by name. */
const NAMED = 20;

/** Show a broadcast's progress; return true if it will not change any more. */
export function showBroadcast(broadcast, show, cancel) {
  const steps = ["waiting", "accepted", "sent", "delivered", "failed", "canceled", "unknown"];
  const parts = steps.filter((step) => broadcast[step]).map((step) => `${broadcast[step].toLocaleString("en")} ${step}`);
  const reasons = broadcast.problems.slice(0, 3).map((each) => `${each.assetId}: ${each.reason ?? each.progress}`);
  cancel.hidden = broadcast.waiting === 0;
  const bad = broadcast.failed + broadcast.unknown > 0;
  const done = broadcast.waiting + broadcast.accepted + broadcast.sent === 0;
  show([parts.join(", "), ...reasons].join(". "), bad ? "bad" : done ? "good" : "");
  return done;
}

/** List the first names, and count the others. */
export function named(names) {
  const rest = names.length - NAMED;
  return rest > 0 ? [...names.slice(0, NAMED), `and ${rest.toLocaleString("en")} more`] : names;
}

/** Return whether a retry is pointless; a driver that starts or takes over will answer later. */
export function isOver(error) {
  return [403, 404].includes(error.status);
}

/** The cost of a message to several phones. */
export function cost(phones, sms) {
  const length = sms ? `${sms} SMS` : "an unknown number of SMS";
  return `${phones.toLocaleString("en")} phone${phones === 1 ? "" : "s"} × ${length}`;
}

/** The outcome of a message as text. */
export function became(execution) {
  const tries = execution.attempts.length;
  const attempt = tries > 1 ? `, attempt ${tries}` : "";
  const last = execution.attempts.at(-1);
  const code = execution.errorCode ?? last?.code;
  const error = code ? ` (Twilio error ${code})` : "";
  switch (execution.state) {
    case "succeeded": {
      const delivery = execution.delivery ?? "accepted";
      if (["delivered", "read"].includes(delivery)) return { words: `delivered${attempt}`, kind: "good", over: true };
      if (["undelivered", "failed", "canceled"].includes(delivery)) {
        return { words: `${delivery}${error}`, kind: "bad", over: true };
      }
      return { words: `accepted by Twilio${attempt}, ${delivery}`, kind: "", over: false };
    }
    case "accepted":
    case "executing":
      return { words: last?.detail ? `${last.detail}; trying again` : `sending${attempt}…`, kind: "", over: false };
    case "unknown":
      return { words: `outcome unknown. ${execution.reason ?? ""}`, kind: "bad", over: true };
    default:
      return { words: `${execution.state}. ${execution.reason ?? ""}${error}`, kind: "bad", over: true };
  }
}

// What became of commands and texts, in words.

/** Assets that a question or a line names one by one. */
const NAMED = 20;

/** Say how far a broadcast is; true if nothing of it changes by itself any more. */
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

/** Name some of many, and count the others. */
export function named(names) {
  const rest = names.length - NAMED;
  return rest > 0 ? [...names.slice(0, NAMED), `and ${rest.toLocaleString("en")} more`] : names;
}

/** Return whether asking again is in vain; a driver that starts, or takes over, answers later. */
export function isOver(error) {
  return [403, 404].includes(error.status);
}

/** The outcome of a text to several phones. */
export function cost(phones, sms) {
  const length = sms ? `${sms} SMS` : "a number of SMS that is not known";
  return `${phones.toLocaleString("en")} phone${phones === 1 ? "" : "s"} × ${length}`;
}

/** What became of a text, in words. */
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
      return { words: `it is not known whether it was sent. ${execution.reason ?? ""}`, kind: "bad", over: true };
    default:
      return { words: `${execution.state}. ${execution.reason ?? ""}${error}`, kind: "bad", over: true };
  }
}

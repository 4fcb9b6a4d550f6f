// The alarm list as data: columns, causes and consequences, filtering and sorting.
import { duration, moment } from "./parts.js";

export const open = (alarm) => alarm.state !== "Acknowledged";

/** Ids differ in their last characters. */
export const shortId = (id) => id.slice(-6);

/** `text` is the shown text, also used by filters; `by` is the sort key where it differs. */
export const COLUMNS = [
  { name: "Asset", text: (alarm) => alarm.caption },
  { name: "Alarm", text: (alarm) => (alarm.count > 1 ? `${alarm.alarmType} (${alarm.count} times)` : alarm.alarmType) },
  { name: "Reason", text: (alarm) => alarm.reason },
  { name: "Severity", text: (alarm) => String(alarm.severity), by: (alarm) => alarm.severity },
  { name: "Age", text: (alarm) => age(alarm), by: (alarm) => -(alarm.from ?? Infinity) },
  { name: "Raised", text: (alarm) => moment(alarm.time), by: (alarm) => alarm.time },
  { name: "State", text: stateOf },
  { name: "ID", text: (alarm) => shortId(alarm.alarmId), find: (alarm) => alarm.alarmId },
];

export function age(alarm) {
  return alarm.from == null ? "" : duration((Date.now() - alarm.from) / 1000);
}

function stateOf(alarm) {
  const masked = alarm.masked ? ", masked" : "";
  if (open(alarm)) return `Unacknowledged${masked}`;
  const comment = alarm.comment ? `: ${alarm.comment}` : "";
  return `Acknowledged${masked} by ${alarm.acknowledgedBy || "somebody"}, ${moment(alarm.acknowledgedAt)}${comment}`;
}

/** The alarms to list: shelved ones are left out, masked ones are included on request. */
export function listed(model, masked) {
  const found = [];
  for (const asset of model.assets.values()) {
    for (const alarm of asset.alarms) {
      if (!alarm.shelved && (masked || !alarm.masked)) found.push({ ...alarm, asset });
    }
  }
  return found;
}

/** Group alarms under their cause: `{ alarm, followers }` for each alarm without a cause. */
export function folded(alarms) {
  const groups = new Map();
  const known = new Set(alarms.map((alarm) => alarm.alarmId));
  const caused = alarms.filter((alarm) => known.has(alarm.cause));
  for (const alarm of alarms) if (!known.has(alarm.cause)) groups.set(alarm.alarmId, { alarm, followers: [] });
  for (const alarm of caused) groups.get(alarm.cause)?.followers.push(alarm);
  return [...groups.values()];
}

/** The ids to acknowledge for a group. */
export function waiting({ alarm, followers }) {
  return [alarm, ...followers].filter(open).map((each) => each.alarmId);
}

/** Keep the groups that match all filters, given by column name. */
export function filtered(groups, filters) {
  const wanted = COLUMNS.filter((column) => filters[column.name]);
  const fits = (alarm) =>
    wanted.every(({ name, text, find = text }) => {
      const place = name === "Asset" ? `${text(alarm)} ${alarm.location}` : find(alarm);
      return place.toLowerCase().includes(filters[name].toLowerCase());
    });
  return groups.filter((group) => [group.alarm, ...group.followers].some(fits));
}

/** Sort groups: the system's first, then by a column, or else waiting ones first, by urgency and then newest first. */
export function sorted(groups, { column, down } = {}) {
  const chosen = COLUMNS.find(({ name }) => name === column);
  const by = chosen?.by ?? chosen?.text;
  const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
  return groups.sort(
    (one, other) =>
      compare(one.alarm.asset.assetType !== "System", other.alarm.asset.assetType !== "System") ||
      (by ? compare(by(one.alarm), by(other.alarm)) * (down ? -1 : 1) : 0) ||
      compare(!waiting(one).length, !waiting(other).length) ||
      compare(one.alarm.severity, other.alarm.severity) ||
      -compare(one.alarm.time, other.alarm.time),
  );
}

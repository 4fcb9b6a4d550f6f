// Helpers for all elements: building DOM without markup, keyed lists, and the shared model.

const shared = {};
const waiting = [];

/** Provide the model and the API to every element, present and future. */
export function provide(things) {
  Object.assign(shared, things);
  waiting.splice(0).forEach((element) => element.begin(shared));
}

/** An element of the page. `begin` is called once, when the model is available. */
export class Part extends HTMLElement {
  connectedCallback() {
    if (this.begun) return;
    this.begun = true;
    if (shared.model) this.begin(shared);
    else waiting.push(this);
  }

  /** Draw soon; several changes are drawn together. */
  later() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }
}

/** Call `act` when a different user logs in. */
export function onOtherUser(model, api, act) {
  let last = api.user;
  model.addEventListener("user", () => {
    if (api.user === last) return;
    last = api.user;
    act();
  });
}

/** Create an element. Text is never parsed as markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && name !== "list" && name !== "form") element[name] = value;
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** A checkbox and its label, kept on one line. */
export function beside(box, text) {
  return h("span", { class: "pair" }, box, h("label", { htmlFor: box.id }, text));
}

/** Set text only if it changes, so that screen readers announce only news. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A table cell that becomes a block with its column name in narrow windows. */
export function cell(name, ...children) {
  return h("td", { "data-name": name }, ...children);
}

/** Seconds for which rows keep their places after the pointer moved over them. */
const STEADY_S = 5;

/**
 * Return a function that keeps the order of items while the pointer is over `place`, so that no row jumps away
 * under the pointer; new items are added at the end. `settle` is called when they may move again.
 */
export function steady(place, settle) {
  let [until, order, timer] = [0, [], 0];
  const release = () => {
    until = 0;
    settle();
  };
  place.addEventListener("pointermove", () => {
    until = Date.now() + STEADY_S * 1000;
    clearTimeout(timer);
    timer = setTimeout(release, STEADY_S * 1000);
  });
  place.addEventListener("pointerleave", () => {
    clearTimeout(timer);
    if (until) release();
  });
  return (items, key) => {
    if (Date.now() < until) {
      const at = new Map(order.map((name, n) => [name, n]));
      const of = (item) => at.get(key(item)) ?? order.length;
      items = [...items].sort((a, b) => of(a) - of(b));
    }
    order = items.map(key);
    return items;
  };
}

/** Show `items` as children of `parent`, each in a persistent element, so that the focus is kept. */
export function keyed(parent, items, key, create, update) {
  const kept = (parent.keyedChildren ??= new Map());
  const wanted = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    wanted.add(name);
    let element = kept.get(name);
    if (!element) {
      element = create(item);
      kept.set(name, element);
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const [name, element] of kept) {
    if (!wanted.has(name)) {
      element.remove();
      kept.delete(name);
    }
  }
}

/** A time in the local zone (which the page header names), with the date unless it is today. */
export function moment(at) {
  if (!at) return "";
  const local = new Date(new Date(at) - new Date(at).getTimezoneOffset() * 60_000).toISOString();
  const today = new Date().toDateString() === new Date(at).toDateString();
  return today ? local.slice(11, 19) : local.slice(0, 19).replace("T", " ");
}

/** Compare times, newest first; equal times keep their order. */
export function newer(a, b) {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** The time zone of the page, such as `Europe/Berlin, UTC+01:00`. */
export function zone() {
  const minutes = -new Date().getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) => String(n).padStart(2, "0"));
  return `${Intl.DateTimeFormat().resolvedOptions().timeZone}, UTC${minutes < 0 ? "-" : "+"}${hours}:${rest}`;
}

/** A duration for people: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// Building elements. User input only ever becomes text: no markup on this page is made from strings.

/** Create an element. `props` are attributes, `on…` listeners, `text`, or properties such as `value`; `children` nodes or strings. */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "open") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Create a labeled field: a label around its text and its control. */
export function field(label, control, hint) {
  return el("label", { class: "field" }, el("span", { text: label }), control, hint ? el("small", { text: hint }) : null);
}

export function button(text, onclick, props = {}) {
  return el("button", { type: "button", onclick, ...props }, text);
}

/** Run `work` at most once per frame, however often it is requested. */
export function framed(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

/** Run `work` once, `wait` milliseconds after the last call. */
export function calmed(work, wait) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

let hiding;

/** Show an error or success message for a few seconds. */
export function toast(text, good = false) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.classList.toggle("good", good);
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (place.hidden = true), 6000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`, true);
  } catch {
    toast(`${what} could not be copied: the browser does not allow it here`);
  }
}

/** A North American number in groups; any other number unchanged. */
export function spoken(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number || "");
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : number || "—";
}

/** The same without the North American country code, where space is limited. */
export const brief = (number) => spoken(number).replace(/^\+1 /, "");

const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exactTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayTime = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const shortTime = (iso) => clockTime.format(new Date(iso));
export const longTime = (iso) => exactTime.format(new Date(iso));
export const dayAndTime = (iso) => dayTime.format(new Date(iso));

const wholeTime = new Intl.DateTimeFormat(undefined, { year: "numeric", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" });

/** A time with its year and the browser's time zone. */
export const dateAndZone = (instant) => wholeTime.format(new Date(instant));

/** The arrow on a button that sends. */
export function arrow() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M10 16V5m-5 5 5-5 5 5");
  svg.append(path);
  return svg;
}

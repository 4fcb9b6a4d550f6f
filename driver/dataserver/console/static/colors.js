// Colors of the status tables in CSS, with readable text on them.

const PLAIN = {
  Normal: "#b0b8c1",
  Masked: "#3f51b5",
  Fault: "#c62828",
  Acknowledged: "#b26a00",
  "No Communication": "#7b1fa2",
};

/** The color of Normal in the built-in status table. */
const CALM = "#FFB0B8C1";

/** Colors that a table may omit; the page then uses its own. */
const OPTIONAL = {
  "--caption": "Status.TextColor",
  "--selected": "Status.SelectedColor",
  "--selected-caption": "Status.SelectedTextColor",
};

/** `#AARRGGBB` becomes `#RRGGBBAA`. */
export function css(color) {
  return /^#[0-9A-F]{8}$/i.test(color) ? `#${color.slice(3)}${color.slice(1, 3)}` : "";
}

/** Black or white, whichever is easier to read on a color (WCAG's relative luminance). */
export function readable(color) {
  const channel = (at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return light > 0.179 ? "#000" : "#fff";
}

/** Give an element the colors of a status: those of its row, or plain ones. */
export function paint(element, status, row) {
  // Normal is inconspicuous unless the site's table sets a color for it.
  element.classList.toggle("calm", status === "Normal" && [undefined, CALM].includes(row?.["Status.Color"]));
  const color = css(row?.["Status.Color"]) || PLAIN[status] || "#616161";
  const flash = css(row?.["Status.FlashColor"]) || color;
  element.style.setProperty("--status", color);
  element.style.setProperty("--on-status", readable(color));
  element.style.setProperty("--flash", flash);
  for (const [name, column] of Object.entries(OPTIONAL)) {
    const value = css(row?.[column]);
    if (value) element.style.setProperty(name, value);
    else element.style.removeProperty(name);
  }
  element.classList.toggle("flashing", row?.["Status.Flash"] === true);
}

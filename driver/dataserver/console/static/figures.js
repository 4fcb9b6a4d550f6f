// Alarm statistics: alarms per hour, the ten worst assets, and the EEMUA 191 figures.
import { h, moment, say } from "./parts.js";

const HOUR = 3_600_000;
/** Longer periods are shown by day. */
const MAX_HOURS = 72;
const HEIGHT = 60;

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export class Figures {
  constructor() {
    this.words = h("p", {});
    this.chart = h("div");
    this.worst = h("ol", { class: "worst" });
    const [left, right] = [h("h3", {}, "Alarms"), h("h3", {}, "Worst assets")];
    this.element = h("div", { class: "figures", hidden: true }, h("div", {}, left, this.words, this.chart), h("div", {}, right, this.worst));
  }

  show(figures) {
    const { raised, averagePerTenMinutes, mostInTenMinutes, standing, shelved, masked } = figures;
    say(
      this.words,
      `${raised} raised: ${averagePerTenMinutes} per 10 minutes on average, ${mostInTenMinutes} at peak ` +
        `(EEMUA 191: 1 is manageable, more than 10 is a flood). Currently ${standing} standing, ${shelved} shelved, ${masked} masked.`,
    );
    this.drawChart(figures);
    this.worst.replaceChildren(
      ...figures.worst.map(({ caption, raised: count }) =>
        h("li", {}, h("meter", { max: figures.worst[0].raised, value: count, "aria-hidden": "true" }), ` ${count} ${caption}`),
      ),
    );
  }

  drawChart({ from, to, slots }) {
    const [begin, end] = [Math.floor(new Date(from) / HOUR) * HOUR, new Date(to).getTime()];
    const long = end - begin > MAX_HOURS * HOUR;
    const step = long ? 24 * HOUR : HOUR;
    const counts = new Array(Math.max(1, Math.ceil((end - begin) / step))).fill(0);
    for (const { at, raised } of slots) counts[Math.max(0, Math.floor((new Date(at) - begin) / step))] += raised;
    const most = Math.max(...counts, 1);
    const bars = counts.map((count, n) => {
      const height = (count / most) * HEIGHT;
      const title = svg("title", {}, `${moment(new Date(begin + n * step))}: ${count}`);
      return svg("rect", { x: n * 10, y: HEIGHT - height, width: 8, height }, title);
    });
    const label = `Alarms per ${long ? "day" : "hour"}, ${most} at peak`;
    this.chart.replaceChildren(
      svg("svg", { role: "img", "aria-label": label, viewBox: `0 0 ${counts.length * 10} ${HEIGHT}`, preserveAspectRatio: "none" }, ...bars),
      h("p", { class: "small" }, `${label}; from ${moment(from)} to ${moment(to)}`),
    );
  }
}

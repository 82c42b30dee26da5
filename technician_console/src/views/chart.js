// A chart of some parts, drawn by uPlot in the page's own colours. It shows nothing that the table beside it does not say.
import { css, html } from "../../../static/vendor/lit.js";
import uPlot from "../../../static/vendor/uplot.js";
import { formatNumber } from "../i18n.js";
import { View } from "./base.js";

/** @typedef {{label: string, values: (number | null)[]}} Series */

const HEIGHT = 210;
const COLOURS = ["--accent", "--warn"];

export class ChartView extends View {
  static properties = { labels: { attribute: false }, series: { attribute: false }, bars: { type: Boolean } };
  static styles = css`
    :host {
      display: block;
      min-width: 0;
    }
    .uplot,
    .uplot *,
    .u-wrap * {
      box-sizing: border-box;
    }
    .u-wrap {
      position: relative;
    }
    .u-over,
    .u-under,
    .u-axis {
      position: absolute;
    }
    canvas {
      display: block;
      position: relative;
      width: 100%;
      height: 100%;
    }
  `;

  #plot = /** @type {uPlot | null} */ (null);
  #width = 0;
  #watch = new ResizeObserver(() => this.#resized());
  #dark = matchMedia("(prefers-color-scheme: dark)");
  #repaint = () => this.#draw();

  constructor() {
    super();
    /** @type {string[]} */
    this.labels = [];
    /** @type {Series[]} */
    this.series = [];
    this.bars = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#watch.observe(this);
    this.#dark.addEventListener("change", this.#repaint);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#watch.disconnect();
    this.#dark.removeEventListener("change", this.#repaint);
    this.#plot?.destroy();
    this.#plot = null;
  }

  render() {
    return html`<div aria-hidden="true"></div>`;
  }

  updated() {
    this.#draw();
  }

  #resized() {
    const width = Math.floor(this.clientWidth);
    if (width && width !== this.#width) this.#draw();
  }

  #draw() {
    const place = this.find("div");
    this.#plot?.destroy();
    this.#plot = null;
    this.#width = Math.floor(this.clientWidth);
    if (!place || !this.#width || this.labels.length === 0) return;
    const data = [this.labels.map((_, at) => at), ...this.series.map(({ values }) => values)];
    this.#plot = new uPlot(this.#options(), data, place);
  }

  #options() {
    const style = getComputedStyle(this);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 }, font: `14px ${style.fontFamily}` };
    const last = this.labels.length - 1;
    const label = (/** @type {number} */ at) => (Number.isInteger(at) ? (this.labels[at] ?? "") : "");
    return {
      width: this.#width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: [-0.6, last + 0.6] }, y: { range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number} */ most) => [0, (most || 1) * 1.08] } },
      axes: [
        { ...axis, grid: { show: false }, space: 80, incrs: [1, 2, 5, 10, 20, 50, 100], values: (/** @type {unknown} */ _, /** @type {number[]} */ marks) => marks.map(label) },
        { ...axis, size: 60, values: (/** @type {unknown} */ _, /** @type {number[]} */ marks) => marks.map((mark) => formatNumber(mark)) },
      ],
      series: [
        {},
        ...this.series.map(({ label: name }, at) => ({
          label: name,
          stroke: colour(COLOURS[at] ?? "--text"),
          width: 2,
          ...(this.bars ? { fill: colour(COLOURS[at] ?? "--text"), paths: uPlot.paths.bars({ size: [0.6, 60] }) } : {}),
          ...(at === 1 && !this.bars ? { dash: [6, 4] } : {}),
          points: { show: !this.bars, size: 6, fill: colour(COLOURS[at] ?? "--text") },
        })),
      ],
    };
  }
}

customElements.define("hr-chart", ChartView);

// Apache ECharts in the colours of the page: loaded once, when the first chart is to be drawn.
import { calm, h } from './dom.js';
import { number } from './i18n.js';

const ECHARTS = '/webjars/echarts/5.5.0/echarts.common.min.js';
let loading = null;

function load() {
  loading ??= import(ECHARTS).then(
    () => globalThis.echarts,
    (error) => {
      loading = null;
      throw error;
    });
  return loading;
}

const probe = h('i', { class: 'visually-hidden', 'aria-hidden': 'true' });

/** The colour that a custom property has in the theme of now, in a form that a canvas understands. */
export function colour(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** What the axes, the tooltip and the letters of all charts have in common. */
export function dressed({ categories, label, long, tip, value = (amount) => number(amount, { notation: 'compact' }), series, integers = true }) {
  const [faint, line, ink, light] = ['ink-2', 'line', 'tip', 'tip-ink'].map(colour);
  const font = { color: faint, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  return {
    animation: !calm(),
    animationDuration: 500,
    animationDurationUpdate: 500,
    grid: { left: 4, right: 8, top: 16, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: categories,
      axisLabel: { ...font, hideOverlap: true, margin: 12, formatter: label },
      axisLine: { onZero: true, lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: { type: 'value', minInterval: integers ? 1 : undefined, splitNumber: 4, axisLabel: { ...font, formatter: value }, splitLine: { lineStyle: { color: line } } },
    tooltip: {
      trigger: 'axis',
      // Drawn on the canvas: no inline styles, so that a strict content security policy holds.
      renderMode: 'richText',
      confine: true,
      backgroundColor: ink,
      borderWidth: 0,
      padding: [10, 14],
      textStyle: { color: light, fontFamily: font.fontFamily, fontSize: 13, lineHeight: 20 },
      axisPointer: { type: 'shadow', shadowStyle: { color: line, opacity: 0.45 } },
      formatter: (rows) => [long(rows[0].axisValue, rows[0].dataIndex), ...rows.filter((row) => row.value !== null && row.value !== undefined).map((row) => `${row.seriesName}  ${tip(row.value, row)}`)].join('\n'),
    },
    series,
  };
}

/** A chart in a box. Without ECharts the box says so, and the table beside it tells the same. */
export class Plot {
  #chart = null;
  #watch = null;
  #gone = false;

  /**
   * @param place the box
   * @param option makes the ECharts option of now, null for nothing to draw yet
   * @param missing called if ECharts cannot be loaded
   */
  constructor(place, option, missing = () => {}) {
    this.place = place;
    this.option = option;
    load().then(
      (echarts) => {
        if (this.#gone) return;
        this.#chart = echarts.init(place, null, { renderer: 'canvas' });
        this.#watch = new ResizeObserver(() => this.#chart.resize());
        this.#watch.observe(place);
        this.draw();
      },
      () => missing());
  }

  draw() {
    if (!this.#chart) return;
    const option = this.option();
    if (option) this.#chart.setOption(option, { replaceMerge: ['series'] });
  }

  close() {
    this.#gone = true;
    this.#watch?.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
  }
}

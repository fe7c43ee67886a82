// Served and seen over time, drawn by Apache ECharts; beside it, the same numbers as a table.
import { byId, calm, h } from './dom.js';
import { locale, number, t } from './i18n.js';

const ECHARTS = '/webjars/echarts/5.5.0/echarts.esm.min.js';
const LENGTH = { hour: 3_600_000, day: 86_400_000 };

/** All the steps of a period: those without traffic are zero, so that the time axis does not skip the quiet hours. */
export function everyStep(series, granularity, from, to) {
  const step = LENGTH[granularity];
  const known = new Map(series.map((point) => [Math.floor(Date.parse(point.at) / step) * step, point]));
  const all = [];
  for (let at = Math.floor(from / step) * step; at <= to; at += step) {
    const point = known.get(at);
    all.push({ at, served: point?.served ?? 0, seen: point?.seen ?? 0, uniqueViewers: point?.uniqueViewers ?? 0 });
  }
  return all;
}

const when = (at, granularity, long) =>
  new Intl.DateTimeFormat(locale(), granularity === 'hour'
    ? { weekday: long ? 'short' : undefined, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    : { day: 'numeric', month: 'short', weekday: long ? 'short' : undefined, timeZone: 'UTC' }).format(at);

export class ReachChart {
  #chart = null;
  #points = [];
  #granularity = 'hour';

  /** @param place the box of the picture; @param table a `<tbody>` for the numbers */
  constructor(place, table) {
    this.place = place;
    this.table = table;
    this.ready = import(ECHARTS).then(
      (echarts) => {
        this.#chart = echarts.init(place, null, { renderer: 'canvas' });
        new ResizeObserver(() => this.#chart.resize()).observe(place);
        this.draw();
      },
      () => {
        place.classList.add('is-missing');
        place.textContent = t('kol.chart.failed');
        byId('chart-table').open = true;
      });
  }

  show(points, granularity) {
    this.#points = points;
    this.#granularity = granularity;
    this.#drawTable();
    this.draw();
  }

  draw() {
    if (!this.#chart) return;
    const style = getComputedStyle(this.place);
    const colour = (name) => style.getPropertyValue(name).trim();
    const [ink, faint, line] = ['color', 'border-top-color', 'outline-color'].map((name) => getComputedStyle(byId('chart-colours')).getPropertyValue(name));
    const [served, seen] = ['background-color', 'border-left-color'].map((name) => getComputedStyle(byId('chart-colours')).getPropertyValue(name));
    const font = { color: faint, fontFamily: colour('font-family'), fontSize: 12 };
    const granularity = this.#granularity;
    this.#chart.setOption({
      animation: !calm(),
      animationDuration: 500,
      animationDurationUpdate: 500,
      grid: { left: 4, right: 8, top: 16, bottom: 4, containLabel: true },
      xAxis: {
        type: 'category',
        data: this.#points.map(({ at }) => at),
        axisLabel: { ...font, hideOverlap: true, margin: 12, formatter: (at) => when(Number(at), granularity, false) },
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
      },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 4, axisLabel: { ...font, formatter: (value) => number(value, { notation: 'compact' }) }, splitLine: { lineStyle: { color: line } } },
      tooltip: {
        trigger: 'axis',
        // Drawn on the canvas: no inline styles, so that a strict content security policy holds.
        renderMode: 'richText',
        backgroundColor: ink,
        borderWidth: 0,
        padding: [10, 14],
        textStyle: { color: getComputedStyle(byId('chart-colours')).getPropertyValue('border-right-color'), fontFamily: font.fontFamily, fontSize: 13, lineHeight: 20 },
        axisPointer: { type: 'shadow', shadowStyle: { color: line, opacity: 0.45 } },
        formatter: (rows) => [when(Number(rows[0].axisValue), granularity, true), ...rows.map((row) => `${row.seriesName}  ${number(row.value)}`)].join('\n'),
      },
      series: [
        { name: t('kol.served'), type: 'bar', data: this.#points.map((point) => point.served), itemStyle: { color: served, borderRadius: [4, 4, 0, 0] }, barCategoryGap: '24%', barMaxWidth: 36 },
        { name: t('kol.seen'), type: 'bar', barGap: '-100%', z: 3, data: this.#points.map((point) => point.seen), itemStyle: { color: seen, borderRadius: [4, 4, 0, 0] }, barMaxWidth: 36 },
      ],
    });
  }

  #drawTable() {
    this.table.replaceChildren(...this.#points.toReversed().map((point) =>
      h('tr', {}, h('th', { scope: 'row', text: when(point.at, this.#granularity, true) }),
        ...[point.served, point.seen, point.uniqueViewers].map((value) => h('td', { text: number(value) })))));
  }
}

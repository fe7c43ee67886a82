// Reach over time: a chart by ECharts, the period before as a dashed line, and the same numbers as a table.
import { colour, dressed, Plot } from '../echarts.js';
import { byId, h } from '../dom.js';
import { number, span, t } from '../i18n.js';
import { Choice } from './choice.js';
import { DAY, HOUR } from './range.js';
import { when } from './words.js';

const STEP = { hour: HOUR, day: DAY };
const NOTHING = { served: 0, seen: 0, engaged: 0, uniqueViewers: 0, watchedMillis: 0, actions: {}, followersGained: 0, followersLost: 0 };
const action = (name) => (point) => point.actions?.[name] ?? 0;

/** What can be drawn: `lines` of `[i18n key, colour, point → number]`; the first is compared with the period before. */
const METRICS = {
  reach: { lines: [['kol.seen', 'seen', (p) => p.seen], ['kol.served', 'served', (p) => p.served]], over: true },
  unique: { lines: [['kol.unique', 'seen', (p) => p.uniqueViewers ?? 0]] },
  engaged: { lines: [['kol.likes', 'seen', action('LIKE')], ['kol.saves', 'kind-2', action('FAVORITE')], ['kol.comments', 'kind-3', action('COMMENT')], ['kol.shares', 'kind-4', action('SHARE')]], stack: true },
  watch: { lines: [['kol.watch', 'seen', (p) => p.watchedMillis ?? 0]], format: span },
  followers: { lines: [['kol.gained', 'good', (p) => p.followersGained ?? 0], ['kol.lost', 'seen', (p) => -(p.followersLost ?? 0)]], stack: true },
};

/** All the steps of a period: those without traffic are zero, so that the time axis does not skip the quiet hours. */
export function everyStep(series, granularity, from, end) {
  const step = STEP[granularity];
  const known = new Map(series.map((point) => [Math.floor(Date.parse(point.at) / step) * step, point]));
  const all = [];
  for (let at = Math.floor(from / step) * step; at < end; at += step) all.push({ ...NOTHING, ...known.get(at), at });
  return all;
}

export class Trend {
  #question = null;
  #points = [];
  #before = null;

  constructor() {
    this.choice = new Choice(Object.keys(METRICS).map((key) => [key, `kol.trend.${key}`]), { label: 'kol.trend.metric', testid: 'trend', onChange: () => this.redraw() });
    byId('trend-choice').append(this.choice.node);
    this.plot = new Plot(byId('chart'), () => this.#option(), () => {
      byId('chart').classList.add('is-missing');
      byId('chart').textContent = t('kol.chart.failed');
      byId('chart-table').open = true;
    });
  }

  async ask(question) {
    this.#question = question;
    this.#points = [];
    this.#before = null;
    if (!question.compare) return;
    const { from, days, granularity } = question.period;
    const earlier = await question.before().catch(() => null);
    if (question !== this.#question || !earlier) return;
    this.#before = everyStep(earlier.series ?? [], granularity, from - days * DAY, from);
    this.redraw();
  }

  show(answer, question) {
    const { from, granularity } = question.period;
    const end = question.period.to ?? Date.now();
    this.#points = everyStep(answer.series ?? [], granularity, from, end);
    this.redraw();
  }

  redraw() {
    if (!this.#question) return;
    const { lines } = METRICS[this.choice.value];
    byId('chart-unit').textContent = t(`kol.chart.${this.#question.period.granularity}`);
    byId('trend-legend').replaceChildren(...lines.map(([key, name]) => key_(t(key), name)), ...(this.#before ? [key_(t('kol.before'), 'before')] : []));
    const empty = this.#points.length > 0 && ![...this.#points, ...(this.#before ?? [])].some((point) => lines.some(([, , value]) => value(point) !== 0));
    byId('chart').hidden = byId('chart-table').hidden = empty;
    byId('no-chart').hidden = !empty;
    this.#describe();
    this.#table();
    this.plot.draw();
  }

  #describe() {
    const [key, , value] = METRICS[this.choice.value].lines[0];
    const most = this.#points.reduce((best, point) => (value(point) > value(best) ? point : best), this.#points[0]);
    byId('chart').setAttribute('aria-label', most && value(most) > 0
      ? t('kol.chart.most', { what: t(key), value: this.#format(value(most)), when: when(most.at, this.#question.period.granularity, true) })
      : t('kol.none'));
  }

  #format(value) {
    return (METRICS[this.choice.value].format ?? number)(value);
  }

  #option() {
    const points = this.#points;
    if (!this.#question || !points.length) return null;
    const { lines, over, stack, format } = METRICS[this.choice.value];
    const { granularity } = this.#question.period;
    const bars = lines.map(([key, name, value], i) => ({
      name: t(key),
      type: 'bar',
      data: points.map(value),
      stack: stack ? 'all' : undefined,
      barGap: over ? '-100%' : undefined,
      z: lines.length - i + 1,
      barCategoryGap: '24%',
      barMaxWidth: 36,
      itemStyle: { color: colour(name), borderRadius: stack ? 0 : [4, 4, 0, 0] },
    }));
    const before = this.#before && {
      name: t('kol.before'),
      type: 'line',
      data: points.map((_, i) => (this.#before[i] ? lines[0][2](this.#before[i]) : null)),
      showSymbol: false,
      z: 9,
      lineStyle: { color: colour('ink'), width: 1.6, type: [5, 5], opacity: 0.7 },
      itemStyle: { color: colour('ink') },
    };
    return dressed({
      categories: points.map(({ at }) => at),
      label: (at) => when(Number(at), granularity),
      long: (at) => when(Number(at), granularity, true),
      tip: (value) => this.#format(value),
      value: format,
      integers: !format,
      series: before ? [...bars, before] : bars,
    });
  }

  #table() {
    const { lines } = METRICS[this.choice.value];
    const { granularity } = this.#question.period;
    const before = this.#before;
    byId('chart-head').replaceChildren(h('tr', {}, ...['kol.when', ...lines.map(([key]) => key), ...(before ? ['kol.before'] : [])].map((key) => h('th', { scope: 'col', text: t(key) }))));
    byId('chart-rows').replaceChildren(...this.#points.map((point, i) =>
      h('tr', {}, h('th', { scope: 'row', text: when(point.at, granularity, true) }),
        ...lines.map(([, , value]) => h('td', { text: this.#format(Math.abs(value(point))) })),
        before ? h('td', { text: before[i] ? this.#format(lines[0][2](before[i])) : '–' }) : null)).reverse());
  }
}

const key_ = (text, name) => h('span', { class: `key key-${name}`, text });

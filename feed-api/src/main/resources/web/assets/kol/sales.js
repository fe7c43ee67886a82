// What was sold, given back, and earned, in each currency.
import { colour, dressed, Plot } from '../echarts.js';
import { byId, h } from '../dom.js';
import { money, t } from '../i18n.js';
import { everyStep } from './trend.js';
import { when } from './words.js';

export class Sales {
  #answer = null;
  #question = null;
  #currency = null;

  constructor() {
    this.plot = new Plot(byId('sales-chart'), () => this.#option());
  }

  ask(question) {
    this.#question = question;
    this.#answer = null;
    this.redraw();
  }

  show(answer) {
    this.#answer = answer;
    this.redraw();
  }

  redraw() {
    const total = this.#answer?.total ?? {};
    const currencies = [...new Set(['salesMinor', 'refundsMinor', 'commissionMinor'].flatMap((field) => Object.keys(total[field] ?? {})))]
      .toSorted((a, b) => (total.salesMinor?.[b] ?? 0) - (total.salesMinor?.[a] ?? 0));
    if (!currencies.includes(this.#currency)) this.#currency = currencies[0] ?? null;
    byId('no-sales').hidden = currencies.length > 0;
    byId('no-sales').textContent = t(this.#answer ? 'kol.sales.none' : 'kol.loading');
    byId('sales').hidden = currencies.length === 0;
    const focused = byId('sales-rows').contains(document.activeElement);
    byId('sales-rows').replaceChildren(...currencies.map((currency) => {
      const [sold, back, earned] = [total.salesMinor, total.refundsMinor, total.commissionMinor].map((minor) => minor?.[currency] ?? 0);
      return h('tr', { testid: `sales-${currency}`, data: { sold } },
        h('th', { scope: 'row' }, h('button', { type: 'button', class: 'currency', text: currency, 'aria-pressed': String(currency === this.#currency), on: { click: () => {
          this.#currency = currency;
          this.redraw();
        } } })),
        ...[sold, back, sold - back, earned].map((amount) => h('td', { text: money(amount, currency) })));
    }));
    if (focused) byId('sales-rows').querySelector('[aria-pressed=true]')?.focus();
    if (!this.#currency) return;
    this.#table();
    this.plot.draw();
  }

  #points() {
    const { period } = this.#question;
    return everyStep(this.#answer.series ?? [], period.granularity, period.from, period.to ?? Date.now());
  }

  #table() {
    const currency = this.#currency;
    byId('sales-chart').setAttribute('aria-label', t('kol.sales.chart', { currency }));
    byId('sales-steps').replaceChildren(...this.#points().filter((point) => point.salesMinor?.[currency] || point.refundsMinor?.[currency]).map((point) =>
      h('tr', {}, h('th', { scope: 'row', text: when(point.at, this.#question.period.granularity, true) }),
        ...['salesMinor', 'refundsMinor', 'commissionMinor'].map((field) => h('td', { text: money(point[field]?.[currency] ?? 0, currency) })))).reverse());
  }

  #option() {
    if (!this.#answer || !this.#currency) return null;
    const currency = this.#currency;
    const points = this.#points();
    const { granularity } = this.#question.period;
    const line = (key, name, value) => ({ name: t(key), type: 'bar', stack: 'money', data: points.map(value), itemStyle: { color: colour(name) }, barMaxWidth: 30 });
    return dressed({
      categories: points.map(({ at }) => at),
      label: (at) => when(Number(at), granularity),
      long: (at) => when(Number(at), granularity, true),
      tip: (value) => money(value, currency),
      value: (value) => money(value, currency).replace(/[.,]00(?=\D*$)/, ''),
      integers: false,
      series: [line('kol.sold', 'kind-2', (point) => point.salesMinor?.[currency] ?? 0), line('kol.refunded', 'seen', (point) => -(point.refundsMinor?.[currency] ?? 0))],
    });
  }
}

// Which days are looked at: today, the last 7, 28 or 90, or some of one's own. Days are those of UTC, as the server counts.
import { byId, memory } from '../dom.js';

export const HOUR = 3_600_000;
export const DAY = 86_400_000;
const DAYS = { today: 1, 7: 7, 28: 28, 90: 90 };
const MOST_HOURS = 14 * 24;

const midnight = (at) => Math.floor(at / DAY) * DAY;
const dateOf = (at) => new Date(at).toISOString().slice(0, 10);

/**
 * The period of a choice.
 *
 * @param choice `{key, first, last, granularity}`; first and last are dates, used with the key `custom`
 * @return `{from, to, end, days, granularity, hours}`: `to` is null while the period goes on, `end` then is now; `hours` says
 *     whether steps of an hour may be asked for
 */
export function periodOf({ key, first, last, granularity }, now = Date.now()) {
  const today = midnight(now);
  const own = key === 'custom';
  const from = own ? Date.parse(first) : today - (DAYS[key] - 1) * DAY;
  const ends = own ? Date.parse(last) + DAY : today + DAY;
  const to = ends > now ? null : ends;
  const end = to ?? now;
  const hours = (end - from) / HOUR <= MOST_HOURS;
  return { from, to, end, days: Math.round((ends - from) / DAY), hours, granularity: hours ? (granularity ?? (ends - from <= 2 * DAY ? 'hour' : 'day')) : 'day' };
}

/** The row of periods, the two dates of one's own, and the width of a step. */
export class RangePicker {
  constructor(onChange) {
    this.onChange = onChange;
    this.choice = valid(memory.get('kol.range')) ?? { key: '28' };
    for (const button of this.#buttons()) button.addEventListener('click', () => this.#press(button.dataset.range));
    for (const button of this.#steps()) {
      button.addEventListener('click', () => this.#choose({ ...this.choice, granularity: button.dataset.granularity }));
    }
    byId('range-custom').addEventListener('submit', (event) => {
      event.preventDefault();
      const [first, last] = ['range-first', 'range-last'].map((id) => byId(id).value);
      if (first && last) this.#choose({ key: 'custom', first: first < last ? first : last, last: first < last ? last : first });
    });
    this.mark();
  }

  period(now) {
    return periodOf(this.choice, now);
  }

  mark() {
    const { key } = this.choice;
    for (const button of this.#buttons()) button.setAttribute('aria-pressed', button.dataset.range === key);
    const { granularity, hours } = this.period();
    for (const button of this.#steps()) {
      button.setAttribute('aria-pressed', button.dataset.granularity === granularity);
      button.disabled = button.dataset.granularity === 'hour' && !hours;
    }
    const { from, end } = this.period();
    byId('range-first').max = byId('range-last').max = dateOf(Date.now());
    byId('range-first').value = dateOf(from);
    byId('range-last').value = dateOf(end - 1);
    if (key !== 'custom') byId('range-custom').hidden = true;
  }

  #press(key) {
    byId('range-custom').hidden = key !== 'custom';
    if (key === 'custom') byId('range-first').focus();
    else this.#choose({ key });
  }

  #choose(choice) {
    this.choice = choice;
    memory.set('kol.range', choice);
    this.mark();
    if (choice.key === 'custom') byId('range-custom').hidden = false;
    this.onChange();
  }

  #buttons() {
    return document.querySelectorAll('[data-range]');
  }

  #steps() {
    return document.querySelectorAll('[data-granularity]');
  }
}

function valid(choice) {
  if (!choice) return null;
  if (choice.key in DAYS) return choice;
  return Date.parse(choice.first) <= Date.parse(choice.last) && Date.parse(choice.first) <= Date.now() ? choice : null;
}

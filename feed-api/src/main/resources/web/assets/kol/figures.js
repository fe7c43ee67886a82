// The counters: the total of the period, moving, and how it stands to the period before.
import { Counter, moneys, seenShare } from '../counters.js';
import { byId } from '../dom.js';
import { money, number, percent, span, t } from '../i18n.js';
import { signed } from './words.js';

const decimals = (value) => Number(value.toFixed(1));

export class Figures {
  #counters = {
    served: new Counter('served', { large: true }),
    seen: new Counter('seen', { large: true }),
    unique: new Counter('unique', { large: true }),
    likes: new Counter('likes'),
    follows: new Counter('follows'),
    purchases: new Counter('purchases'),
    watch: new Counter('watch', { format: span }),
  };
  #answer = null;

  constructor() {
    byId('counters').append(...Object.values(this.#counters).map((counter) => counter.node));
  }

  ask() {
    this.#answer = null;
    Object.values(this.#counters).forEach((counter) => counter.clear());
  }

  show(answer) {
    this.#answer = answer;
    const { total, previous } = answer;
    const values = valuesOf(total);
    const before = previous ? valuesOf(previous) : {};
    const hints = hintsOf(total);
    for (const [key, counter] of Object.entries(this.#counters)) {
      counter.show(values[key], hints[key] ?? '');
      counter.compare(before[key] ?? null);
    }
  }

  redraw() {
    if (this.#answer) this.show(this.#answer);
  }
}

function valuesOf({ served, seen, uniqueViewers, actions = {}, watchedMillis, followersGained }) {
  return {
    served, seen,
    unique: uniqueViewers ?? 0,
    likes: actions.LIKE ?? 0,
    follows: followersGained ?? actions.FOLLOW ?? 0,
    purchases: actions.PURCHASE ?? 0,
    watch: watchedMillis ?? 0,
  };
}

function hintsOf(total) {
  const { served, seen, uniqueViewers, newViewers, followersGained, followersLost, watch, salesMinor } = total;
  const lost = followersLost ?? 0;
  return {
    served: t('kol.served.hint'),
    seen: seenShare(served, seen, percent),
    unique: [uniqueViewers > 0 ? t('kol.unique.hint', { n: decimals(seen / uniqueViewers) }) : '', newViewers > 0 ? t('kol.unique.new', { n: number(newViewers) }) : ''].filter(Boolean).join(' · '),
    likes: total.engaged > 0 ? t('kol.engaged.hint', { n: number(total.engaged) }) : '',
    follows: lost > 0 ? t('kol.follows.hint', { lost: number(lost), net: signed((followersGained ?? 0) - lost) }) : '',
    purchases: moneys(salesMinor, money),
    watch: watch?.p50Millis > 0 ? t('kol.watch.hint', { half: span(watch.p50Millis) }) : '',
  };
}

// How fresh the features are, and what could not be used.
import { byId, h } from './dom.js';
import { known, locale, number, span, t } from './i18n.js';
import { moment } from './lab-versions.js';

/** Beyond this many seconds a server has fallen behind: it looks every two. */
const FRESH = 10;

const age = (seconds) => span(Math.max(0, Math.round(seconds * 10) * 100));

/** The time of day, with the day where it was another one. */
function clock(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return h('time', { datetime: iso, text: new Intl.DateTimeFormat(locale(), today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' }).format(at) });
}

export class Freshness {
  #now = null;

  get serving() {
    return this.#now?.serving ?? {};
  }

  show(freshness) {
    this.#now = freshness;
    this.draw();
  }

  draw() {
    const now = this.#now;
    if (!now) return;
    const fact = (key, value, good = true) => h('div', { class: good ? '' : 'is-warning' }, h('dt', { i18n: key }), h('dd', { text: value }));
    byId('fresh-facts').replaceChildren(
      fact('lab.behind', age(now.behindSeconds), now.behindSeconds < FRESH),
      fact('lab.kafka', t(now.reachable ? (now.caughtUp ? 'lab.kafka.read' : 'lab.kafka.starting') : 'lab.kafka.away'), now.reachable && now.caughtUp),
      fact('lab.undecodable', number(now.undecodable), now.undecodable === 0),
      fact('lab.evicted', number(now.evicted), now.evicted === 0));
    byId('fresh-rows').replaceChildren(...now.topics.map((topic) => h('tr', { data: { topic: topic.topic } },
      h('th', { scope: 'row' }, known(`lab.topic.${topic.topic}`) ?? topic.topic, h('small', { class: 'mono', text: topic.topic })),
      h('td', { text: topic.entries === undefined ? 'Redis' : number(topic.entries) }),
      h('td', {}, topic.newestAt ? clock(topic.newestAt) : '–'),
      h('td', { text: topic.ageSeconds === undefined ? '–' : age(topic.ageSeconds) }))));
    byId('degraded').replaceChildren(...(now.degraded.length > 0
      ? now.degraded.map((what) => h('li', { class: 'is-warning', text: what }))
      : [h('li', { class: 'is-good', text: `✓ ${t('lab.degraded.none')}` })]));
  }
}

export class DeadLetters {
  #now = null;
  #drawn = '';

  show(letters) {
    const next = JSON.stringify(letters);
    this.#now = letters;
    if (next !== this.#drawn) this.draw();
    this.#drawn = next;
  }

  draw() {
    const now = this.#now;
    if (!now) return;
    byId('dead-total').textContent = [t('lab.dead.total', { n: now.total }), now.unread > 0 ? t('lab.dead.unread', { n: now.unread }) : ''].filter(Boolean).join(' · ');
    byId('no-dead').hidden = now.total > 0 || now.unread > 0;
    const most = Math.max(1, ...now.counts.map(({ count }) => count));
    byId('dead-counts').replaceChildren(...now.counts.map(({ topic, reason, count }) => {
      const fill = h('i', { 'aria-hidden': 'true' });
      fill.style.setProperty('--share', (count / most).toFixed(3));
      return h('li', {}, h('span', { class: 'dead-why' }, h('strong', { text: reason }), h('small', { class: 'mono', text: topic })), h('span', { class: 'dead-count', text: number(count) }), fill);
    }));
    byId('dead-newest').hidden = now.newest.length === 0;
    byId('dead-rows').replaceChildren(...now.newest.map((letter) => h('tr', {},
      h('td', {}, moment(letter.at)), h('td', { class: 'mono', text: letter.topic }), h('td', { text: `${letter.partition}, ${number(letter.offset)}` }), h('td', { class: 'words', text: letter.reason }))));
  }
}

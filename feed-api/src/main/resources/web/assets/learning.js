// "What the feed is learning": the topics of the last two pages, side by side.
import { topicHue } from './cover.js';
import { inWords } from './degraded.js';
import { h } from './dom.js';
import { percent, t } from './i18n.js';
import { icon } from './icons.js';
import { topicName } from './topics.js';

const ROWS = 7;

/** Each topic's share of a page; an item with several topics gives a part to each. */
export function topicShares(items) {
  const shares = new Map();
  for (const { content } of items) {
    for (const topic of content.topics) shares.set(topic, (shares.get(topic) ?? 0) + 1 / content.topics.length / items.length);
  }
  return shares;
}

/** What a page was ranked after, in words; empty if nothing new was known. */
export function rankedAfter(after) {
  if (after?.what) return t(`learn.ranked.${after.what}`);
  return after?.likes > 0 ? t('learn.ranked', { n: after.likes }) : '';
}

/** The panel on a desktop, the strip on a phone, and the sheet that the strip opens, all drawn from the same pages. */
export class Learning {
  #pages = [];
  #liked = new Map();
  #likes = 0;
  /** The latest other thing that the next page may follow: `dial`, `hide`, `follow` or `comment`. */
  #what = null;

  constructor({ panel, strip }) {
    this.places = new Set([panel]);
    this.strip = strip;
    this.draw();
  }

  reset() {
    this.#pages = [];
    this.#likes = 0;
    this.#what = null;
    this.draw();
  }

  forgetLikes() {
    this.#liked.clear();
    this.#likes = 0;
    this.#what = null;
  }

  /** A page arrived. */
  page(page) {
    this.#pages = [...this.#pages, page].slice(-2);
    this.draw();
  }

  liked(content, delta) {
    for (const topic of content.topics) this.#liked.set(topic, (this.#liked.get(topic) ?? 0) + delta);
    this.#likes = Math.max(0, this.#likes + delta);
    this.draw();
  }

  /** The viewer did something else that moves the feed. */
  did(what) {
    this.#what = what;
    this.draw();
  }

  /** What the next page will be ranked after. */
  get pending() {
    return { likes: this.#likes, what: this.#what };
  }

  /** That much has reached the server before a page was asked for. */
  spent({ likes, what }) {
    this.#likes = Math.max(0, this.#likes - likes);
    if (this.#what === what) this.#what = null;
  }

  /** Draws into `place` too until the returned function is called. */
  alsoIn(place) {
    this.places.add(place);
    this.draw();
    return () => this.places.delete(place);
  }

  draw() {
    for (const place of this.places) place.replaceChildren(...this.#content());
    this.#drawStrip();
  }

  #content() {
    const [before, now] = this.#pages.length > 1 ? this.#pages : [null, this.#pages[0]];
    if (!now) return [h('p', { class: 'learn-note', text: t('learn.waiting') })];
    const shares = topicShares(now.items);
    const earlier = before ? topicShares(before.items) : new Map();
    const weight = (topic) => (shares.get(topic) ?? 0) + (earlier.get(topic) ?? 0) * 0.5;
    const topics = [...new Set([...shares.keys(), ...earlier.keys()])].sort((a, b) => weight(b) - weight(a)).slice(0, ROWS);
    const top = Math.max(0.01, ...topics.flatMap((topic) => [shares.get(topic) ?? 0, earlier.get(topic) ?? 0]));
    return [
      h('div', { class: 'learn-legend' },
        h('span', { class: 'key key-now' }, h('strong', { text: t('learn.page', { n: now.number }) })),
        before && h('span', { class: 'key key-before', text: t('learn.page', { n: before.number }) })),
      h('ol', { class: 'learn-rows' }, ...topics.map((topic) => this.#row(topic, shares.get(topic) ?? 0, before ? (earlier.get(topic) ?? 0) : null, top))),
      this.#note(now),
      now.degraded.length > 0 && h('p', { class: 'learn-degraded' }, icon('alert'), h('span', { text: inWords(now.degraded).join(' ') })),
    ].filter(Boolean);
  }

  #row(topic, now, before, top) {
    const moved = before === null ? 0 : Math.round((now - before) * 100);
    const said = before === null
      ? t('learn.row.first', { topic: topicName(topic), now: percent(now) })
      : t('learn.row', { topic: topicName(topic), now: percent(now), before: percent(before) });
    const row = h('li', { class: 'learn-row', 'aria-label': said, data: { topic } },
      h('span', { class: 'learn-name', 'aria-hidden': 'true' }, h('span', { text: topicName(topic) }), this.#liked.get(topic) > 0 ? h('i', { icon: 'heart', title: t('learn.liked') }) : null),
      h('span', { class: 'learn-bars', 'aria-hidden': 'true' }, h('i', { class: 'learn-now' }), before === null ? null : h('i', { class: 'learn-before' })),
      h('span', { class: 'learn-share', 'aria-hidden': 'true' }, percent(now),
        moved === 0 ? null : h('em', { class: moved > 0 ? 'is-up' : 'is-down', text: `${moved > 0 ? '+' : '−'}${Math.abs(moved)}` })));
    row.style.setProperty('--hue', topicHue(topic));
    row.style.setProperty('--now', (now / top).toFixed(3));
    row.style.setProperty('--before', ((before ?? 0) / top).toFixed(3));
    return row;
  }

  #note(page) {
    const note = (kind, picture, text) => h('p', { class: `learn-note is-${kind}`, testid: `${kind}-note` }, icon(picture), h('span', { text }));
    if (this.#what) return note('pending', 'spark', t(`learn.pending.${this.#what}`));
    if (this.#likes > 0) return note('pending', 'heart', t('learn.pending', { n: this.#likes }));
    if (rankedAfter(page.after)) return note('ranked', 'spark', rankedAfter(page.after));
    return h('p', { class: 'learn-note', text: t('learn.lead') });
  }

  #drawStrip() {
    const page = this.#pages.at(-1);
    const shares = page ? [...topicShares(page.items)].sort((a, b) => b[1] - a[1]) : [];
    this.strip.replaceChildren(...shares.map(([topic, share]) => {
      const part = h('i', {});
      part.style.setProperty('--hue', topicHue(topic));
      part.style.setProperty('--share', share.toFixed(3));
      return part;
    }));
  }
}

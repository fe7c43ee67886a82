// One timeline: asks for its pages, keeps the cards around the viewer in the document, and knows which one is watched.
import { api, Problem, Unreachable } from './api.js';
import { calm, h } from './dom.js';
import { Tail } from './tail.js';
import { toastError } from './toast.js';

const PAGE = 10;
/** The next page is asked for when so many cards are left: late, so that likes on this page can still move it. */
const CARDS_LEFT = 2;
/** A card counts as seen when most of it was on the screen for this long; a fast flick past it is no view. */
const SEEN_AFTER = 200;
const RETRY_AFTER = 4_000;
const LOOK_AGAIN_AFTER = 10_000;
/** So many cards before and after the one on the screen are in the document, however far one scrolls. */
const BEHIND = 3;
const AHEAD = 4;
/** A card that is off its place by less than this share of its height is the one that is watched. */
const NEAR = 0.4;
/** What is further away is jumped to: on the way, cards would be built and thrown away. */
const FARTHEST_GLIDE = 3;

/**
 * Every card is as high as the feed, so that a place is a number and what is far away is empty space. A timeline holds
 * what a feed may hold, 4,000 items, and a handful of cards.
 */
export class Timeline {
  #slots = [];
  #shown = new Set();
  #active = null;
  #pages = 0;
  #cursor = null;
  #loading = false;
  #ended = false;
  /** The last page was empty and not the last, for instance because all of it was taken down meanwhile. */
  #resting = false;
  /** Grows whenever the timeline starts anew, so that a late answer to an old question is dropped. */
  #life = 0;
  #timer = null;
  #before = h('div', { class: 'gap', 'aria-hidden': 'true' });
  #after = h('div', { class: 'gap', 'aria-hidden': 'true' });

  /**
   * @param parts `feed` scrolls and holds `list`; `session`, `queue` and `learning` as on the page; `make(item, page)`
   *     builds a card; `seen(card)`, `over(kind)` and `arrived(page)` are told what happened; `retry` tries again what failed
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.surface = null;
    this.tail = new Tail({ retry: () => this.retry(), again: () => this.restart() });
    this.list.before(this.#before);
    this.list.after(this.#after, this.tail.node);
    let asked = null;
    this.feed.addEventListener('scroll', () => {
      asked ??= requestAnimationFrame(() => {
        asked = null;
        this.#follow();
      });
    }, { passive: true });
    new ResizeObserver(() => this.#follow()).observe(this.feed);
  }

  /** The card on the screen, or null. */
  get active() {
    return this.#active?.card ?? null;
  }

  /** All cards that are in the document. */
  get cards() {
    return [...this.#shown].map((slot) => slot.card);
  }

  /** Begins a surface, with an item of somebody's own choice before its first page if there is one. */
  async begin(surface, first = null) {
    this.surface = surface;
    await this.restart(first);
  }

  async restart(first = null) {
    this.leave();
    this.#life++;
    clearTimeout(this.#timer);
    this.#slots = [];
    this.#pages = 0;
    this.#cursor = null;
    this.#loading = this.#ended = false;
    this.tail.state = null;
    this.learning.reset();
    if (first) this.#slots.push({ item: first, page: { feedId: null, surface: this.surface, number: 0, degraded: [], items: [first], shared: true } });
    this.#draw();
    this.feed.scrollTop = 0;
    this.#follow();
    await this.loadNext();
  }

  /** Asks for the next page, once. */
  async loadNext() {
    if (this.#loading || this.#ended || !this.session.token) return;
    this.#loading = true;
    const mine = this.#life;
    clearTimeout(this.#timer);
    if (this.tail.state !== 'empty') this.#tail('loading');
    try {
      const pending = this.learning.pending;
      const arrived = await this.queue.flush();
      if (mine !== this.#life) return;
      const answer = await this.session.use((token) => api.feed(token, this.surface, this.#cursor, PAGE));
      if (mine !== this.#life) return;
      if (arrived) this.learning.spent(pending);
      const after = arrived && this.#pages > 0 ? pending : null;
      this.#loading = false;
      this.#append({ ...answer, degraded: answer.degraded ?? [], surface: this.surface, number: ++this.#pages, after });
    } catch (error) {
      if (mine === this.#life) this.#failed(error);
    } finally {
      if (mine === this.#life) this.#loading = false;
    }
  }

  /** What lies ahead was ranked before something changed: it goes, and the next page is asked for now. */
  rankAnew() {
    if (this.#slots.length === 0 || this.#loading) return;
    this.#slots.length = this.#at() + 1;
    this.#ended = this.#cursor === null;
    this.#draw();
    if (this.#ended) this.restart();
    else this.loadNext();
  }

  /** Takes out of what lies ahead whatever matches. */
  drop(matches) {
    const at = this.#at();
    this.#slots = this.#slots.filter((slot, i) => i <= at || !matches(slot.item.content));
    this.#draw();
    this.#follow();
  }

  /** By so many cards on or back; whoever had the focus in a card has it in the next one. */
  move(step) {
    const at = this.#active ? this.#slots.indexOf(this.#active) : this.#slots.length;
    this.#go(Math.max(0, Math.min(this.#slots.length, at + step)));
  }

  first() {
    this.#go(0, true);
  }

  /** Back to a card, even if it was scrolled away. */
  show(content) {
    const at = this.#slots.findIndex((slot) => slot.item.content.id === content.id);
    if (at >= 0) this.#go(at, true);
  }

  /** The card on the screen is no longer watched. */
  leave() {
    this.#active?.card?.leave();
    this.#active = null;
  }

  pause() {
    this.#active?.card.leave();
  }

  resume() {
    this.#active?.card.enter();
  }

  localize() {
    for (const card of this.cards) card.localize();
  }

  #at() {
    return this.#active ? this.#slots.indexOf(this.#active) : this.#slots.length - 1;
  }

  #go(at, jump = false) {
    const focused = document.activeElement?.closest('.card');
    if (jump || calm() || Math.abs(at - this.#place()) > FARTHEST_GLIDE) this.#jump(at);
    else this.feed.scrollTo({ top: at * this.feed.clientHeight, behavior: 'smooth' });
    if (focused) (this.#slots[at]?.card?.node ?? this.tail.node).focus({ preventScroll: true });
  }

  /** The browser would hold on to the card it had snapped to while others are built around it. */
  #jump(at) {
    this.feed.style.scrollSnapType = 'none';
    this.#keepAround(at);
    this.feed.scrollTo({ top: at * this.feed.clientHeight, behavior: 'instant' });
    this.#follow();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      this.feed.style.scrollSnapType = '';
    }));
  }

  #append(page) {
    this.#cursor = page.nextCursor ?? null;
    this.#ended = this.#cursor === null;
    this.#resting = page.items.length === 0 && !this.#ended;
    const waited = this.#slots.length;
    this.#slots.push(...page.items.map((item) => ({ item, page, seen: false, card: null })));
    if (page.items.length > 0) this.learning.page(page);
    this.arrived(page);
    const lost = this.#ended && page.degraded.includes('timelines');
    this.#tail(this.#slots.length === 0 ? 'empty' : lost ? 'lost' : this.#ended ? 'end' : 'loading');
    const place = this.#place();
    this.#draw();
    // The browser holds on to what it had snapped to, and that is the tail, which moves to the end of the new page.
    if (Math.abs(place - waited) <= NEAR) this.feed.scrollTop = waited * this.feed.clientHeight;
    this.#follow();
    if (this.#slots.length === 0) this.#lookAgain();
    else if (this.#resting) this.#timer = setTimeout(() => this.loadNext(), RETRY_AFTER);
  }

  /** Nothing is there yet: what is published meanwhile appears by itself. */
  #lookAgain() {
    this.#timer = setTimeout(() => {
      if (document.hidden) return this.#lookAgain();
      this.#pages = 0;
      this.#cursor = null;
      this.#ended = false;
      return this.loadNext();
    }, LOOK_AGAIN_AFTER);
  }

  #failed(error) {
    // A cursor that the server no longer knows cannot be retried: the next try starts a new timeline.
    if (error instanceof Problem && [400, 404, 410].includes(error.status)) this.#cursor = null;
    const away = error instanceof Unreachable;
    const passing = away || error.status >= 500 || error.status === 429;
    this.#tail('failed', error);
    if (!passing) toastError(error);
    else if (!away) this.#timer = setTimeout(() => this.loadNext(), RETRY_AFTER);
  }

  #tail(state, error) {
    this.tail.show(state, { surface: this.surface, error });
    this.list.setAttribute('aria-busy', state === 'loading');
  }

  /** How far down the feed is, in cards. */
  #place() {
    return this.feed.clientHeight === 0 ? 0 : this.feed.scrollTop / this.feed.clientHeight;
  }

  #draw() {
    this.#keepAround(Math.min(Math.round(this.#place()), this.#slots.length));
  }

  #follow() {
    const place = this.#place();
    const at = Math.min(this.#slots.length, Math.max(0, Math.round(place)));
    this.#keepAround(at);
    if (Math.abs(place - at) > NEAR) return;
    if (at < this.#slots.length) this.#enter(this.#slots[at]);
    else {
      this.leave();
      this.over(null);
      this.#wantMore();
    }
  }

  #wantMore() {
    if (this.#pages > 0 && !this.#loading && !this.#ended && !this.#resting && this.tail.state === 'loading') this.loadNext();
  }

  #keepAround(at) {
    const from = Math.max(0, at - BEHIND);
    const to = Math.min(this.#slots.length, at + AHEAD + 1);
    const wanted = this.#slots.slice(from, to);
    const keep = new Set(wanted);
    for (const slot of this.#shown) if (!keep.has(slot)) this.#undress(slot);
    wanted.forEach((slot) => {
      if (slot.card) return;
      slot.card = this.make(slot.item, slot.page);
      this.#shown.add(slot);
    });
    let next = null;
    for (const { card } of wanted.reverse()) {
      if (card.node.nextSibling !== next || card.node.parentNode !== this.list) this.list.insertBefore(card.node, next);
      card.measure?.();
      next = card.node;
    }
    this.#before.style.setProperty('--cards', from);
    this.#after.style.setProperty('--cards', this.#slots.length - to);
  }

  #undress(slot) {
    if (slot === this.#active) this.leave();
    if (slot.card.node.contains(document.activeElement)) this.feed.focus({ preventScroll: true });
    slot.card.remove();
    slot.card = null;
    this.#shown.delete(slot);
  }

  #enter(slot) {
    if (slot === this.#active) return;
    this.leave();
    this.#active = slot;
    slot.card.enter();
    this.over(slot.item.content.kind);
    setTimeout(() => {
      if (slot !== this.#active || slot.seen || document.hidden) return;
      slot.seen = true;
      this.seen(slot.card);
    }, SEEN_AFTER);
    if (this.#slots.length - 1 - this.#slots.indexOf(slot) <= CARDS_LEFT) this.#wantMore();
  }
}

// Whether the server answers. Says so when it does not, asks until it does, and tells the page to go on.
import { api, network } from './api.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { icon } from './icons.js';

const FIRST_TRY = 1_000;
const LONGEST_PAUSE = 8_000;
const GOOD_NEWS = 3_000;

/** Watches all calls of a page; one per page. */
export class Connection {
  #away = false;
  #pause = FIRST_TRY;
  #timer = null;

  /**
   * @param place an element with `role="status"` for what is said
   * @param back called once each time the server answers again
   */
  constructor(place, back) {
    this.place = place;
    this.back = back;
    network.addEventListener('lost', () => this.#lost());
    network.addEventListener('heard', () => this.#heard());
    addEventListener('online', () => this.#away && this.#ask());
  }

  get away() {
    return this.#away;
  }

  #lost() {
    if (this.#away) return;
    this.#away = true;
    this.#pause = FIRST_TRY;
    clearTimeout(this.#timer);
    this.#say('away', 'connection.away', h('span', { class: 'spinner' }));
    this.#askLater();
  }

  #heard() {
    if (!this.#away) return;
    this.#away = false;
    clearTimeout(this.#timer);
    this.#say('back', 'connection.back', icon('check'));
    this.#timer = setTimeout(() => (this.place.hidden = true), GOOD_NEWS);
    this.back();
  }

  #askLater() {
    this.#timer = setTimeout(() => this.#ask(), this.#pause);
    this.#pause = Math.min(this.#pause * 1.6, LONGEST_PAUSE);
  }

  #ask() {
    clearTimeout(this.#timer);
    api.alive().catch(() => this.#away && this.#askLater());
  }

  #say(state, key, picture) {
    this.place.hidden = false;
    this.place.dataset.state = state;
    this.place.replaceChildren(picture, h('span', { i18n: key, text: t(key) }));
  }
}

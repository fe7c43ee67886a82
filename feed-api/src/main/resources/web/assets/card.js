// One card of the feed: a short video, a post or a shop item, with its buttons.
import { cover, topicHue } from './cover.js';
import { h } from './dom.js';
import { ago, clock, money, number, t } from './i18n.js';
import { icon } from './icons.js';
import { rankedAfter } from './learning.js';
import { avatar } from './people.js';
import { Player } from './player.js';
import { topicName } from './topics.js';

const DOUBLE_TAP = 280;

/**
 * A card knows how it looks and plays, and nothing of the network: what the viewer does is told to `does`, an object
 * with like, comment, save, share, hide, follow, buy, why, more and watched.
 */
export class Card {
  #played = null;

  constructor(item, page, does) {
    this.item = item;
    this.content = item.content;
    this.page = page;
    this.does = does;
    this.node = this.#build();
    this.#showPlaying();
    this.localize();
  }

  /** The card is the one on the screen: its video runs. */
  enter() {
    this.node.classList.add('is-active');
    this.measure?.();
    this.player?.play();
    this.#showPlaying();
  }

  /** The card leaves the screen; what was watched is reported once per play. */
  leave() {
    this.node.classList.remove('is-active');
    if (!this.player) return;
    this.player.pause();
    if (!this.player.finished && this.player.watched > 0) this.does.watched(this, this.player.watched);
    this.player.rewind();
    this.#showPlaying();
  }

  /** Out of the document, for good. */
  remove() {
    this.player?.pause();
    clearTimeout(this.#played);
    this.node.remove();
  }

  togglePlay() {
    if (!this.player) return;
    if (this.player.playing) this.player.pause();
    else this.player.play();
    this.#showPlaying();
  }

  press(action, pressed) {
    this.buttons[action]?.setAttribute('aria-pressed', pressed);
  }

  showFollowed(followed) {
    const button = this.buttons.follow;
    button.setAttribute('aria-pressed', followed);
    button.replaceChildren(icon(followed ? 'check' : 'plus'), h('span', { i18n: followed ? 'action.following' : 'action.follow' }));
    button.setAttribute('aria-label', `${t(followed ? 'action.following' : 'action.follow')} ${this.#author()}`);
  }

  showStock(stock) {
    this.content.item.stock = stock;
    this.localize();
  }

  /** A heart where the finger was, or in the middle. */
  burst(at) {
    const heart = h('span', { class: 'burst', 'aria-hidden': 'true', icon: 'heart' });
    const box = this.stage.getBoundingClientRect();
    heart.style.setProperty('--x', `${(at ? at.x - box.left : box.width / 2).toFixed(0)}px`);
    heart.style.setProperty('--y', `${(at ? at.y - box.top : box.height * 0.45).toFixed(0)}px`);
    heart.addEventListener('animationend', () => heart.remove());
    this.stage.append(heart);
  }

  /** Covers the card with "less like this", with a way back. */
  veil(actions) {
    this.unveil();
    const mute = h('button', { type: 'button', class: 'quiet', testid: 'mute', text: t('hidden.mute', { name: this.#author() }), on: { click: () => actions.mute(mute) } });
    this.veilNode = h('div', { class: 'veil' },
      icon('hide'), h('p', { class: 'veil-title', i18n: 'hidden.title' }), h('p', { i18n: 'hidden.text' }),
      h('button', { type: 'button', class: 'primary', i18n: 'undo', testid: 'unhide', on: { click: actions.undo } }), mute);
    this.node.classList.add('is-hidden');
    this.stage.append(this.veilNode);
  }

  unveil() {
    this.veilNode?.remove();
    this.node.classList.remove('is-hidden');
  }

  /** Writes everything that depends on the language. */
  localize() {
    const { content } = this;
    this.when.textContent = [ago(content.createdAt), content.city].filter(Boolean).join(' · ');
    this.topics.replaceChildren(...content.topics.slice(0, 3).map((topic) => {
      const chip = h('li', { class: 'topic', text: topicName(topic) });
      chip.style.setProperty('--hue', topicHue(topic));
      return chip;
    }));
    this.showFollowed(this.buttons.follow.getAttribute('aria-pressed') === 'true');
    if (this.ranked) this.ranked.textContent = rankedAfter(this.page.after);
    if (this.player) {
      this.bar.title = t('play.label', { seconds: Math.round(this.player.duration / 1000), real: number(this.player.duration / this.player.speed / 1000, { maximumFractionDigits: 1 }) });
    }
    if (content.item) {
      const { priceMinor, currency, stock } = content.item;
      this.price.textContent = money(priceMinor, currency);
      this.stock.textContent = stock == null || stock > 0 ? (stock != null && stock <= 20 ? t('shop.stock', { n: stock }) : '') : t('shop.sold-out');
      this.buttons.buy.disabled = stock != null && stock <= 0;
    }
  }

  #author() {
    return this.content.authorName || this.content.authorId;
  }

  #build() {
    const { content, item, page } = this;
    const heading = `title-${page.feedId ?? 'shared'}-${item.position}`;
    const act = (name) => () => this.does[name](this);
    const railButton = (name, picture) => h('button', { type: 'button', class: `act act-${name}`, testid: name, 'aria-pressed': name === 'like' || name === 'save' ? 'false' : null, on: { click: act(name) } },
      icon(picture), h('span', { i18n: `action.${name}` }));
    this.buttons = {
      like: railButton('like', 'heart'),
      comment: railButton('comment', 'comment'),
      save: railButton('save', 'save'),
      share: railButton('share', 'share'),
      why: railButton('why', 'why'),
      hide: railButton('hide', 'hide'),
      follow: h('button', { type: 'button', class: 'follow', testid: 'follow', 'aria-pressed': 'false', on: { click: act('follow') } }),
    };
    this.art = h('div', { class: 'art' }, cover(content));
    this.when = h('span', { class: 'when' });
    this.sponsored = content.sponsored ? h('span', { class: 'sponsored', i18n: 'feed.sponsored' }) : null;
    this.topics = h('ul', { class: 'topics' });
    this.ranked = item === page.items[0] && rankedAfter(page.after) ? h('p', { class: 'ranked', testid: 'ranked' }) : null;
    const byline = h('div', { class: 'byline' },
      avatar(content.authorId, content.authorName),
      h('div', { class: 'byline-words' }, h('span', { class: 'author', text: this.#author() }), h('span', { class: 'when-line' }, this.sponsored, this.when)),
      this.buttons.follow);
    const title = h('h2', { class: 'title', id: heading, lang: content.language || null, text: content.text || t(`kind.${content.kind}`) });
    title.dataset.length = length(content.text ?? '');
    this.stage = h('div', { class: 'stage' }, this.art, this.ranked, ...this.#body(byline, title));
    this.#listenForTaps();
    const node = h('article', {
      class: `card is-${content.kind.toLowerCase().replace('_', '-')}`, testid: 'card', tabindex: '-1',
      'aria-labelledby': heading, 'aria-posinset': item.position + 1, 'aria-setsize': '-1',
      data: { contentId: content.id, position: item.position, kind: content.kind, topic: content.topics[0] ?? '' },
    }, this.stage, h('div', { class: 'rail' }, ...['like', 'comment', 'save', 'share', 'why', 'hide'].map((name) => this.buttons[name])));
    node.style.setProperty('--hue', topicHue(content.topics[0] ?? content.id));
    return node;
  }

  #body(byline, title) {
    if (this.content.kind === 'SHORT_VIDEO') return this.#video(byline, title);
    if (this.content.kind === 'SHOP_ITEM') return this.#shop(byline, title);
    const more = h('button', { type: 'button', class: 'more', i18n: 'feed.more', on: { click: () => this.does.more(this) } });
    more.hidden = true;
    // Tall glyphs reach out of a line by a few pixels; what is cut off is a line at least.
    this.measure = () => (more.hidden = title.scrollHeight - title.clientHeight < parseFloat(getComputedStyle(title).lineHeight) / 2);
    return [h('div', { class: 'sheet-of-paper' }, title, more), h('div', { class: 'words' }, byline, this.topics)];
  }

  #video(byline, title) {
    const millis = this.content.video?.durationMillis ?? 15_000;
    this.bar = h('div', { class: 'bar' }, h('span', { class: 'bar-done' }));
    this.time = h('span', { class: 'time', 'aria-hidden': 'true' });
    this.player = new Player(millis, {
      moved: (position) => {
        this.bar.style.setProperty('--done', (position / millis).toFixed(4));
        const text = `${clock(position)} / ${clock(millis)}`;
        if (this.time.textContent !== text) this.time.textContent = text;
      },
      ended: () => {
        this.does.watched(this, this.player.watched);
        this.#showPlaying();
      },
    });
    this.player.moved(0);
    this.playButton = h('button', { type: 'button', class: 'play', on: { click: (event) => { event.stopPropagation(); this.togglePlay(); } } });
    const speed = this.player.speed > 1.05 ? h('span', { class: 'speed', text: `×${number(this.player.speed, { maximumFractionDigits: this.player.speed < 10 ? 1 : 0 })}` }) : null;
    return [this.playButton,
      h('div', { class: 'words' }, byline, title, this.topics, h('div', { class: 'playback' }, this.bar, h('span', { class: 'playback-words' }, this.time, speed)))];
  }

  #shop(byline, title) {
    this.price = h('span', { class: 'price' });
    this.stock = h('span', { class: 'stock' });
    this.buttons.buy = h('button', { type: 'button', class: 'primary buy', testid: 'buy', on: { click: () => this.does.buy(this) } }, icon('bag'), h('span', { i18n: 'action.buy' }));
    return [h('div', { class: 'words counter-desk' }, byline, title, this.topics,
      h('div', { class: 'deal' }, h('span', { class: 'deal-words' }, this.price, this.stock), this.buttons.buy))];
  }

  /** One tap pauses or plays, two like: as hands expect from short videos. */
  #listenForTaps() {
    this.stage.addEventListener('click', (event) => {
      if (event.target.closest('button, a, .veil')) return;
      if (this.#played !== null) {
        clearTimeout(this.#played);
        this.#played = null;
        this.does.like(this, { at: { x: event.clientX, y: event.clientY }, onlyOn: true });
        return;
      }
      this.#played = setTimeout(() => {
        this.#played = null;
        this.togglePlay();
      }, DOUBLE_TAP);
    });
  }

  #showPlaying() {
    if (!this.player) return;
    const state = this.player.playing ? 'playing' : this.player.finished ? 'finished' : 'paused';
    if (this.node.dataset.play === state) return;
    this.node.dataset.play = state;
    this.playButton.replaceChildren(icon(state === 'finished' ? 'replay' : 'play'));
    this.playButton.dataset.i18nLabel = state === 'playing' ? 'action.pause' : 'action.play';
    this.playButton.setAttribute('aria-label', t(this.playButton.dataset.i18nLabel));
  }
}

/** How loud a text may be set: ideographs take twice the room of letters. */
function length(text) {
  let room = 0;
  for (const char of text) room += char.codePointAt(0) > 0x2e7f ? 2 : 1;
  return room <= 36 ? 'short' : room <= 110 ? 'middle' : room <= 320 ? 'text' : 'long';
}


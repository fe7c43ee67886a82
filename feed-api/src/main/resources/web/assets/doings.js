// What the viewer does with a card, and takes back.
import { api } from './api.js';
import { openBuying } from './buying.js';
import { openComments } from './comments.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { share } from './share.js';
import { openSheet } from './sheet.js';
import { toast, toastError } from './toast.js';
import { openWhy } from './why.js';

const HIDDEN_STAYS = 700;

/** All that a card offers. It tells the server, the panel of what the feed learns, and the card. */
export class Doings {
  /** Ids of the likes, saves and hides that stand, by action and content, to be able to take them back. */
  #standing = new Map();
  #following = new Set();

  /** @param parts `session`, `queue`, `learning`, `timeline` as on the page; `sessionId`; `via`, who shared a link that led here; `nameOf(viewerId)` */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Somebody else watches: what stands is no longer known, whom they follow is. */
  forget(following = []) {
    this.#standing.clear();
    this.#following = new Set(following);
  }

  /** Shows on a card that was just built what stands. */
  restore(card) {
    card.press('like', this.#stands('LIKE', card));
    card.press('save', this.#stands('FAVORITE', card));
    card.showFollowed(this.#following.has(card.content.authorId));
    if (this.#stands('HIDE', card)) this.#veil(card);
  }

  /** Writes an engagement down to be sent; returns its id. */
  tell(card, action, more = {}) {
    const { page, item, content } = card;
    return this.queue.add({
      contentId: content.id,
      action,
      surface: page.surface,
      sessionId: this.sessionId,
      touchpoint: page.shared ? 'share' : 'card',
      ...(page.shared ? this.via && { via: this.via } : { feedId: page.feedId, position: item.position }),
      ...more,
    });
  }

  seen(card) {
    this.tell(card, 'SEEN');
  }

  watched(card, watchedMillis) {
    this.tell(card, 'WATCH', { watchedMillis });
  }

  like(card, { at = null, onlyOn = false } = {}) {
    const stood = this.#stands('LIKE', card);
    if (at || !stood) card.burst(at);
    if (onlyOn && stood) return;
    const liked = this.#toggle('LIKE', card);
    card.press('like', liked);
    this.learning.liked(card.content, liked ? 1 : -1);
  }

  save(card) {
    card.press('save', this.#toggle('FAVORITE', card));
  }

  hide(card) {
    if (this.#stands('HIDE', card)) return;
    this.#toggle('HIDE', card);
    this.learning.did('hide');
    this.#veil(card);
    toast(t('hidden.toast'), { action: { label: t('undo'), run: () => {
      this.#unhide(card.content);
      this.timeline.show(card.content);
    } } });
    setTimeout(() => {
      if (card === this.timeline.active && this.#stands('HIDE', card)) this.timeline.move(1);
    }, HIDDEN_STAYS);
  }

  async follow(card) {
    const { authorId } = card.content;
    const name = card.content.authorName || authorId;
    const follow = !this.#following.has(authorId);
    this.#showFollowing(authorId, follow);
    try {
      await this.session.use((token) => api.follow(token, authorId, follow));
      if (follow) this.learning.did('follow');
      toast(t(follow ? 'follow.toast' : 'unfollow.toast', { name }));
    } catch (error) {
      this.#showFollowing(authorId, !follow);
      toastError(error);
    }
  }

  comment(card) {
    this.tell(card, 'OPEN', { touchpoint: 'comments' });
    this.#aside(card, openComments(card, { session: this.session, queue: this.queue, nameOf: this.nameOf, tell: (action, more) => this.tell(card, action, more), said: () => this.learning.did('comment') }));
  }

  share(card) {
    share(card, { me: this.session.person, shared: () => this.tell(card, 'SHARE') });
  }

  buy(card) {
    this.#aside(card, openBuying(card, { session: this.session, queue: this.queue }));
  }

  why(card) {
    this.#aside(card, openWhy(card, this.session));
  }

  more(card) {
    this.tell(card, 'OPEN');
    openSheet({ title: card.content.authorName || card.content.authorId, kind: 'reading-sheet' },
      h('p', { class: 'reading', lang: card.content.language || null, text: card.content.text }));
  }

  /** What runs behind a sheet is not watched. */
  #aside(card, sheet) {
    if (!sheet || !card.player?.playing) return;
    card.togglePlay();
    sheet.addEventListener('close', () => card === this.timeline.active && !card.player.playing && card.togglePlay());
  }

  #stands(action, { content }) {
    return this.#standing.has(`${action} ${content.id}`);
  }

  /** Does an action, or takes it back if it stands; says whether it stands now. */
  #toggle(action, card) {
    const key = `${action} ${card.content.id}`;
    const undoes = this.#standing.get(key);
    if (undoes) {
      this.#standing.delete(key);
      this.tell(card, action, { undoes });
      return false;
    }
    this.#standing.set(key, this.tell(card, action));
    return true;
  }

  #veil(card) {
    card.veil({ undo: () => this.#unhide(card.content), mute: (button) => this.#mute(card, button) });
    this.hidden ??= new Map();
    this.hidden.set(card.content.id, { content: card.content, page: card.page, item: card.item });
  }

  /** The card that was hidden may have left the document and come back as another one. */
  #unhide(content) {
    const card = this.hidden?.get(content.id);
    if (!card || !this.#stands('HIDE', card)) return;
    this.hidden.delete(content.id);
    this.#toggle('HIDE', card);
    for (const shown of this.timeline.cards) if (shown.content.id === content.id) shown.unveil();
  }

  async #mute({ content }, button) {
    button.disabled = true;
    try {
      await this.session.use((token) => api.mute(token, content.authorId));
      button.textContent = t('hidden.muted', { name: content.authorName || content.authorId });
      this.timeline.drop(({ authorId }) => authorId === content.authorId);
    } catch (error) {
      button.disabled = false;
      toastError(error);
    }
  }

  #showFollowing(authorId, followed) {
    if (followed) this.#following.add(authorId);
    else this.#following.delete(authorId);
    for (const card of this.timeline.cards) if (card.content.authorId === authorId) card.showFollowed(followed);
  }
}

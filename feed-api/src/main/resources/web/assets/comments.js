// What is said under a content: read page by page, and said oneself.
import { api, Unreachable } from './api.js';
import { h } from './dom.js';
import { ago, t } from './i18n.js';
import { avatar } from './people.js';
import { openSheet } from './sheet.js';

const LONGEST = 1_000;

/**
 * Opens the comments of a card and returns the sheet. What one says is there at once; the list of the server has it
 * about a second later.
 *
 * @param tools `session`, `queue`; `tell(action, more)` writes an engagement down; `said` is called after a comment;
 *     `nameOf(viewerId)` is the name that people know somebody by, or undefined
 */
export function openComments({ content }, tools) {
  const comments = new Comments(content, tools);
  const dialog = openSheet({ i18nTitle: 'comments.title', testid: 'comments-panel', kind: 'comments-sheet' }, comments.list, comments.more, comments.form);
  comments.load();
  comments.field.focus();
  return dialog;
}

class Comments {
  #cursor = null;
  #shown = new Set();

  constructor(content, tools) {
    this.content = content;
    this.tools = tools;
    this.list = h('ul', { class: 'comments', 'aria-busy': 'true', testid: 'comments' });
    this.more = h('div', { class: 'comments-more', role: 'status' });
    this.field = h('textarea', { class: 'field', name: 'comment', rows: '1', maxlength: String(LONGEST), required: true, 'aria-label': t('comments.say'), placeholder: t('comments.say'), testid: 'comment-field', on: { input: () => this.#grow(), keydown: (event) => this.#enter(event) } });
    this.form = h('form', { class: 'comment-form', on: { submit: (event) => this.#say(event) } },
      this.field, h('button', { type: 'submit', class: 'primary', i18n: 'comments.send', testid: 'comment-send' }));
  }

  async load() {
    this.more.replaceChildren(h('span', { class: 'spinner' }));
    try {
      const page = await this.tools.session.use((token) => api.comments(token, this.content.id, 20, this.#cursor));
      this.#cursor = page.nextCursor;
      for (const comment of page.comments) this.#add(comment, false);
      this.#foot(this.#cursor && this.#button('comments.more'));
    } catch (error) {
      const words = error instanceof Unreachable ? t('error.network') : error.detail || error.message;
      this.#foot(h('p', { class: 'quiet-text', text: words }), this.#button('retry'));
    }
    this.list.setAttribute('aria-busy', 'false');
  }

  #button(key) {
    return h('button', { type: 'button', class: 'quiet', i18n: key, testid: 'comments-more', on: { click: () => this.load() } });
  }

  #foot(...nodes) {
    const none = this.#shown.size === 0 && !nodes.some(Boolean) && h('p', { class: 'quiet-text', i18n: 'comments.none' });
    this.more.replaceChildren(...[none, ...nodes].filter(Boolean));
  }

  #add(comment, first) {
    const key = `${comment.viewerId} ${comment.id}`;
    if (this.#shown.has(key)) return;
    this.#shown.add(key);
    const mine = comment.viewerId === this.tools.session.person?.id;
    const known = mine ? this.tools.session.person?.name : this.tools.nameOf(comment.viewerId);
    const name = mine ? t('comments.you') : (known ?? stranger(comment.viewerId));
    const row = h('li', { class: 'comment', testid: 'comment' },
      avatar(comment.viewerId, known),
      h('div', { class: 'comment-words' },
        h('p', { class: 'comment-who' }, h('strong', { text: name }), h('span', { text: ago(comment.at) }), comment.action === 'QUESTION' && h('em', { i18n: 'comments.question' })),
        h('p', { class: 'comment-text', text: comment.text })),
      mine && h('button', { type: 'button', class: 'round', icon: 'bin', i18nLabel: 'comments.delete', testid: 'comment-delete', on: { click: () => this.#takeBack(comment, key, row) } }));
    if (first) this.list.prepend(row);
    else this.list.append(row);
  }

  #say(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    const id = this.tools.tell('COMMENT', { text, touchpoint: 'comments' });
    this.#add({ id, viewerId: this.tools.session.person?.id, action: 'COMMENT', at: new Date().toISOString(), text }, true);
    this.#foot(...[...this.more.querySelectorAll('button')]);
    this.field.value = '';
    this.#grow();
    this.list.parentElement.scrollTop = 0;
    this.tools.said();
    this.tools.queue.flush();
  }

  #takeBack(comment, key, row) {
    this.tools.tell('COMMENT', { undoes: comment.id, touchpoint: 'comments' });
    this.tools.queue.flush();
    row.remove();
    this.#shown.delete(key);
    this.#foot(...[...this.more.querySelectorAll('button')]);
    this.field.focus();
  }

  /** Enter sends, as in every chat; with Shift it is a new line; while characters are composed it is theirs. */
  #enter(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #grow() {
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 132)}px`;
  }
}

/** Somebody without a name that is known here. */
function stranger(viewerId) {
  return viewerId.startsWith('v-') ? t('people.anonymous') : t('comments.viewer', { id: viewerId.slice(1) });
}

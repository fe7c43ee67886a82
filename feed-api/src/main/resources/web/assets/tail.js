// What stands after the last card: that more is coming, that it did not come, or that there is no more.
import { Unreachable } from './api.js';
import { h } from './dom.js';
import { icon } from './icons.js';

export class Tail {
  /** @param actions `retry` asks for the same page again, `again` for a new timeline */
  constructor({ retry, again }) {
    this.retry = retry;
    this.again = again;
    this.state = null;
    this.node = h('div', { class: 'tail', testid: 'feed-end', tabindex: '-1', 'aria-live': 'polite' });
  }

  show(state, { surface, error } = {}) {
    // Said once: who hears the page is not told with every page that one is coming, or every ten seconds that nothing is there.
    if ((state === 'empty' || state === 'loading') && this.state === state && this.surface === surface) return;
    this.state = state;
    this.surface = surface;
    this.node.dataset.state = state;
    this.node.replaceChildren(...this.#content(state, surface, error));
  }

  #content(state, surface, error) {
    const again = (run, key) => h('button', { type: 'button', class: 'primary', i18n: key, testid: 'retry', on: { click: () => run() } });
    const title = (key) => h('p', { class: 'tail-title', i18n: key });
    switch (state) {
      case 'loading':
        return [h('span', { class: 'spinner' }), h('p', { i18n: 'feed.loading' })];
      case 'failed': {
        const away = error instanceof Unreachable;
        const why = away ? { i18n: 'error.network' } : { text: [error.message, error.detail].filter(Boolean).join('. ') };
        return [icon('alert'), title('feed.failed'), h('p', why), again(this.retry, 'retry')];
      }
      case 'lost':
        return [icon('alert'), title('feed.lost'), h('p', { i18n: 'feed.lost.text' }), again(this.again, 'feed.again')];
      case 'end':
        return [icon('check'), title('feed.end'), h('p', { i18n: 'feed.end.text' }), again(this.again, 'feed.again')];
      default:
        return [icon(surface === 'following' ? 'people' : 'spark'), title(`feed.empty.${surface}`), h('p', { i18n: `feed.empty.${surface}.text` }), again(this.again, 'retry')];
    }
  }
}

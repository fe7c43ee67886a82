// One short message at a time, at the foot of the page. Errors interrupt a screen reader, notes wait their turn.
import { Unreachable } from './api.js';
import { byId, h } from './dom.js';
import { t } from './i18n.js';

let timer = null;

/** @param action optional `{label, run}`: a button in the message */
export function toast(title, { detail = '', error = false, action = null, millis = action ? 6000 : 4000 } = {}) {
  clearTimeout(timer);
  const close = () => byId('toasts').replaceChildren();
  const button = action && h('button', { type: 'button', class: 'toast-action', text: action.label, on: { click: () => { close(); action.run(); } } });
  byId('toasts').replaceChildren(
    h('div', { class: `toast${error ? ' is-error' : ''}`, role: error ? 'alert' : 'status', testid: 'toast' },
      h('p', {}, h('strong', { text: title }), detail ? h('span', { text: ` ${detail}` }) : null), button));
  timer = setTimeout(close, millis);
}

/** Shows what went wrong, in the server's own words when it gave any. */
export function toastError(error, action = null) {
  if (error instanceof Unreachable) toast(t('error.network'), { error: true, action });
  else toast(error.message || t('error.unknown'), { detail: error.detail, error: true, action, millis: 7000 });
}

// Modal sheets: from the bottom on a phone, in the middle elsewhere. The browser keeps the focus inside.
import { h } from './dom.js';

/** Opens a sheet and returns its dialog; it leaves the page when it closes. */
export function openSheet({ title, i18nTitle, testid, kind = '' }, ...content) {
  const dialog = h('dialog', { class: `sheet ${kind}`, testid, 'aria-labelledby': 'sheet-title' },
    h('header', { class: 'sheet-head' },
      h('h2', { id: 'sheet-title', text: title, i18n: i18nTitle }),
      h('button', { type: 'button', class: 'round', icon: 'close', i18nLabel: 'close', on: { click: () => dialog.close() } })),
    h('div', { class: 'sheet-body' }, ...content));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export const sheetIsOpen = () => document.querySelector('dialog[open]') !== null;

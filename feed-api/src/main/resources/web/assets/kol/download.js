// Files made by the server: fetched with the token, then handed to the browser as a download.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { toast, toastError } from '../toast.js';

export async function save(name, fetched) {
  try {
    const blob = await fetched();
    const url = URL.createObjectURL(blob);
    const link = h('a', { href: url, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    toast(t('kol.csv.done', { name }));
  } catch (error) {
    toastError(error, { label: t('retry'), run: () => save(name, fetched) });
  }
}

/** @param run called when pressed; while its promise runs the button rests */
export function csvButton(testid, run) {
  const button = h('button', { type: 'button', class: 'csv', testid, i18nLabel: 'kol.csv' }, h('span', { icon: 'download' }), h('span', { text: 'CSV' }));
  button.addEventListener('click', async () => {
    button.disabled = true;
    await run();
    button.disabled = false;
    button.focus();
  });
  return button;
}

// Buying a shop item: asked once more, then the demo's order desk.
import { api } from './api.js';
import { h } from './dom.js';
import { money, t } from './i18n.js';
import { openSheet } from './sheet.js';
import { toast, toastError } from './toast.js';

/** Opens the question; null if the card has nothing to buy. */
export function openBuying(card, { session, queue }) {
  const { content } = card;
  if (!content.item || (content.item.stock != null && content.item.stock <= 0)) return null;
  const price = money(content.item.priceMinor, content.item.currency);
  const confirm = h('button', { type: 'button', class: 'primary', testid: 'buy-confirm', text: t('buy.confirm', { price }), on: { click: () => order(card, { session, queue, dialog, confirm }) } });
  const dialog = openSheet({ i18nTitle: 'buy.title', testid: 'buy-panel', kind: 'buy-sheet' },
    h('p', { class: 'buy-what', lang: content.language || null, text: content.text }),
    h('p', { class: 'buy-who', text: [content.authorName || content.authorId, content.item.shopId].filter(Boolean).join(' · ') }),
    h('p', { class: 'quiet-text', i18n: 'buy.note' }),
    h('div', { class: 'sheet-actions' }, h('button', { type: 'button', class: 'quiet', i18n: 'buy.cancel', on: { click: () => dialog.close() } }), confirm));
  confirm.focus();
  return dialog;
}

async function order(card, { session, queue, dialog, confirm }) {
  const { item } = card.content;
  confirm.disabled = true;
  try {
    // The order may only be credited to this feed if the server knows that the card was seen.
    await queue.flush();
    const { orderId } = await session.use((token) => api.order(token, card.content.id, card.page.feedId));
    dialog.close();
    if (item.stock != null) card.showStock(item.stock - 1);
    toast(t('buy.done'), { detail: orderId });
  } catch (error) {
    dialog.close();
    if (error.status === 409) card.showStock(0);
    toastError(error);
  }
}

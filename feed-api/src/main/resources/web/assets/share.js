// A link to one content, handed to whatever shares on this device.
import { h } from './dom.js';
import { t } from './i18n.js';
import { openSheet } from './sheet.js';
import { toast } from './toast.js';

/** The address that opens a content; it names who shared it, unless they have no account. */
export function linkTo(content, me) {
  const link = new URL('/', location.href);
  link.searchParams.set('content', content.id);
  if (me?.id && me.how !== 'anonymous') link.searchParams.set('via', me.id);
  return link.href;
}

/** @param shared called once the link is on its way */
export async function share({ content }, { me, shared }) {
  const url = linkTo(content, me);
  if (navigator.share && matchMedia('(pointer: coarse)').matches) {
    try {
      await navigator.share({ title: content.authorName || content.authorId, text: content.text?.slice(0, 140), url });
      shared();
      return;
    } catch (error) {
      if (error.name === 'AbortError') return; // thought better of it
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    shared();
    toast(t('share.copied'), { detail: url });
  } catch {
    byHand(url, shared);
  }
}

/** Plain http, or a browser that keeps its clipboard to itself. */
function byHand(url, shared) {
  const field = h('input', { class: 'field', readonly: true, value: url, 'aria-labelledby': 'sheet-title', testid: 'share-link', on: { copy: shared } });
  openSheet({ i18nTitle: 'share.title', kind: 'share-sheet' }, h('p', { class: 'quiet-text', i18n: 'share.by-hand' }), field);
  field.select();
}

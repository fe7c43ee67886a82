// What a page was made without, in plain words.
import { known, t } from './i18n.js';

/** A sentence for each thing that is missing, each once. */
export function inWords(degraded) {
  return [...new Set(degraded.map(sentence))];
}

function sentence(part) {
  return known(`degraded.${part}`) ?? (part.startsWith('source ') ? t('degraded.source') : /\s/.test(part) ? t('degraded.model') : t('degraded.other', { part }));
}

// The names of topics in the reader's language.
import { api } from './api.js';
import { currentLanguage } from './i18n.js';

const names = new Map();

export async function loadTopics() {
  const { topics } = await api.topics();
  for (const topic of topics) names.set(topic.id, topic.names);
}

/** The topic's name, or its id when the server has not named it. */
export function topicName(id) {
  const known = names.get(id);
  return known?.[currentLanguage()] ?? known?.en ?? id;
}

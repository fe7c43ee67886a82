// The HTTP API as these pages use it. Every failure is either a Problem (the server said no) or an Unreachable.
import { locale } from './i18n.js';

/** An application/problem+json answer. */
export class Problem extends Error {
  constructor(status, { title, detail } = {}) {
    super(title ?? `HTTP ${status}`);
    this.status = status;
    this.detail = detail ?? '';
  }
}

/** No answer at all: the server is away or the network is. */
export class Unreachable extends Error {}

const DEADLINE = 15_000;

/** Tells whether the server answers: `lost` and `heard`, one for each call. */
export const network = new EventTarget();

async function call(path, { method = 'GET', body, token, keepalive = false } = {}) {
  const headers = { Accept: 'application/json, application/problem+json', 'Accept-Language': locale() };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      keepalive,
      cache: 'no-store',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: keepalive ? undefined : AbortSignal.timeout(DEADLINE),
    });
  } catch (cause) {
    network.dispatchEvent(new Event('lost'));
    throw new Unreachable(path, { cause });
  }
  network.dispatchEvent(new Event('heard'));
  const text = await response.text().catch(() => '');
  if (!response.ok) throw new Problem(response.status, json(text) ?? { title: response.statusText || undefined });
  return json(text);
}

function json(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

const path = encodeURIComponent;

/** A file that the server makes, for example CSV. */
async function file(path, token) {
  let response;
  try {
    response = await fetch(path, { headers: { Authorization: `Bearer ${token}`, 'Accept-Language': locale() }, cache: 'no-store', signal: AbortSignal.timeout(4 * DEADLINE) });
    if (response.ok) return await response.blob();
  } catch (cause) {
    throw new Unreachable(path, { cause });
  }
  throw new Problem(response.status, json(await response.text().catch(() => '')) ?? { title: response.statusText || undefined });
}

/** An answer that goes on: the response itself, whose body is read as it comes; `signal` ends it. */
async function stream(path, token, signal) {
  let response;
  try {
    response = await fetch(path, { headers: { Accept: 'text/event-stream', Authorization: `Bearer ${token}` }, cache: 'no-store', signal });
  } catch (cause) {
    throw new Unreachable(path, { cause });
  }
  if (!response.ok) throw new Problem(response.status, json(await response.text().catch(() => '')) ?? { title: response.statusText || undefined });
  return response;
}

export const api = {
  /** The showcase people, or null when the server is not a demo. */
  people: () =>
    call('/demo/people').catch((error) => {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    }),
  demoToken: (who) => call('/demo/tokens', { method: 'POST', body: who }),
  anonymousViewer: () => call('/v1/anonymous-viewers', { method: 'POST' }),
  topics: () => call('/v1/topics'),

  feed: (token, surface, cursor, limit) =>
    call(`/v1/feed/${surface}?limit=${limit}${cursor ? `&cursor=${path(cursor)}` : ''}`, { token }),
  engagements: (token, engagements, keepalive) =>
    call('/v1/engagements', { method: 'POST', token, body: { engagements }, keepalive }),
  follow: (token, authorId, active) =>
    call(`/v1/viewers/me/following/${path(authorId)}`, { method: active ? 'PUT' : 'DELETE', token }),
  mute: (token, authorId) => call(`/v1/viewers/me/muted-authors/${path(authorId)}`, { method: 'PUT', token }),
  controls: (token) => call('/v1/viewers/me/controls', { token }),
  order: (token, contentId, feedId) => call('/demo/orders', { method: 'POST', token, body: { contentId, feedId } }),
  alive: () => call('/health/live'),
  fate: (token, feedId, contentId) => call(`/v1/feeds/${path(feedId)}/contents/${path(contentId)}`, { token }),
  /** @param people 0 for things I like, 1 for people I know, null for no dial */
  dial: (token, people) =>
    call('/v1/viewers/me/dial', people === null ? { method: 'DELETE', token } : { method: 'PUT', token, body: { people } }),

  reach: (token, authorId, query) =>
    call(`/v1/authors/${path(authorId)}/reach?${new URLSearchParams(query)}`, { token }),

  models: (token) => call('/v1/models', { token }),
  modelVersion: (token, model, version) => call(`/v1/models/${path(model)}/${path(version)}`, { token }),
  promote: (token, model, version) => call(`/v1/models/${path(model)}/promote`, { method: 'POST', token, body: { version } }),
  /** @param from the version to leave: a second click leads no further back */
  rollBack: (token, model, from) => call(`/v1/models/${path(model)}/rollback`, { method: 'POST', token, body: { from } }),
  freshness: (token) => call('/v1/lab/freshness', { token }),
  deadLetters: (token) => call('/v1/lab/dead-letters', { token }),
  contentReach: (token, contentId, query) =>
    call(`/v1/contents/${path(contentId)}/reach?${new URLSearchParams(query)}`, { token }),
  reachStream: (token, authorId, signal) => stream(`/v1/authors/${path(authorId)}/reach/stream`, token, signal),
  reachFile: (token, authorId, query) => file(`/v1/authors/${path(authorId)}/reach.csv?${new URLSearchParams(query)}`, token),
  content: (token, contentId) => call(`/v1/contents/${path(contentId)}`, { token }),
  comments: (token, contentId, limit, cursor) =>
    call(`/v1/contents/${path(contentId)}/comments?limit=${limit}${cursor ? `&cursor=${path(cursor)}` : ''}`, { token }),

  campaigns: (token, ownerId) => call(`/v1/authors/${path(ownerId)}/campaigns`, { token }),
  createCampaign: (token, ownerId, campaign) => call(`/v1/authors/${path(ownerId)}/campaigns`, { method: 'POST', token, body: campaign }),
  campaign: (token, ownerId, id) => call(`/v1/authors/${path(ownerId)}/campaigns/${path(id)}`, { token }),
  campaignFile: (token, ownerId, id, by) => file(`/v1/authors/${path(ownerId)}/campaigns/${path(id)}/reach.csv?by=${by}`, token),
  deleteCampaign: (token, ownerId, id) => call(`/v1/authors/${path(ownerId)}/campaigns/${path(id)}`, { method: 'DELETE', token }),
};

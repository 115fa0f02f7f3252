// Calls of the HTTP API. Only the token of one hour is kept, and only for this tab; it is sent in a
// header, so no other site can make this browser send it.

import {t} from './text.js';

const BASE = '/api/v1';
const TOKEN = 'changepost.token';
// Longer than a test message may take.
const PATIENCE = 30_000;
// As long as the command has: a replay of a million messages is one call.
const MUCH_PATIENCE = 15 * 60_000;

/** An answer that is no success, as RFC 9457 has it. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `Status ${status}`);
    this.status = status;
    this.errors = problem.errors || [];
    this.type = problem.type || '';
  }
}

export const isSignedIn = () => sessionStorage.getItem(TOKEN) !== null;

export const signOut = () => sessionStorage.removeItem(TOKEN);

export async function signIn(apiKey) {
  const answer = await call('POST', '/tokens', {apiKey});
  sessionStorage.setItem(TOKEN, answer.token);
  try {
    await get('/organization');
  } catch (failure) {
    // The operator's key is right too, but has no webhooks to show.
    signOut();
    throw failure;
  }
}

export const get = (path) => call('GET', path);
export const post = (path, body = {}, headers = {}) => call('POST', path, body, headers);
/** For a call that may touch very many messages. */
export const postPatiently = (path, body = {}) => call('POST', path, body, {}, MUCH_PATIENCE);
export const put = (path, body) => call('PUT', path, body);
export const patch = (path, body) => call('PATCH', path, body);
export const remove = (path) => call('DELETE', path);

async function call(method, path, body, more = {}, patience = PATIENCE) {
  const headers = {...more};
  const token = sessionStorage.getItem(TOKEN);
  if (token !== null) {
    headers['X-Auth-Token'] = token;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  let text;
  try {
    response = await fetch(BASE + path, {
      method, headers, credentials: 'omit', cache: 'no-store',
      body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(patience),
    });
    text = await response.text();
  } catch (failure) {
    throw new Refusal(0, {title: failure.name === 'TimeoutError' ? t('The server does not answer.') : t('The server cannot be reached.')});
  }
  if (!response.ok) {
    let problem = {};
    try { problem = JSON.parse(text); } catch { /* the status has to do */ }
    const refusal = new Refusal(response.status, problem);
    if (response.status === 401 && path !== '/tokens') {
      signOut();
      window.dispatchEvent(new CustomEvent('signed-out'));
    }
    throw refusal;
  }
  return text === '' ? null : JSON.parse(text);
}

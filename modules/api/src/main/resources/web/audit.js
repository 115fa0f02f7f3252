// Who did what.

import {get} from './api.js';
import {h} from './dom.js';
import {cell, head, pages} from './parts.js';
import {t, time} from './text.js';

/** All of it, or of one webhook. */
export async function audit(main, id) {
  const list = pages((cursor) => get(`/audit?limit=50&cursor=${cursor}${id ? `&webhookId=${id}` : ''}`), row,
    [t('When'), t('Who'), t('What'), t('Of what'), t('Details')], t('Nothing yet.'));
  main.replaceChildren(
    head(id ? [h('a', {href: '#/webhooks'}, t('Webhooks')), h('a', {href: `#/webhooks/${id}`}, t('Webhook {id}', {id}))] : [t('Company Profile')], t('Audit log'),
      id && h('a', {class: 'button', href: '#/audit'}, t('All of it'))),
    h('p', {class: 'quiet'}, t('Every change of a webhook, a key or a relation, by whom, and what happened by itself.')),
    h('section', {class: 'card', 'aria-label': t('Audit log')}, list.box));
  await list.begin();
}

function row(entry) {
  return h('tr', {},
    cell(t('When'), time(entry.at)),
    cell(t('Who'), entry.actor),
    h('td', {'data-label': t('What'), title: entry.action}, deed(entry.action)),
    cell(t('Of what'), subject(entry)),
    h('td', {class: 'url small'}, details(entry.detail)));
}

/** In words; what a later version of the server did is told as it is called. */
function deed(action) {
  const words = {
    'webhook.create': t('Webhook made'), 'webhook.update': t('Webhook changed'), 'webhook.delete': t('Webhook deleted'),
    'webhook.activate': t('Webhook activated'), 'webhook.inactive': t('Webhook became inactive'), 'webhook.warning': t('Warned: webhook fails'),
    'webhook.pause': t('Webhook paused'), 'webhook.resume': t('Webhook resumed'),
    'webhook.subscribe': t('Subscription added'), 'webhook.unsubscribe': t('Subscription removed'),
    'secret.create': t('Secret made'), 'secret.rotate': t('Secret rotated'), 'secret.delete': t('Old secret deleted'),
    'key.create': t('Key made'), 'key.revoke': t('Key revoked'),
    'relation.create': t('Relation begun'), 'relation.update': t('Relation changed'), 'relation.delete': t('Relation ended'),
    'relation-data.create': t('Value added'), 'relation-data.update': t('Value changed'), 'relation-data.delete': t('Value removed'),
    'contacts.over-limit': t('More contacts than allowed'),
  };
  return words[action] ?? action;
}

function subject(entry) {
  const webhook = /^webhook (\d+)$/.exec(entry.subject ?? '');
  return webhook && entry.action !== 'webhook.delete' ? h('a', {href: `#/webhooks/${webhook[1]}`}, entry.subject) : entry.subject ?? '–';
}

function details(detail) {
  return Object.entries(detail).map(([name, value]) => h('div', {}, h('strong', {}, name), ': ',
    value !== null && typeof value === 'object' && 'to' in value ? `${text(value.from)} → ${text(value.to)}` : text(value)));
}

const text = (value) => (value === null || value === undefined ? '–' : Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value));

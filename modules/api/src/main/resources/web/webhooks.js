// The list of webhooks.

import {get} from './api.js';
import {h} from './dom.js';
import {badge, cell, head, pages} from './parts.js';
import {ago, number, t} from './text.js';

export async function webhooks(main) {
  const standing = await get('/organization');
  const list = pages(
    (cursor) => get(`/webhooks?limit=50&cursor=${cursor}`), row,
    [t('Status'), t('Posts to'), t('Last success'), t('Waiting'), t('Failing since')],
    t('There is no webhook yet. Make one, and every change of the companies you marked with a star is posted to it.'));
  main.replaceChildren(
    head([t('Company Profile')], t('Webhooks'), h('a', {class: 'button first', href: '#/webhooks/new'}, t('New webhook'))),
    ...standing.notices.map((notice) => h('p', {class: 'note warn', role: 'alert'}, notice.text)),
    h('section', {class: 'card', 'aria-label': t('Webhooks')}, list.box),
    h('p', {class: 'quiet small'}, t('{webhooks} of at most {limit} webhooks, {contacts} of at most {contactsLimit} contacts.', {
      webhooks: number(standing.webhooks), limit: number(standing.webhooksLimit),
      contacts: number(standing.contacts), contactsLimit: number(standing.contactsLimit)})));
  await list.begin();
}

function row(webhook) {
  return h('tr', {},
    cell(t('Status'), badge(webhook)),
    h('td', {class: 'url'},
      h('a', {href: `#/webhooks/${webhook.id}`}, webhook.url),
      webhook.description && h('div', {class: 'quiet small'}, webhook.description)),
    cell(t('Last success'), ago(webhook.lastSuccessAt)),
    cell(t('Waiting'), number(webhook.pending)),
    cell(t('Failing since'), ago(webhook.failingSince)));
}

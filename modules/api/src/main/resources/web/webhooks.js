// The list of webhooks.

import {get} from './api.js';
import {h, show, showChanged} from './dom.js';
import {badge, cell, head, keepFresh, since, standing} from './parts.js';
import {number, t} from './text.js';

const SHOWN = 50;
const KINDS = ['active', 'failing', 'paused', 'inactive'];

export async function webhooks(main) {
  let [all, organization] = await Promise.all([everyWebhook(), get('/organization')]);
  let most = SHOWN;
  const notices = h('div');
  const body = h('tbody');
  const none = h('div');
  const shown = h('span', {class: 'quiet small'});
  const under = h('div', {class: 'under'}, shown, h('button', {type: 'button', onclick: more}, t('Show more')));
  const limits = h('p', {class: 'quiet small'});
  const find = h('input', {type: 'search', id: 'find', autocomplete: 'off', oninput: draw});
  const kind = h('select', {id: 'kind', onchange: draw},
    h('option', {value: ''}, t('all')), KINDS.map((one) => h('option', {value: one}, t(one))));
  const filters = h('div', {class: 'row filters', role: 'search'},
    h('div', {class: 'grow'}, h('label', {for: 'find'}, t('Find')), find),
    h('div', {}, h('label', {for: 'kind'}, t('Status')), kind));
  const table = h('table', {class: 'cards'},
    h('thead', {}, h('tr', {}, [t('Status'), t('Posts to'), t('Last success'), t('Waiting'), t('Failing since')]
      .map((name) => h('th', {scope: 'col'}, name)))), body);

  function draw() {
    const text = find.value.trim().toLowerCase();
    const found = all.filter((one) => (kind.value === '' || standing(one) === kind.value) &&
      (one.url.toLowerCase().includes(text) || (one.description ?? '').toLowerCase().includes(text)));
    show(body, found.slice(0, most).map(row));
    table.hidden = found.length === 0;
    filters.hidden = all.length < 2;
    showChanged(notices, organization.notices.map((notice) => h('p', {class: 'note warn', role: 'alert'}, notice.text)));
    show(limits, t('{webhooks} of at most {limit} webhooks, {contacts} of at most {contactsLimit} contacts.', {
      webhooks: number(organization.webhooks), limit: number(organization.webhooksLimit),
      contacts: number(organization.contacts), contactsLimit: number(organization.contactsLimit)}));
    showChanged(none, all.length === 0 ? empty(organization) :
      found.length === 0 && h('p', {class: 'quiet empty'}, t('No webhook is like that.')));
    // The button is always the same, so that who stands on it goes on standing on it.
    under.hidden = found.length <= most;
    show(shown, t('{shown} of {n}', {shown: number(most), n: number(found.length)}));
  }

  function more() {
    const goOn = most;
    most += SHOWN;
    draw();
    body.children[goOn]?.querySelector('a').focus();
  }

  draw();
  show(main,
    head([t('Company Profile')], t('Webhooks'), h('a', {class: 'button first', href: '#/webhooks/new'}, t('New webhook'))),
    notices,
    h('section', {class: 'card', 'aria-label': t('Webhooks')}, filters, h('div', {class: 'wide'}, table), none, under),
    limits);
  keepFresh(main, 10, async () => {
    [all, organization] = await Promise.all([everyWebhook(), get('/organization')]);
    // Rows are made anew; who stands on one goes on standing on it.
    const here = body.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    draw();
    if (here) {
      body.querySelector(`a[href="${here}"]`)?.focus({preventScroll: true});
    }
  });
}

/** All of them: finding one needs them, and there are at most some thousand. */
async function everyWebhook() {
  const all = [];
  let cursor = '';
  do {
    const page = await get(`/webhooks?limit=200&cursor=${cursor}`);
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

function empty(organization) {
  return h('div', {class: 'empty'},
    h('p', {}, t('There is no webhook yet. Make one, and every change of the companies you marked with a star is posted to it.')),
    organization.contacts === 0 && h('p', {class: 'quiet'}, t('You marked no company with a star yet, so nothing would be sent.'), ' ',
      h('a', {href: '#/relations'}, t('Mark a company'))));
}

function row(webhook) {
  return h('tr', {},
    cell(t('Status'), badge(webhook)),
    h('td', {class: 'url'},
      h('a', {href: `#/webhooks/${webhook.id}`}, webhook.url),
      webhook.description && h('div', {class: 'quiet small'}, webhook.description)),
    cell(t('Last success'), since(webhook.lastSuccessAt)),
    cell(t('Waiting'), number(webhook.pending)),
    cell(t('Failing since'), since(webhook.failingSince)));
}

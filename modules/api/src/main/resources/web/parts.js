// Pieces that several views use.

import {fresh, h, sayFailure, show} from './dom.js';
import {ago, t, time} from './text.js';

export const OBJECTS = ['Company', 'CompanyRelation', 'CompanyRelationData', 'Document', 'Message'];
export const ACTIONS = ['create', 'update', 'delete'];

/** The heading of a view, with what leads to it and what can be done. */
export function head(crumbs, title, ...actions) {
  return h('div', {class: 'head'},
    h('div', {},
      h('p', {class: 'crumbs'}, crumbs.map((crumb, i) => [i > 0 && ' › ', crumb])),
      h('h1', {tabindex: -1}, title)),
    h('div', {class: 'row'}, actions));
}

/** A button that does something that takes time; a failure is told. */
export function button(text, work, kind = '') {
  return h('button', {
    type: 'button', class: kind,
    async onclick(event) {
      const pressed = event.currentTarget;
      if (pressed.getAttribute('aria-disabled') === 'true') {
        return;
      }
      // Not disabled: that would take the focus away from who works with the keyboard.
      pressed.setAttribute('aria-disabled', 'true');
      try {
        await work();
      } catch (failure) {
        sayFailure(failure);
      } finally {
        pressed.removeAttribute('aria-disabled');
      }
    },
  }, text);
}

/** A labelled input with room for a hint and for what is wrong with it. */
export function field(label, input, hint) {
  const id = fresh('field');
  input.id = id;
  const error = h('p', {class: 'error', id: `${id}-error`});
  const note = hint ? h('p', {class: 'hint', id: `${id}-hint`}, hint) : null;
  input.setAttribute('aria-describedby', `${hint ? `${id}-hint ` : ''}${id}-error`);
  const box = h('div', {class: 'field'}, h('label', {for: id}, label), input, note, error);
  return {
    box, input,
    refuse(message) {
      error.textContent = message;
      if (message) { input.setAttribute('aria-invalid', 'true'); } else { input.removeAttribute('aria-invalid'); }
    },
  };
}

export function check(label, checked, hint) {
  const id = fresh('check');
  const input = h('input', {type: 'checkbox', id, checked});
  return {
    input,
    box: h('div', {class: 'check'}, input,
      h('div', {}, h('label', {for: id}, label), hint && h('p', {class: 'hint'}, hint))),
  };
}

/** Asks before something that cannot be undone; true for yes. */
export function sure(question, yes) {
  return new Promise((resolve) => {
    const id = fresh('dialog');
    const dialog = h('dialog', {'aria-labelledby': id},
      h('p', {id}, question),
      h('div', {class: 'row'},
        // It begins at what does no harm.
        h('button', {type: 'button', autofocus: true, onclick: () => dialog.close('no')}, t('Cancel')),
        h('button', {type: 'button', class: 'danger', onclick: () => dialog.close('yes')}, yes)));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** How a webhook stands, in a word. */
export function standing(webhook) {
  return webhook.status === 'inactive' ? 'inactive' : webhook.paused ? 'paused' : webhook.failingSince === null ? 'active' : 'failing';
}

const KINDS = {inactive: 'bad', paused: '', active: 'good', failing: 'warn'};

export const badge = (webhook) => h('span', {class: `badge ${KINDS[standing(webhook)]}`}, t(standing(webhook)));

export function stateBadge(state) {
  return h('span', {class: `badge ${state === 'delivered' ? 'good' : state === 'failed' ? 'bad' : ''}`}, t(state));
}

/** What a webhook is sent. */
export function subscriptionList(subscriptions) {
  return h('ul', {class: 'chips'}, subscriptions.map((one) =>
    h('li', {}, h('strong', {}, one.object), ` ${one.actions.map((action) => t(action)).join(', ')}`)));
}

export function facts(pairs) {
  return h('dl', {class: 'facts'}, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** How long ago, with the time itself for who points at it. */
export const since = (iso) => (iso ? h('time', {datetime: iso, title: time(iso)}, ago(iso)) : '–');

/** Does it again and again as long as that element is shown; what fails then is tried again. */
export function keepFresh(element, seconds, work) {
  const timer = setInterval(async () => {
    if (!element.isConnected) {
      clearInterval(timer);
    } else if (!document.hidden) {
      try { await work(); } catch { /* what is shown stays; the next call that a person makes tells */ }
    }
  }, seconds * 1000);
}

/** A list that grows page by page. */
export function pages(load, row, columns, empty) {
  const body = h('tbody');
  const more = h('p');
  const table = h('table', {class: 'cards'},
    h('thead', {}, h('tr', {}, columns.map((column) => h('th', {scope: 'col'}, column)))), body);
  const box = h('div', {}, h('div', {class: 'wide'}, table), more);
  let cursor = '';
  async function next() {
    const mine = turn;
    const page = await load(cursor);
    if (mine !== turn) {
      return;
    }
    const rows = page.items.map(row);
    if (cursor === '') {
      body.replaceChildren();
    }
    body.append(...rows);
    // Who pressed the button goes on at the first of what came.
    const goOn = cursor !== '' && more.contains(document.activeElement);
    cursor = page.nextCursor;
    show(more, cursor ? button(t('Show more'), next) : null);
    if (goOn) {
      (rows[0]?.querySelector('a, button, select') ?? more.querySelector('button'))?.focus();
    }
    table.hidden = body.childElementCount === 0;
    if (table.hidden) {
      show(more, h('span', {class: 'quiet empty'}, typeof empty === 'function' ? empty() : empty));
    }
  }
  // An answer to an older question must not be put beneath a newer one.
  let turn = 0;
  async function begin() {
    turn += 1;
    cursor = '';
    box.setAttribute('aria-busy', 'true');
    try {
      await next();
    } finally {
      box.removeAttribute('aria-busy');
    }
  }
  return {box, begin};
}

/** A cell that still says what it is where the table becomes cards. */
export const cell = (label, ...children) =>
  h('td', {'data-label': label, class: children.length === 1 && children[0] === '–' ? 'nothing' : null}, children);

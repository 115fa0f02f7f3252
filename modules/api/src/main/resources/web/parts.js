// Pieces that several views use.

import {fresh, h, say, show} from './dom.js';
import {t} from './text.js';

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
      pressed.disabled = true;
      try {
        await work();
      } catch (failure) {
        say(failure.message);
      } finally {
        pressed.disabled = false;
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
        h('button', {type: 'button', class: 'bad', onclick: () => dialog.close('yes')}, yes),
        h('button', {type: 'button', onclick: () => dialog.close('no')}, t('Cancel'))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function badge(webhook) {
  if (webhook.status === 'inactive') {
    return h('span', {class: 'badge bad'}, t('inactive'));
  }
  if (webhook.paused) {
    return h('span', {class: 'badge'}, t('paused'));
  }
  return webhook.failingSince === null ?
    h('span', {class: 'badge good'}, t('active')) :
    h('span', {class: 'badge warn'}, t('failing'));
}

export function stateBadge(state) {
  return h('span', {class: `badge ${state === 'delivered' ? 'good' : state === 'failed' ? 'bad' : ''}`}, t(state));
}

export function facts(pairs) {
  return h('dl', {class: 'facts'}, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
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
    const page = await load(cursor);
    body.append(...page.items.map(row));
    cursor = page.nextCursor;
    show(more, cursor ? button(t('Show more'), next) : null);
    table.hidden = body.childElementCount === 0;
    if (table.hidden) {
      show(more, h('span', {class: 'quiet'}, empty));
    }
  }
  async function begin() {
    cursor = '';
    body.replaceChildren();
    await next();
  }
  return {box, begin};
}

/** A cell that still says what it is where the table becomes cards. */
export const cell = (label, ...children) => h('td', {'data-label': label}, children);

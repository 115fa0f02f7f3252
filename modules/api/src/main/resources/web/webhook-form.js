// Making a webhook, and changing one.

import {get, patch, post} from './api.js';
import {h, say, sayFailure, show} from './dom.js';
import {ACTIONS, OBJECTS, button, check, field, head} from './parts.js';
import {number, t} from './text.js';

export async function webhookForm(main, id) {
  const before = id ? await get(`/webhooks/${id}`) : null;
  const url = field(t('Endpoint URL'), h('input', {type: 'url', value: before?.url ?? '', required: true,
    placeholder: 'https://erp.example.com/hooks', autocomplete: 'off', spellcheck: 'false'}),
  t('Where the messages are posted. A public https address.'));
  const description = field(t('Description'), h('input', {type: 'text', maxlength: 1000, value: before?.description ?? ''}),
    t('For yourself, such as the system behind it.'));
  const matrix = subscriptions(before?.subscriptions ?? []);
  const headers = customHeaders(Object.keys(before?.headers ?? {}));
  const ordered = check(t('In order'), before?.ordered ?? false,
    t('The changes of one object come one after the other; one that fails holds up the next.'));
  const ed25519 = check(t('Asymmetric signature too'), before?.ed25519 ?? false,
    t('Your endpoint then verifies with a public key and need not keep a secret.'));
  const wrong = h('p', {class: 'error', role: 'alert'});

  async function save() {
    wrong.textContent = '';
    say('');
    [url, description, matrix, headers].forEach((part) => part.refuse(''));
    if (lacks()) {
      return;
    }
    const body = {
      url: url.input.value.trim(), description: description.input.value.trim() || null,
      subscriptions: matrix.value(), ordered: ordered.input.checked, ed25519: ed25519.input.checked,
    };
    const changed = headers.value();
    if (Object.keys(changed).length > 0) {
      body.headers = changed;
    }
    try {
      const saved = before ? await patch(`/webhooks/${id}`, body) : await post('/webhooks', body, {'Idempotency-Key': key});
      say(before ? t('Saved.') : t('The webhook is there and active.'));
      window.location.hash = `#/webhooks/${saved.id}`;
    } catch (failure) {
      refuse(failure);
    }
  }

  /** What must be there is missed here already, all of it at once. */
  function lacks() {
    const empty = [
      url.input.value.trim() === '' && [url, t('Give the URL.')],
      matrix.value().length === 0 && [matrix, t('Choose at least one.')],
    ].filter(Boolean);
    empty.forEach(([part, text]) => part.refuse(text));
    empty[0]?.[0].input.focus();
    return empty.length > 0;
  }

  function refuse(failure) {
    const parts = {url, description, subscriptions: matrix, headers};
    let first = null;
    if (failure.errors?.length > 0) {
      sayFailure(t('Something is not right yet.'));
    }
    for (const error of failure.errors ?? []) {
      const part = parts[error.field.split(/[.[]/)[0]];
      if (part) {
        part.refuse(error.message);
        first = first ?? part;
      } else {
        wrong.textContent += `${error.field} ${error.message} `;
      }
    }
    if (first) {
      first.input.focus();
    } else {
      wrong.textContent = wrong.textContent || failure.message;
    }
  }

  // The same for every press of the button, so that pressing twice makes one.
  const key = freshKey();
  const title = before ? t('Edit webhook') : t('New webhook');
  main.replaceChildren(
    head([h('a', {href: '#/webhooks'}, t('Webhooks'))], title),
    h('form', {class: 'card form', novalidate: true, 'aria-label': title, onsubmit: (event) => { event.preventDefault(); save(); }},
      url.box, description.box, matrix.box, headers.box, ordered.box, ed25519.box, wrong,
      h('div', {class: 'row'},
        h('button', {type: 'submit', class: 'first'}, before ? t('Save') : t('Create webhook')),
        h('a', {class: 'button', href: before ? `#/webhooks/${id}` : '#/webhooks'}, t('Cancel')))));
  matrix.look();
}

/** A key that no other call has; `randomUUID` would be there for pages that came by https, or from this machine, alone. */
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const MEANINGS = {
  Company: 'Name, address and the like of a company',
  CompanyRelation: 'The star that you give a company',
  CompanyRelationData: 'What you keep on a company yourself',
  Document: 'A company’s certificates and papers',
  Message: 'Messages between you and a company',
};

/** Five objects by three actions, and how much that would be. */
function subscriptions(chosen) {
  const boxes = new Map();
  const has = (object, action) => chosen.some((one) => one.object === object && one.actions.includes(action));
  const count = h('p', {class: 'note', role: 'status'}, '…');
  const error = h('p', {class: 'error', id: 'subscriptions-error'});
  let waiting;

  function box(object, action) {
    const input = h('input', {type: 'checkbox', checked: has(object, action), 'aria-label': `${object} ${t(action)}`,
      'aria-describedby': 'subscriptions-error', onchange: look});
    boxes.set(`${object} ${action}`, input);
    return h('td', {}, input);
  }

  function toggle(text, some) {
    return h('button', {type: 'button', class: 'link', onclick() {
      const inputs = some();
      const all = inputs.every((input) => input.checked);
      inputs.forEach((input) => { input.checked = !all; });
      look();
    }}, text);
  }

  function value() {
    return OBJECTS
      .map((object) => ({object, actions: ACTIONS.filter((action) => boxes.get(`${object} ${action}`).checked)}))
      .filter((one) => one.actions.length > 0);
  }

  function look() {
    clearTimeout(waiting);
    error.textContent = '';
    waiting = setTimeout(async () => {
      const wanted = value();
      if (wanted.length === 0) {
        show(count, t('Choose at least one.'));
        return;
      }
      try {
        const preview = await post('/webhooks/preview', {subscriptions: wanted});
        show(count, t('{changes} changes of the last 24 hours would have been sent.', {changes: number(preview.changes)}));
      } catch (failure) {
        show(count, failure.message);
      }
    }, 250);
  }

  const table = h('table', {class: 'matrix'},
    h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, t('Object')), ACTIONS.map((action) => h('th', {scope: 'col'},
      toggle(t(action), () => OBJECTS.map((object) => boxes.get(`${object} ${action}`))))))),
    h('tbody', {}, OBJECTS.map((object) => h('tr', {},
      h('th', {scope: 'row'}, toggle(object, () => ACTIONS.map((action) => boxes.get(`${object} ${action}`))),
        h('div', {class: 'hint'}, t(MEANINGS[object]))),
      ACTIONS.map((action) => box(object, action))))));
  return {
    box: h('fieldset', {}, h('legend', {}, t('Changes to send')), h('div', {class: 'wide'}, table), error, count),
    input: boxes.get('Company create'), value, look,
    refuse(message) {
      error.textContent = message;
      if (message) {
        show(count);
      }
    },
  };
}

/** Headers of one's own. Values that are kept cannot be shown: they are replaced or removed. */
function customHeaders(kept) {
  const error = h('p', {class: 'error', role: 'alert'});
  const rows = h('div');
  const removed = new Set();

  function row(name) {
    const known = name !== '';
    const nameInput = h('input', {type: 'text', value: name, readonly: known, 'aria-label': t('Header name'), placeholder: 'Authorization'});
    const valueInput = h('input', {type: 'text', value: '', 'aria-label': t('Header value'), autocomplete: 'off',
      placeholder: known ? t('kept; type to replace') : t('value')});
    const line = h('div', {class: 'row'}, h('div', {}, nameInput), h('div', {}, valueInput),
      h('button', {type: 'button', onclick() {
        if (known) {
          removed.add(name);
        }
        line.remove();
        more.focus();
      }}, t('Remove'), h('span', {class: 'hidden'}, ` ${name}`)));
    line.read = () => [nameInput.value.trim(), valueInput.value, known];
    return line;
  }

  kept.forEach((name) => rows.append(row(name)));
  const more = button(t('Add a header'), () => {
    const line = row('');
    rows.append(line);
    line.querySelector('input').focus();
  });
  return {
    box: h('fieldset', {}, h('legend', {}, t('Headers of your own')),
      h('p', {class: 'hint'}, t('Sent with every message, such as Authorization. Values are kept encrypted and never shown again.')),
      rows, more, error),
    input: more,
    refuse(message) { error.textContent = message; },
    value() {
      const headers = {};
      removed.forEach((name) => { headers[name] = null; });
      for (const line of rows.children) {
        const [name, text, known] = line.read();
        if (name !== '' && (!known || text !== '')) {
          headers[name] = text;
        }
      }
      return headers;
    },
  };
}

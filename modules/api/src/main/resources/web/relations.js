// Relations with companies: their stars, and what the organization keeps on them.

import {get, post, put, remove} from './api.js';
import {h, say, sayFailure, show} from './dom.js';
import {button, cell, field, head, pages, sure} from './parts.js';
import {number, t, time} from './text.js';

const STARS = ['green', 'gold', 'black', 'none'];
const starName = (star) => t({green: 'green: preferred', gold: 'gold: known', black: 'black: no business', none: 'no star'}[star]);

export async function relations(main) {
  const count = h('p', {class: 'quiet'});
  async function recount() {
    const standing = await get('/organization');
    show(count, t('{contacts} of at most {limit} contacts.', {
      contacts: number(standing.contacts), limit: number(standing.contactsLimit)}));
  }
  const filter = h('select', {id: 'star-filter', onchange: () => list.begin().catch(sayFailure)},
    h('option', {value: ''}, t('all')), STARS.map((star) => h('option', {value: star}, starName(star))));
  const only = h('input', {type: 'text', inputmode: 'numeric', id: 'company-filter', autocomplete: 'off', onchange: () => list.begin().catch(sayFailure)});
  const list = pages(
    (cursor) => get(`/relations?limit=50&cursor=${cursor}${filter.value && `&star=${filter.value}`}` +
      (only.value.trim() && `&companyId=${encodeURIComponent(only.value.trim())}`)),
    (one) => row(one, recount), [t('Company'), t('Star'), t('Since'), t('Your own data')],
    () => (filter.value || only.value.trim() ? t('Nothing is like that.') : t('There is no relation yet.')));
  const company = field(t('Company number'), h('input', {type: 'text', inputmode: 'numeric', autocomplete: 'off'}));
  const star = starSelect('gold', t('Star'));

  async function add() {
    company.refuse('');
    if (!/^[1-9][0-9]{0,17}$/.test(company.input.value.trim())) {
      company.refuse(t('A whole number.'));
      company.input.focus();
      return;
    }
    try {
      await put(`/relations/${company.input.value.trim()}`, {star: star.value});
      company.input.value = '';
      await Promise.all([list.begin(), recount()]);
      say(t('Marked.'));
    } catch (failure) {
      company.refuse(failure.message);
      company.input.focus();
    }
  }

  main.replaceChildren(
    head([t('Company Profile')], t('Relations')),
    h('p', {class: 'quiet'}, t('You are notified of the companies that you mark with a green, gold or black star.')),
    count,
    h('form', {class: 'card', 'aria-label': t('Mark a company'), onsubmit: (event) => { event.preventDefault(); add(); }},
      h('h2', {}, t('Mark a company')),
      h('div', {class: 'row top'}, company.box, h('div', {class: 'field'}, h('span', {class: 'label', 'aria-hidden': 'true'}, t('Star')), star),
        h('div', {class: 'field'}, h('span', {class: 'label', 'aria-hidden': 'true'}, '\u00a0'), h('button', {type: 'submit', class: 'first'}, t('Mark'))))),
    h('section', {class: 'card', 'aria-label': t('Relations')},
      h('div', {class: 'row filters', role: 'search'},
        h('div', {}, h('label', {for: 'star-filter'}, t('Star')), filter),
        h('div', {}, h('label', {for: 'company-filter'}, t('Only the company')), only)), list.box));
  await Promise.all([list.begin(), recount()]);
}

function starSelect(chosen, label) {
  return h('select', {'aria-label': label}, STARS.map((star) => h('option', {value: star, selected: star === chosen}, starName(star))));
}

function row(one, recount) {
  const path = `/relations/${one.companyId}`;
  const dot = h('span', {class: `star ${one.star}`});
  const since = h('span', {}, time(one.starredAt));
  const select = starSelect(one.star, t('Star of {company}', {company: one.companyName}));
  select.addEventListener('change', async () => {
    try {
      const now = await put(path, {star: select.value});
      dot.className = `star ${now.star}`;
      since.textContent = time(now.starredAt);
      one.star = now.star;
      await recount();
      say(t('Marked.'));
    } catch (failure) {
      select.value = one.star;
      sayFailure(failure);
    }
  });
  const line = h('tr', {},
    h('td', {class: 'url'}, one.companyName, h('div', {class: 'quiet small'}, `${t('Company')} ${one.companyId}`)),
    cell(t('Star'), dot, select),
    cell(t('Since'), since),
    h('td', {class: 'keep'}, data(one, path), button(t('End the relation'), async () => {
      if (await sure(t('End the relation with {company}, and delete what you keep on it?', {company: one.companyName}), t('End the relation'))) {
        await remove(path);
        ((line.nextElementSibling ?? line.previousElementSibling)?.querySelector('select') ?? document.querySelector('h1')).focus();
        line.remove();
        await recount();
        say(t('Ended.'));
      }
    }, 'link')));
  return line;
}

function data(one, path) {
  const list = h('ul', {});
  const name = h('input', {type: 'text', 'aria-label': t('Name of the value'), placeholder: t('name')});
  const value = h('input', {type: 'text', 'aria-label': t('Value'), placeholder: t('value')});
  function item(datum) {
    const text = h('input', {type: 'text', value: datum.value ?? '', 'aria-label': t('Value of {name}', {name: datum.name})});
    const line = h('li', {}, h('strong', {}, datum.name), h('div', {class: 'row'}, h('div', {}, text),
      button(t('Save'), async () => {
        await put(`${path}/data/${datum.id}`, {value: text.value});
        say(t('Saved.'));
      }),
      button(t('Remove'), async () => {
        await remove(`${path}/data/${datum.id}`);
        line.remove();
        count();
        name.focus();
      })));
    return line;
  }
  const summary = h('summary', {});
  function count() {
    const n = list.childElementCount;
    summary.textContent = n === 1 ? t('1 value') : t('{n} values', {n: number(n)});
  }
  list.append(...one.data.map(item));
  count();
  return h('details', {}, summary, list,
    h('div', {class: 'row'}, h('div', {}, name), h('div', {}, value), button(t('Add'), async () => {
      list.append(item(await post(`${path}/data`, {name: name.value, value: value.value})));
      count();
      name.value = '';
      value.value = '';
      name.focus();
    })));
}

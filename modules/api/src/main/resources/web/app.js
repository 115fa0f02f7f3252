// Which view is shown. Addresses are #/webhooks, #/webhooks/7, …; a view fills main.

import {audit} from './audit.js';
import {isSignedIn, signIn, signOut} from './api.js';
import {delivery} from './delivery.js';
import {h, sayFailure, show} from './dom.js';
import {button, field} from './parts.js';
import {relations} from './relations.js';
import {language, languages, speak, t} from './text.js';
import {webhook} from './webhook.js';
import {webhookForm} from './webhook-form.js';
import {webhooks} from './webhooks.js';

const VIEWS = [
  [/^#\/webhooks$/, (main) => webhooks(main)],
  [/^#\/webhooks\/new$/, (main) => webhookForm(main, null)],
  [/^#\/webhooks\/(\d+)$/, (main, id) => webhook(main, id)],
  [/^#\/webhooks\/(\d+)\/edit$/, (main, id) => webhookForm(main, id)],
  [/^#\/webhooks\/(\d+)\/deliveries\/([\w-]+)$/, (main, id, message) => delivery(main, id, message)],
  [/^#\/relations$/, (main) => relations(main)],
  [/^#\/audit(?:\/(\d+))?$/, (main, id) => audit(main, id)],
];

const main = document.getElementById('main');

function header() {
  const here = window.location.hash;
  const link = (hash, text) => h('a', {href: hash, 'aria-current': here.startsWith(hash) ? 'page' : null}, text);
  const choice = h('select', {'aria-label': t('Language'), id: 'language', async onchange(event) {
    speak(event.target.value);
    await route();
    document.getElementById('language').focus();
  }}, Object.entries(languages).map(([code, name]) => h('option', {value: code, lang: code, selected: code === language()}, name)));
  show(document.getElementById('header'), h('div', {class: 'bar'},
    h('a', {class: 'brand', href: '#/webhooks'}, h('img', {src: '/web/icon.svg', alt: ''}), 'Changepost'),
    isSignedIn() && h('nav', {'aria-label': t('Company Profile')},
      link('#/webhooks', t('Webhooks')), link('#/relations', t('Relations')), link('#/audit', t('Audit log'))),
    h('div', {class: 'end'}, choice, isSignedIn() && button(t('Sign out'), () => {
      signOut();
      // What this organization looked at is no place for the next one to begin.
      window.history.replaceState(null, '', '#/webhooks');
      return route();
    }))));
}

function signInView(message) {
  const key = field(t('Organization key'), h('input', {type: 'password', autocomplete: 'off', spellcheck: 'false', required: true}),
    t('It begins with cpk_. Your operator gave it to you.'));
  const enter = h('button', {type: 'submit', class: 'first'}, t('Sign in'));
  const form = h('form', {class: 'card', 'aria-label': t('Sign in'), novalidate: true, async onsubmit(event) {
    event.preventDefault();
    key.refuse('');
    if (key.input.value.trim() === '') {
      key.refuse(t('Give the key.'));
      key.input.focus();
      return;
    }
    enter.disabled = true;
    try {
      await signIn(key.input.value.trim());
      await route();
    } catch (failure) {
      key.refuse(failure.status === 401 || failure.status === 422 ? t('This key is not valid.') :
        failure.status === 403 ? t('This is not the key of an organization.') : failure.message);
      key.input.focus();
    } finally {
      enter.disabled = false;
    }
  }}, key.box, enter);
  show(main, h('div', {class: 'narrow'},
    h('h1', {tabindex: -1}, t('Webhooks of your company')),
    h('p', {class: 'quiet'}, t('Every change of the companies you follow, posted to your own systems.')),
    message && h('p', {class: 'note warn', role: 'alert'}, message), form));
}

let turn = 0;

async function route(message) {
  turn += 1;
  const mine = turn;
  document.documentElement.lang = language();
  document.getElementById('skip').textContent = t('Skip to the content');
  if (isSignedIn() && !VIEWS.some(([pattern]) => pattern.test(window.location.hash))) {
    window.location.replace('#/webhooks');
    return;
  }
  header();
  if (!isSignedIn()) {
    signInView(typeof message === 'string' ? message : null);
  } else {
    const [pattern, view] = VIEWS.find(([one]) => one.test(window.location.hash));
    // A view that is late must not replace a newer one.
    const place = h('div');
    main.setAttribute('aria-busy', 'true');
    try {
      await view(place, ...window.location.hash.match(pattern).slice(1));
      if (mine !== turn) {
        return;
      }
      show(main, place);
    } catch (failure) {
      if (mine !== turn || !isSignedIn()) {
        return;
      }
      show(main, h('h1', {tabindex: -1}, failure.status === 404 ? t('There is nothing here.') : t('That did not work.')),
        h('p', {}, failure.message),
        h('div', {class: 'row'}, failure.status !== 404 && button(t('Try again'), () => route(), 'first'),
          h('a', {class: 'button', href: '#/webhooks'}, t('Webhooks'))));
    }
  }
  main.removeAttribute('aria-busy');
  const heading = main.querySelector('h1');
  document.title = `${heading ? heading.textContent : t('Webhooks')} · Changepost`;
  if (heading) {
    heading.focus({preventScroll: true});
    window.scrollTo(0, 0);
  }
}

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', route);
window.addEventListener('signed-out', () => route(t('Your session has ended; sign in again.')));
window.addEventListener('unhandledrejection', (event) => sayFailure(event.reason));
route();

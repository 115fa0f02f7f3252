// The organization's page, in a real browser, against a real server.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, beforeEach, afterEach, test} from 'node:test';
import {chromium} from 'playwright-core';
import {startEndpoint, startProduct} from './product.mjs';

const AXE = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const EVERYTHING = ['Company', 'CompanyRelation', 'CompanyRelationData', 'Document', 'Message']
  .map((object) => ({object, actions: ['create', 'update', 'delete']}));
const COMPANIES = [{object: 'Company', actions: ['create', 'update', 'delete']}];

let product;
let endpoint;
let browser;
let companies = 100;

before(async () => {
  [product, endpoint, browser] = await Promise.all([
    startProduct(), startEndpoint(),
    // Under that name it is a page of another machine, which may do less than one of this.
    chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--host-resolver-rules=MAP changepost.test 127.0.0.1']}),
  ]);
}, {timeout: 240_000});

after(async () => {
  await browser?.close();
  endpoint?.close();
  await product?.stop();
});

let context;
let page;
let troubles;

beforeEach(async () => {
  endpoint.answer = () => [200, 'ok'];
  await open({});
});

afterEach(async () => {
  await context.close();
  assert.deepEqual(troubles, []);
});

/** A new window; every dialog, script error and refusal of the content policy is noted. */
async function open(options) {
  await context?.close();
  context = await browser.newContext({locale: 'en-GB', viewport: {width: 1280, height: 900}, ...options});
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  troubles = [];
  page.on('dialog', (dialog) => { troubles.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  page.on('pageerror', (error) => troubles.push(`error ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) { troubles.push(message.text()); }
  });
}

async function organization(name = 'Van Dijk Bouw') {
  const made = await product.operator('POST', '/organizations', {name});
  return {...made, call: (method, path, body) => product.call(method, path, made.key, body)};
}

async function company(owner, name = 'Bakker Schilders') {
  companies += 1;
  await product.operator('PUT', `/companies/${companies}`, {name});
  await owner.call('PUT', `/relations/${companies}`, {star: 'gold'});
  return companies;
}

async function signIn(owner, url = product.url) {
  await page.goto(url);
  await page.getByLabel('Organization key').fill(owner.key);
  await page.getByRole('button', {name: 'Sign in'}).click();
  await heading('Webhooks');
}

const heading = (name) => page.getByRole('heading', {level: 1, name, exact: true}).waitFor();
const go = (hash) => page.goto(`${product.url}/${hash}`);
const said = (text) => page.getByRole('status').filter({hasText: text}).first().waitFor();

/** Waits until what the API tells is so. */
async function until(ask, good) {
  for (let tries = 0; tries < 150; tries += 1) {
    const told = await ask();
    if (good(told)) { return told; }
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error('it did not come about');
}

async function axe(where) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document));
  const serious = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${where}: ${one.id} ${one.nodes.map((node) => node.html).join(' ').slice(0, 300)}`);
  assert.deepEqual(serious, []);
}

test('a wrong key is told at its field, a right one leads to the list, and signing out forgets it', async () => {
  await page.goto(product.url);
  await page.getByLabel('Organization key').fill('cpk_wrong');
  await page.getByRole('button', {name: 'Sign in'}).click();
  await page.getByText('This key is not valid.').waitFor();
  await signIn(await organization());
  await page.getByText('There is no webhook yet.').waitFor();
  assert.deepEqual(await context.cookies(), []);
  assert.match(await page.evaluate(() => sessionStorage.getItem('changepost.token')), /^cpt_/);
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByLabel('Organization key').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
});

test('an ended session leads to the sign-in and says so', async () => {
  const owner = await organization();
  await signIn(owner);
  await product.operator('DELETE', `/organizations/${owner.id}/keys/${owner.keyId}`);
  await page.getByRole('link', {name: 'Relations'}).click();
  await page.getByText('Your session has ended').waitFor();
});

test('a webhook is made with the keyboard alone, with a preview, and its message arrives', async () => {
  const owner = await organization();
  const id = await company(owner);
  await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city: 'Delft'});
  await until(async () => (await owner.call('POST', '/webhooks/preview', {subscriptions: COMPANIES})).changes, (n) => n > 0);
  await signIn(owner);
  const to = async (name) => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => {
        const here = document.activeElement;
        const label = here.labels?.[0]?.textContent || here.getAttribute('aria-label') || here.textContent;
        return label.trim() === wanted;
      }, name)) { return; }
    }
    assert.fail(`no way to ${name}`);
  };
  await to('New webhook');
  await page.keyboard.press('Enter');
  await heading('New webhook');
  await to('Endpoint URL');
  await page.keyboard.type(`${endpoint.url}/keyboard`);
  await to('Company');
  await page.keyboard.press('Space');
  await page.getByText(/^[1-9]\d* changes of the last 24 hours would have been sent/).waitFor();
  await to('Create webhook');
  await page.keyboard.press('Enter');
  await heading(`${endpoint.url}/keyboard`);
  await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city: 'Rotterdam'});
  await until(() => endpoint.seen.filter((one) => one.path === '/keyboard'), (seen) => seen.length === 1);
});

test('what is wrong with a form is told at its field', async () => {
  await signIn(await organization());
  await go('#/webhooks/new');
  await heading('New webhook');
  await page.getByRole('button', {name: 'Create webhook'}).click();
  await page.getByText('Give the URL.').waitFor();
  await page.locator('#subscriptions-error').getByText('Choose at least one.').waitFor();
  await page.getByLabel('Endpoint URL').fill('http://10.0.0.1/');
  await page.getByLabel('Document update').check();
  await page.getByRole('button', {name: 'Create webhook'}).click();
  await page.locator('[aria-invalid=true]').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.type), 'url');
  await page.getByText('changepost.endpoints.allowed-networks').waitFor();
});

test('a webhook is made and changed also where the page came by plain HTTP from another machine', async () => {
  await signIn(await organization(), product.url.replace('127.0.0.1', 'changepost.test'));
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await page.getByRole('link', {name: 'New webhook'}).click();
  await heading('New webhook');
  await page.getByLabel('Endpoint URL').fill(`${endpoint.url}/plain`);
  await page.getByLabel('Company update').check();
  await page.getByRole('button', {name: 'Create webhook'}).click();
  await heading(`${endpoint.url}/plain`);
  await page.getByRole('link', {name: 'Edit'}).click();
  await heading('Edit webhook');
  await page.getByLabel('Description').fill('The planning');
  await page.getByRole('button', {name: 'Save'}).click();
  await heading(`${endpoint.url}/plain`);
  await page.getByText('The planning').waitFor();
  // The browser says in its console that it does not heed this header then.
  troubles = troubles.filter((one) => !one.includes('Cross-Origin-Opener-Policy'));
});

test('a webhook is changed, tested, paused, resumed, deactivated and deleted', async () => {
  const owner = await organization();
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/life`, subscriptions: COMPANIES, headers: {'X-Team': 'canary'}});
  await signIn(owner);
  await page.getByRole('link', {name: made.url}).click();
  await heading(made.url);
  await page.getByRole('link', {name: 'Edit'}).click();
  await heading('Edit webhook');
  await page.getByLabel('Description').fill('The planning');
  await page.getByRole('button', {name: 'Message', exact: true}).click();
  await page.getByRole('button', {name: 'Add a header'}).click();
  await page.getByLabel('Header name').last().fill('X-Other');
  await page.getByLabel('Header value').last().fill('2');
  await page.getByLabel('In order').check();
  await page.getByLabel('Asymmetric signature too').check();
  await page.getByRole('button', {name: 'Save'}).click();
  await heading(made.url);
  const saved = await owner.call('GET', `/webhooks/${made.id}`);
  assert.equal(saved.description, 'The planning');
  assert.deepEqual(Object.keys(saved.headers).sort(), ['X-Other', 'X-Team']);
  assert.ok(saved.ordered && saved.ed25519);
  assert.equal(saved.subscriptions.length, 2);
  assert.ok(!(await page.content()).includes('canary'));
  await page.getByText(saved.publicKey).waitFor();

  endpoint.answer = () => [418, 'a teapot'];
  await page.getByRole('button', {name: 'Send test message'}).click();
  await page.getByText('The endpoint did not take it.').waitFor();
  await page.getByText('a teapot').waitFor();
  await page.getByRole('button', {name: 'Pause'}).click();
  await page.getByRole('button', {name: 'Resume'}).click();
  await page.getByRole('button', {name: 'Deactivate'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  await page.getByRole('button', {name: 'Deactivate'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Deactivate'}).click();
  await page.getByRole('heading', {name: 'This webhook is inactive'}).waitFor();
  await page.getByRole('button', {name: 'Reactivate', exact: true}).click();
  await page.getByRole('button', {name: 'Pause'}).waitFor();
  await page.getByRole('button', {name: 'Delete'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
  await heading('Webhooks');
  await page.getByText('There is no webhook yet.').waitFor();
});

test('the secret is shown on request only, copied and rotated', async () => {
  const owner = await organization();
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/secret`, subscriptions: COMPANIES});
  await open({permissions: ['clipboard-read', 'clipboard-write']});
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await heading(made.url);
  assert.ok(!(await page.content()).includes(made.secret));
  await page.getByRole('button', {name: 'Show', exact: true}).click();
  await page.getByText(made.secret).waitFor();
  await page.getByRole('button', {name: 'Copy'}).click();
  await said('Copied.');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), made.secret);
  await page.getByRole('button', {name: 'Rotate'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Rotate'}).click();
  await page.getByText('The one before signs too until').waitFor();
  const next = await owner.call('GET', `/webhooks/${made.id}/secret`);
  assert.notEqual(next.secret, made.secret);
  await page.getByText(next.secret).waitFor();
});

test('the log is filtered, a failed delivery shows every attempt and answer, and is resent', async () => {
  const owner = await organization();
  const id = await company(owner);
  endpoint.answer = (path) => (path === '/log' ? [503, 'maintenance until noon'] : [200, 'ok']);
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/log`, subscriptions: COMPANIES});
  await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city: 'Delft'});
  const failed = await until(async () => (await owner.call('GET', `/webhooks/${made.id}/deliveries?state=failed`)).items, (items) => items.length === 1);
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await page.locator('#log-state').selectOption('delivered');
  await page.getByText('Nothing is like that.').waitFor();
  await page.locator('#log-state').selectOption('failed');
  await page.getByLabel('Number of the change').fill(String(failed[0].changeId));
  await page.getByRole('button', {name: 'Explain'}).click();
  await page.getByText('attempts exhausted').first().waitFor();
  await page.getByRole('img', {name: 'Deliveries over time'}).waitFor();
  await page.getByRole('link', {name: `Company update ${id}`}).click();
  await page.getByRole('heading', {name: 'Round 1, attempt 4'}).waitFor();
  assert.equal(await page.getByText('maintenance until noon').count(), 4);
  assert.equal(await page.getByText('Status 503').count(), 4);
  await page.getByText('"city": "Delft"').waitFor();
  endpoint.answer = () => [200, 'welcome back'];
  await page.getByRole('button', {name: 'Resend'}).click();
  await until(async () => (await owner.call('GET', `/deliveries/${failed[0].id}`)).state, (state) => state === 'delivered');
  await page.getByRole('button', {name: 'Refresh'}).click();
  await page.getByRole('heading', {name: 'Round 2, attempt 1'}).waitFor();
  await page.getByText('welcome back').waitFor();
});

/** Of a webhook that a 410 made inactive: one message failed, and one it never got. */
async function inactiveWebhook(owner, path) {
  const id = await company(owner);
  endpoint.answer = (to) => (to === path ? [410, 'moved away'] : [200, 'ok']);
  const made = await owner.call('POST', '/webhooks', {url: endpoint.url + path, subscriptions: COMPANIES});
  await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city: 'Delft'});
  await until(async () => (await owner.call('GET', `/webhooks/${made.id}`)).status, (status) => status === 'inactive');
  await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city: 'Leiden'});
  await until(async () => (await owner.call('POST', '/webhooks/preview', {subscriptions: COMPANIES})).changes, (n) => n >= 2);
  endpoint.answer = () => [200, 'ok'];
  return {...made, seen: endpoint.seen.length};
}

/** The cities of the messages that came after it was inactive, once there are so many. */
async function resentCities(made, count) {
  const cities = await until(
    () => endpoint.seen.slice(made.seen).filter((one) => made.url === endpoint.url + one.path).map((one) => JSON.parse(one.body).current.city),
    (all) => all.length === count);
  return cities.sort();
}

test('an inactive webhook says why and what its endpoint answered, and what was missed is resent', async () => {
  const owner = await organization();
  const made = await inactiveWebhook(owner, '/gone');
  await signIn(owner);
  await page.locator('.badge', {hasText: 'inactive'}).waitFor();
  await go(`#/webhooks/${made.id}`);
  await page.getByText('The endpoint answered that it is gone (410).').waitFor();
  await page.getByText('moved away').waitFor();
  await page.getByRole('button', {name: 'Reactivate and resend what was missed'}).click();
  await said('Active again; ');
  assert.deepEqual(await resentCities(made, 2), ['Delft', 'Leiden']);
});

/** Time that a test moves on; also that after which a call is given up, which page.clock leaves to the browser. */
async function ownClock() {
  await page.clock.install();
  await page.addInitScript(() => {
    AbortSignal.timeout = (millis) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), millis);
      return controller.signal;
    };
  });
}

const replayOf = (which) => (call) => call.url().endsWith('/replay') && call.postDataJSON().which === which;

test('to resend what was missed may take the server minutes', async () => {
  const owner = await organization();
  const made = await inactiveWebhook(owner, '/minutes');
  await ownClock();
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  let answer;
  const working = new Promise((done) => { answer = done; });
  await page.route('**/replay', async (call) => {
    await working;
    await call.continue();
  });
  const asked = page.waitForRequest(replayOf('failed'));
  await page.getByRole('button', {name: 'Reactivate and resend what was missed'}).click();
  await asked;
  await page.clock.fastForward('14:00');
  answer();
  await said('Active again; 2 messages are being resent.');
  assert.deepEqual(await resentCities(made, 2), ['Delft', 'Leiden']);
});

test('where resending breaks off, the page tells that the webhook is active and how the rest is sent', async () => {
  const owner = await organization();
  const made = await inactiveWebhook(owner, '/half');
  await ownClock();
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await page.route('**/replay', (call) => (replayOf('missed')(call.request()) ? undefined : call.continue()));
  const asked = page.waitForRequest(replayOf('missed'));
  await page.getByRole('button', {name: 'Reactivate and resend what was missed'}).click();
  await asked;
  await page.clock.fastForward('16:00');
  const told = await page.getByRole('alert').filter({hasText: 'The webhook is active again'}).textContent();
  assert.match(told, /The server does not answer\. “Resend many …” sends the rest: those it never got, changed since /);
  assert.equal(await page.getByRole('heading', {name: 'This webhook is inactive'}).count(), 0);
  await page.unroute('**/replay');
  await page.getByRole('button', {name: 'Resend many …'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Which').selectOption('those it never got');
  await dialog.getByLabel('Changed since').fill('2020-01-01T00:00');
  await dialog.getByRole('button', {name: 'Resend'}).click();
  await said(/messages are being resent/);
  await until(() => endpoint.seen.slice(made.seen).filter((one) => one.path === '/half' && one.body.includes('Leiden')), (seen) => seen.length === 1);
});

test('where the endpoint is still gone, the page shows that the webhook is inactive again', async () => {
  const owner = await organization();
  const made = await inactiveWebhook(owner, '/still-gone');
  endpoint.answer = (to) => (to === '/still-gone' ? [410, 'moved away'] : [200, 'ok']);
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await page.route('**/replay', async (call) => {
    if (replayOf('missed')(call.request())) {
      await until(async () => (await owner.call('GET', `/webhooks/${made.id}`)).status, (status) => status === 'inactive');
    }
    await call.continue();
  });
  await page.getByRole('button', {name: 'Reactivate and resend what was missed'}).click();
  await page.getByRole('alert').filter({hasText: 'Activate the webhook first.'}).waitFor();
  await page.getByRole('heading', {name: 'This webhook is inactive'}).waitFor();
  assert.equal(await page.getByText('The webhook is active again').count(), 0);
  await page.unroute('**/replay');
  endpoint.answer = () => [200, 'ok'];
});

test('what was captured before a webhook became inactive and committed after that is resent too', async () => {
  const owner = await organization();
  const id = await company(owner);
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/late`, subscriptions: COMPANIES});
  const sql = await product.sql();
  try {
    await sql.run('begin');
    const [change] = await sql.run(`select changepost.publish('Company', 'update', '${id}', ${id}, null, '{"city":"Breda"}', '{"city":"Delft"}')`);
    await owner.call('POST', `/webhooks/${made.id}/deactivate`);
    await sql.run('commit');
    await until(() => owner.call('GET', `/changes/${change}/explain?webhookId=${made.id}`), (told) => told.reason !== 'not-fanned-out');
  } finally {
    sql.close();
  }
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await page.getByRole('button', {name: 'Reactivate and resend what was missed'}).click();
  // The company was made and marked before the webhook was, so that is not sent.
  await said('Active again; 1 messages are being resent.');
  const [message] = await until(() => endpoint.seen.filter((one) => one.path === '/late'), (seen) => seen.length === 1);
  assert.equal(JSON.parse(message.body).current.city, 'Breda');
});

test('resending begins an hour before an old webhook became inactive', async () => {
  const owner = await organization();
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/old`, subscriptions: COMPANIES});
  const sql = await product.sql();
  try {
    await sql.run(`update changepost.webhook set created_at = created_at - interval '1 day' where id = ${made.id}`);
  } finally {
    sql.close();
  }
  const {inactiveSince} = await owner.call('POST', `/webhooks/${made.id}/deactivate`);
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  const asked = page.waitForRequest(replayOf('missed'));
  await page.getByRole('button', {name: 'Reactivate and resend what was missed'}).click();
  assert.equal(new Date(inactiveSince) - new Date((await asked).postDataJSON().since), 3600e3);
  await said('Active again; ');
});

test('relations get stars and data, and the audit log tells who did it', async () => {
  const owner = await organization();
  const id = await company(owner);
  companies += 1;
  await product.operator('PUT', `/companies/${companies}`, {name: 'De Vries'});
  await signIn(owner);
  await page.getByRole('link', {name: 'Relations'}).click();
  await heading('Relations');
  await page.getByText('1 of at most 3,000 contacts.').waitFor();
  await page.getByLabel('Company number').fill(String(companies));
  await page.getByLabel('Star', {exact: true}).first().selectOption('black');
  await page.getByRole('button', {name: 'Mark', exact: true}).click();
  await page.getByText('2 of at most 3,000 contacts.').waitFor();
  await page.getByLabel('Star of Bakker Schilders').selectOption('none');
  await page.getByText('1 of at most 3,000 contacts.').waitFor();
  await page.getByText('0 values').first().click();
  await page.getByLabel('Name of the value').first().fill('creditor');
  await page.getByLabel('Value', {exact: true}).first().fill('C-1');
  await page.getByRole('button', {name: 'Add', exact: true}).first().click();
  await page.getByLabel('Value of creditor').fill('C-2');
  await page.getByRole('listitem').getByRole('button', {name: 'Save'}).click();
  await said('Saved.');
  const kept = await owner.call('GET', `/relations?companyId=${id}`);
  assert.equal(kept.items[0].data[0].value, 'C-2');
  await page.getByRole('listitem').getByRole('button', {name: 'Remove'}).click();
  await page.getByLabel('Value of creditor').waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'End the relation'}).first().click();
  await page.getByRole('dialog').getByRole('button', {name: 'End the relation'}).click();
  await said('Ended.');
  await page.getByRole('link', {name: 'Audit log'}).click();
  await heading('Audit log');
  for (const action of ['Relation begun', 'Relation changed', 'Value added', 'Value removed', 'Relation ended', 'Key made']) {
    await page.getByText(action, {exact: true}).first().waitFor();
  }
  await page.getByText(`key ${owner.keyId} (cpk_`).first().waitFor();
});

test('an inactive webhook tells the last answer even where what failed last was never tried', async () => {
  const owner = await organization();
  const id = await company(owner);
  endpoint.answer = (path) => (path === '/left' ? [410, 'left for good'] : [200, 'ok']);
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/left`, subscriptions: COMPANIES, ordered: true});
  const change = (n) => ({object: 'Company', action: 'update', objectId: '1', companyId: id, current: {n}, previous: {n: 0}});
  await product.operator('POST', '/changes', Array.from({length: 400}, (_, n) => change(n + 1)));
  await until(async () => (await owner.call('GET', `/webhooks/${made.id}`)).status, (status) => status === 'inactive');
  const newest = await until(async () => (await owner.call('GET', `/webhooks/${made.id}/deliveries?state=failed`)).items, (items) => items.length > 1);
  assert.equal(newest[0].attemptCount, 0);
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await page.getByText('left for good').waitFor();
});

test('many messages are sent again at once', async () => {
  const owner = await organization();
  const id = await company(owner);
  endpoint.answer = (path) => (path === '/many' ? [500, 'no'] : [200, 'ok']);
  const made = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/many`, subscriptions: COMPANIES});
  for (const city of ['Delft', 'Leiden']) { await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city}); }
  await until(async () => (await owner.call('GET', `/webhooks/${made.id}/deliveries?state=failed`)).items, (items) => items.length === 2);
  endpoint.answer = () => [200, 'ok'];
  await signIn(owner);
  await go(`#/webhooks/${made.id}`);
  await page.getByRole('button', {name: 'Resend many'}).click();
  const dialog = page.getByRole('dialog');
  await axe('resend many');
  await dialog.getByLabel('Changed since').fill('');
  await dialog.getByRole('button', {name: 'Resend'}).click();
  await dialog.getByText('Say since when.').waitFor();
  await dialog.getByLabel('Changed since').fill('2020-01-01T00:00');
  await dialog.getByRole('button', {name: 'Resend'}).click();
  await said('2 messages are being resent.');
  await until(async () => (await owner.call('GET', `/webhooks/${made.id}/deliveries?state=delivered`)).items, (items) => items.length === 2);
});

test('one of many webhooks is found, and the keyboard keeps its place', async () => {
  const owner = await organization();
  for (let n = 0; n < 120; n += 1) {
    await owner.call('POST', '/webhooks', {url: `${endpoint.url}/many/${n}`, description: `System ${n}`, subscriptions: COMPANIES});
  }
  await signIn(owner);
  const rows = () => page.locator('tbody tr').count();
  await page.getByText('50 of 120').waitFor();
  await page.getByRole('button', {name: 'Show more'}).press('Enter');
  assert.equal(await rows(), 100);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), `${endpoint.url}/many/50`);
  await page.getByLabel('Find').fill('system 117');
  assert.equal(await rows(), 1);
  await page.getByLabel('Status').selectOption('inactive');
  await page.getByText('No webhook is like that.').waitFor();
  await page.getByLabel('Status').selectOption('active');
  await page.getByRole('link', {name: `${endpoint.url}/many/117`}).click();
  await heading(`${endpoint.url}/many/117`);
  await page.getByRole('button', {name: 'Delete'}).press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Delete');
  await page.getByRole('button', {name: 'Pause'}).press('Enter');
  await page.getByRole('button', {name: 'Resume'}).waitFor();
  await page.locator('h1:focus').waitFor();
});

test('a list that is fetched anew leaves the focus on its button, and does not tell its notices again', async () => {
  const owner = await organization();
  for (let n = 0; n < 51; n += 1) {
    await owner.call('POST', '/webhooks', {url: `${endpoint.url}/fresh/${n}`, subscriptions: COMPANIES});
  }
  const standing = await owner.call('GET', '/organization');
  let text = 'You have 3,001 contacts.';
  await page.route('**/api/v1/organization', (call) => call.fulfill({json: {...standing, notices: [{code: 'contacts-over-limit', text}]}}));
  await page.clock.install();
  await signIn(owner);
  await page.getByText('50 of 51').waitFor();
  const more = page.getByRole('button', {name: 'Show more'});
  await more.focus();
  const button = await more.elementHandle();
  const notice = await page.getByRole('alert').elementHandle();
  const isStill = (handle) => handle.evaluate((node) => node.isConnected);
  const refreshed = async (description) => {
    const [first] = (await owner.call('GET', '/webhooks?limit=1')).items;
    await owner.call('PATCH', `/webhooks/${first.id}`, {description});
    await page.clock.fastForward(10_000);
    await page.getByText(description).waitFor();
  };
  await refreshed('The planning');
  assert.ok(await button.evaluate((node) => node === document.activeElement));
  assert.ok(await isStill(notice));
  await page.getByLabel('Find').pressSequentially('fresh/7');
  await more.waitFor({state: 'hidden'});
  assert.ok(await isStill(notice));
  await page.getByLabel('Find').fill('');
  await more.waitFor();
  assert.ok(await isStill(button));
  text = 'You have 3,002 contacts.';
  await refreshed('The stock');
  assert.equal(await page.getByRole('alert').textContent(), text);
});

test('a server that cannot be reached is told, and tried again', async () => {
  const owner = await organization();
  await signIn(owner);
  await page.route('**/api/v1/**', (call) => call.abort());
  await page.getByRole('link', {name: 'Relations'}).click();
  await page.getByText('The server cannot be reached.').waitFor();
  await page.unroute('**/api/v1/**');
  await page.getByRole('button', {name: 'Try again'}).click();
  await heading('Relations');
  // The browser says so in its console too.
  troubles = troubles.filter((one) => !one.includes('net::ERR_FAILED'));
});

test('two tabs are two sessions, and going back after signing out shows nothing', async () => {
  const owner = await organization('Eerste');
  await signIn(owner);
  await page.getByRole('link', {name: 'Audit log'}).click();
  await heading('Audit log');
  const other = await context.newPage();
  await other.goto(product.url);
  await other.getByLabel('Organization key').waitFor();
  await other.close();
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByLabel('Organization key').waitFor();
  await page.goBack();
  await page.getByLabel('Organization key').waitFor();
  assert.equal(await page.getByText('key.create').count(), 0);
  await signIn(await organization('Tweede'));
});

test('the key of the operator opens no page', async () => {
  await page.goto(product.url);
  await page.getByLabel('Organization key').fill(product.operatorKey);
  await page.getByRole('button', {name: 'Sign in'}).click();
  await page.getByText('This is not the key of an organization.').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
});

test('the page speaks Dutch, and remembers it', async () => {
  await signIn(await organization());
  await page.getByLabel('Language').selectOption('nl');
  await page.getByRole('link', {name: 'Nieuwe webhook'}).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'nl');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'language');
  await page.reload();
  await page.getByRole('link', {name: 'Nieuwe webhook'}).waitFor();
  const english = await page.evaluate(async () => {
    const {dutch} = await import('/web/dutch.js');
    const served = await (await fetch('/')).text();
    const files = [...served.matchAll(/\/web\/([\w-]+)\.js/g)].map((found) => found[1]).filter((file) => file !== 'dutch');
    const texts = await Promise.all(files.map(async (file) => (await fetch(`/web/${file}.js`)).text()));
    const used = texts.flatMap((text) => [...text.matchAll(/\bt\('((?:[^'\\]|\\.)*)'/g)].map((found) => found[1]));
    return used.filter((text) => !(text in dutch));
  });
  assert.deepEqual(english, []);
});

test('no text becomes markup, in whatever field it was put', async () => {
  const breakOuts = ['', '">', "'>", '</script>', '</pre>', '</textarea>', '</title>', '-->', '`', '\\"'];
  const scripts = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<iframe srcdoc="<script>alert(1)</script>">',
    '<a href="javascript:alert(1)" autofocus onfocus=alert(1)>x</a>'];
  const payloads = breakOuts.flatMap((out) => scripts.map((script) => out + script));
  assert.ok(payloads.length >= 50);
  const owner = await organization(payloads[1]);
  endpoint.answer = () => [500, payloads.join('\n')];
  const id = await company(owner, payloads.slice(0, 4).join(' ').slice(0, 500));
  const made = await owner.call('POST', '/webhooks', {
    url: `${endpoint.url}/x?q=${encodeURIComponent(payloads[2])}`, description: payloads.join(' ').slice(0, 1000), subscriptions: EVERYTHING,
    headers: {'X-Y': payloads[2]}});
  for (const [i, payload] of payloads.entries()) {
    await owner.call('POST', `/relations/${id}/data`, {name: `${i} ${payload}`, value: payload});
  }
  const changes = payloads.map((payload, i) => ({object: 'Company', action: 'update', objectId: `${i}${payload}`.slice(0, 200), companyId: id,
    current: {[payload]: payload}, previous: {[payload]: ''}}));
  await product.operator('POST', '/changes', changes);
  const failed = await until(async () => (await owner.call('GET', `/webhooks/${made.id}/deliveries?state=failed&limit=200`)).items,
    (items) => items.length >= payloads.length);
  await owner.call('POST', `/webhooks/${made.id}/deactivate`);
  await signIn(owner);
  for (const hash of ['#/webhooks', `#/webhooks/${made.id}`, `#/webhooks/${made.id}/edit`, '#/relations', '#/audit',
    ...failed.slice(0, 12).map((one) => `#/webhooks/${made.id}/deliveries/${one.id}`)]) {
    await go(hash);
    await page.waitForLoadState('networkidle');
    assert.equal(await page.locator('main script, main iframe, main img, [onerror], [onload], [onfocus]').count(), 0);
    assert.equal(await page.locator('main a:not([href^="#/"])').count(), 0);
  }
  assert.ok((await page.content()).includes('&lt;script&gt;'));
});

test('it may not be framed, runs no script of others, and its answers say so', async () => {
  for (const path of ['/', '/web/app.js', '/web/style.css']) {
    const response = await fetch(product.url + path);
    const policy = response.headers.get('content-security-policy');
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('set-cookie'), null);
    const again = await fetch(product.url + path, {headers: {'If-None-Match': response.headers.get('etag')}});
    assert.equal(again.status, 304);
  }
  for (const path of ['/web/', '/web/../openapi.yaml', '/web/%2e%2e/openapi.yaml', '/web/none.js', '/openapi.yaml']) {
    assert.equal((await fetch(product.url + path)).status, 404, path);
  }
});

for (const [name, options] of [
  ['light', {colorScheme: 'light'}], ['dark', {colorScheme: 'dark'}], ['phone', {viewport: {width: 360, height: 740}}]]) {
  test(`every view is accessible and fits: ${name}`, async () => {
    const owner = await organization();
    const id = await company(owner);
    endpoint.answer = (path) => (path === '/axe-bad' ? [500, 'no'] : [200, 'ok']);
    const good = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/axe`, subscriptions: EVERYTHING, headers: {'X-A': '1'}, ed25519: true});
    const bad = await owner.call('POST', '/webhooks', {url: `${endpoint.url}/axe-bad`, description: 'An old one', subscriptions: COMPANIES});
    await product.operator('PUT', `/companies/${id}`, {name: 'Bakker', city: 'Delft'});
    const failed = await until(async () => (await owner.call('GET', `/webhooks/${bad.id}/deliveries?state=failed`)).items, (items) => items.length === 1);
    await owner.call('POST', `/webhooks/${bad.id}/deactivate`);
    await open(options);
    await page.goto(product.url);
    await page.getByLabel('Organization key').waitFor();
    await axe('sign in');
    await signIn(owner);
    for (const hash of ['#/webhooks', '#/webhooks/new', `#/webhooks/${good.id}`, `#/webhooks/${bad.id}`, `#/webhooks/${good.id}/edit`,
      `#/webhooks/${bad.id}/deliveries/${failed[0].id}`, '#/relations', '#/audit']) {
      await go(hash);
      await page.waitForLoadState('networkidle');
      // While a view is fetched, the one before is there, dimmed.
      await page.locator('[aria-busy]').first().waitFor({state: 'detached'});
      await axe(hash);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${hash} is ${over} pixels too wide`);
      assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', `${hash} begins at its heading`);
    }
  });
}

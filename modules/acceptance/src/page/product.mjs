// Changepost as its users start it, and an endpoint that answers as it is told.

import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import http from 'node:http';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const OPERATOR = 'cpo_page_test_operator_key_0123456789';

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address();
      server.close(() => done(port));
    });
  });
}

/** A server of its own with an empty database; its address is `url`. */
export async function startProduct() {
  const data = mkdtempSync(join(tmpdir(), 'changepost-page-'));
  const port = await freePort();
  const child = spawn(join(ROOT, 'changepost'), ['start'], {
    cwd: ROOT,
    env: {
      ...process.env, CHANGEPOST_DATA_DIR: data, CHANGEPOST_HTTP_PORT: String(port),
      CHANGEPOST_MANAGEMENT_PORT: String(await freePort()), CHANGEPOST_OPERATOR_KEY: OPERATOR,
      CHANGEPOST_ENDPOINTS_HTTPS_ONLY: 'false', CHANGEPOST_ENDPOINTS_ALLOWED_NETWORKS: '127.0.0.0/8',
      CHANGEPOST_REDELIVERY_DELAYS: '200ms,200ms,200ms',
    },
  });
  const said = [];
  await new Promise((ready, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({input: stream}).on('line', (line) => {
        said.push(line);
        if (line.startsWith('Changepost ready in')) { ready(); }
      });
    }
    child.on('exit', () => failed(new Error(`the server ended:\n${said.join('\n')}`)));
  });
  const url = `http://127.0.0.1:${port}`;

  async function call(method, path, key, body) {
    const response = await fetch(`${url}/api/v1${path}`, {
      method, headers: {Authorization: `Bearer ${key}`, 'Content-Type': 'application/json'},
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) { throw new Error(`${method} ${path}: ${response.status} ${text}`); }
    return text === '' ? null : JSON.parse(text);
  }

  return {
    url,
    operatorKey: OPERATOR,
    operator: (method, path, body) => call(method, path, OPERATOR, body),
    call,
    /** A session of SQL, for what an importing system does: `run` tells the lines that a statement answered. */
    async sql() {
      const port = readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
      const psql = spawn('psql', ['-h', '127.0.0.1', '-p', port, '-U', 'postgres', '-XqAt', '-v', 'ON_ERROR_STOP=1'], {stdio: ['pipe', 'pipe', 'inherit']});
      await new Promise((done, failed) => { psql.on('spawn', done).on('error', failed); });
      const lines = createInterface({input: psql.stdout})[Symbol.asyncIterator]();
      return {
        async run(statement) {
          psql.stdin.write(`${statement};\n\\echo that was all\n`);
          const told = [];
          for (let line = await lines.next(); line.value !== 'that was all'; line = await lines.next()) {
            if (line.done) { throw new Error(`psql ended at: ${statement}`); }
            told.push(line.value);
          }
          return told;
        },
        close: () => psql.stdin.end(),
      };
    },
    async stop() {
      const gone = new Promise((done) => { child.on('exit', done); });
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      child.on('exit', () => rmSync(data, {recursive: true, force: true}));
      await Promise.race([gone, new Promise((done) => { child.on('exit', done); })]);
    },
  };
}

/** An endpoint; `answer` gives status and body by path. */
export async function startEndpoint() {
  const seen = [];
  const endpoint = {
    seen,
    answer: () => [200, 'ok'],
    close: () => server.close(),
  };
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      seen.push({path: request.url, headers: request.headers, body: Buffer.concat(parts).toString()});
      const [status, body] = endpoint.answer(request.url);
      response.writeHead(status, {'Content-Type': 'text/plain'});
      response.end(body);
    });
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  endpoint.url = `http://127.0.0.1:${server.address().port}`;
  return endpoint;
}

/**
 * Three small desks, made of the packed client by three toolchains, in a real browser with the
 * small stack: webpack 4 with TypeScript 3.5 for ES5, Vite with strict TypeScript, and none at all.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeToken } from '../../infra/local/people/issuer.ts';
import { startSmall } from '../../infra/start/small.ts';
import { webSession } from '../support/contact-centre.ts';
import { launchBrowser } from '../support/launch.ts';
import { projectWithClient, root, type Project } from '../support/packed.ts';

const run = promisify(execFile);

/** The desk: with the typed face it greets a customer, with the other one it takes a break. */
const DESK = `
import { AgentManagerError, connect, io } from '@serverless-agent-manager/client';

const asked = new URLSearchParams(location.search);
const url = asked.get('url') || '';
const token = asked.get('token') || '';

async function greet() {
  const agent = await connect({ url, token });
  await agent.setState('READY');
  document.title = 'ready';
  for await (const offer of agent.offers()) {
    const conversation = await offer.accept();
    await conversation.send('This is ' + asked.get('name'));
    break;
  }
  const refusal = await agent.monitor('no-such').catch((error) => error);
  agent.close();
  return refusal instanceof AgentManagerError ? refusal.code + ', again: ' + refusal.retry : 'no refusal of ours';
}

greet().then(
  (refusal) => {
    const socket = io(url, { auth: { token } });
    const state = { name: 'NOT_READY', reasonCode: null };
    socket.on('connect', () => {
      socket.emit('changeAgentState', { action: 'agentState', state }, function () {
        document.title = refusal + '; break: ' + arguments[0].status;
      });
    });
  },
  (error) => {
    document.title = 'failed: ' + error;
  },
);
`;

let project: Project;
let stack: Awaited<ReturnType<typeof startSmall>>;
let browser: Browser;
let pages: Server;

beforeAll(async () => {
  [project, stack, browser, pages] = await Promise.all([
    projectWithClient(),
    startSmall({ port: 0, host: '127.0.0.1' }),
    launchBrowser(),
    serve(() => project.folder),
  ]);
});
afterAll(async () => {
  await browser.close();
  pages.close();
  await stack.stop();
  project.remove();
});

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** The files of a folder. */
async function serve(folder: () => string): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://desk');
    const type = TYPES[extname(pathname)];
    if (type === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': type }).end(readFileSync(join(folder(), pathname)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** A page of the project, with what is in it. */
function page(name: string, script: string): string {
  mkdirSync(join(project.folder, name), { recursive: true });
  writeFileSync(join(project.folder, name, 'index.html'), `<!doctype html><meta charset="utf-8">${script}`);
  return `${name}/index.html`;
}

/** Compiles the desk strictly. Rejects with what the compiler has to say. */
async function compile(compiler: string, name: string, compilerOptions: object): Promise<void> {
  const folder = join(project.folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'desk.ts'), DESK);
  const options = { module: 'ESNext', types: [], strict: true, ...compilerOptions };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['desk.ts'] }));
  await run(process.execPath, [join(root, 'node_modules', compiler, 'bin', 'tsc'), '--project', folder]).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    },
  );
}

/** Opens the desk as an agent to whom a customer comes. What it says at the end, and to them. */
async function works(path: string, name: string, agent: string) {
  const platform = { 'content-type': 'application/json', authorization: `Bearer ${await makeToken('platform')}` };
  const ask = async (way: string, init: RequestInit = {}) =>
    (await (await fetch(`${stack.httpUrl}${way}`, { headers: platform, ...init })).json()) as Record<string, unknown>;
  const desk = await browser.newPage();
  const { port } = pages.address() as AddressInfo;
  const query = new URLSearchParams({ url: stack.wsUrl, token: await makeToken(agent), name });
  const title = (pattern: RegExp) =>
    desk.waitForFunction((source) => new RegExp(source).test(document.title), pattern.source, { timeout: 60_000 });
  await desk.goto(`http://127.0.0.1:${port}/${path}?${query}`);
  await title(/ready|failed/);
  const channelSession = webSession(`session of ${name}`);
  const { conversationId } = await ask('/conversations', {
    method: 'POST',
    body: JSON.stringify({ channelSession, queue: 'support' }),
  });
  await title(/break|failed/);
  const said = await desk.title();
  await desk.close();
  return { said, log: JSON.stringify(await ask(`/conversations/${String(conversationId)}/events`)) };
}

const SAID = 'role.forbidden, again: false; break: ok';

describe('A desk of the packed client', () => {
  it('is made by webpack 4 and TypeScript 3.5 for ES5', async () => {
    const folder = join(project.folder, 'webpack');
    const lib = ['es2018', 'dom'];
    await compile('typescript-3.5', 'webpack', { target: 'ES5', lib, moduleResolution: 'node', downlevelIteration: true }); // prettier-ignore
    const config = {
      mode: 'production',
      context: folder,
      entry: './desk.js',
      output: { path: folder, filename: 'bundle.js' },
      performance: false,
    };
    const script = `require('webpack')(${JSON.stringify(config)}, (error, stats) => {
      if (error || stats.hasErrors()) throw error || new Error(stats.toString());
    })`;
    // It hashes with MD4, which OpenSSL 3 calls legacy.
    await run(process.execPath, ['--openssl-legacy-provider', '--eval', script], { cwd: root });
    expect(() => parse(readFileSync(join(folder, 'bundle.js'), 'utf8'), { ecmaVersion: 5 })).not.toThrow();
    const { said, log } = await works(page('webpack', '<script src="bundle.js"></script>'), 'webpack', 'amy');
    expect(said).toBe(SAID);
    expect(log).toContain('This is webpack');
  });

  it('is made by Vite with strict TypeScript', async () => {
    await compile('typescript', 'vite', {
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      moduleResolution: 'Bundler',
      noUncheckedIndexedAccess: true,
      noEmit: true,
    });
    page('vite', '<script type="module" src="desk.ts"></script>');
    await build({ root: join(project.folder, 'vite'), base: './', logLevel: 'silent', configFile: false });
    const { said, log } = await works('vite/dist/index.html', 'vite', 'bob');
    expect(said).toBe(SAID);
    expect(log).toContain('This is vite');
  });

  it('is a script of a page, without any tool', async () => {
    const client = '../node_modules/@serverless-agent-manager/client/dist/client.js';
    const path = page('plain', '<script type="module" src="desk.js"></script>');
    writeFileSync(join(project.folder, 'plain', 'desk.js'), DESK.replace('@serverless-agent-manager/client', client));
    const { said, log } = await works(path, 'plain', 'carol');
    expect(said).toBe(SAID);
    expect(log).toContain('This is plain');
  });
});

/**
 * What is published: the module and its types, and nothing of the manager. Installed as it is
 * packed, it is compiled against by a desk that knows only of a browser, and run where there is
 * nothing but what a browser and Node have in common.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Client from '../../shared/client/client.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre();
const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The project of somebody who writes a desk. */
const project = mkdtempSync(join(tmpdir(), 'desk-'));
const installed = join(project, 'node_modules', 'serverless-agent-manager');
let files: string[] = [];

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: root });
  const [packed] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]$/m))) as Record<string, Packed>);
  files = packed?.files.map(({ path }) => path) ?? [];
  await run('tar', ['xzf', join(project, packed?.filename ?? ''), '-C', project]);
  cpSync(join(project, 'package'), installed, { recursive: true });
  symlinkSync(join(root, 'node_modules', 'zod'), join(dirname(installed), 'zod'));
});
afterAll(() => rmSync(project, { recursive: true }));

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** What the compiler says of a desk; nothing where all is well. */
async function complaints(desk: string): Promise<string> {
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: 'ESNext',
    moduleResolution: 'Bundler',
    types: [],
    strict: true,
    noEmit: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['desk.ts'] }));
  writeFileSync(join(project, 'desk.ts'), desk);
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return run(process.execPath, [compiler, '--project', project]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}

describe('The package', () => {
  it('holds the client and its types, and nothing of the manager', () => {
    expect(files).toEqual(expect.arrayContaining(['dist/client/client.js', 'dist/client/client.d.ts', 'README.md']));
    expect(files.filter((path) => !/^(dist\/(client|protocol)\/.*\.(d\.ts|js)|README\.md|LICENSE|package\.json)$/.test(path))).toEqual([]); // prettier-ignore
  });

  it('shows a desk the types of what it may ask for and of what it hears, from the schemas', async () => {
    const desk = readFileSync(join(root, 'test', 'fixtures', 'typed-desk.ts'), 'utf8');
    expect(await complaints(desk.replace('../../shared/client/client.ts', 'serverless-agent-manager/client'))).toBe('');
  });

  it('runs where there is neither Node nor a window', async () => {
    const { AbortSignal, URL, WebSocket, crypto, fetch } = globalThis;
    const timers = { clearInterval, clearTimeout, setInterval, setTimeout };
    const realm = createContext({ AbortSignal, URL, WebSocket, crypto, fetch, performance, TextEncoder, ...timers });
    const bundle = readFileSync(join(installed, 'dist', 'client', 'client.js'), 'utf8');
    const { code } = await transform(bundle, { format: 'iife', globalName: 'client', target: 'es2022' });
    const { connect, io } = runInContext(`${code}; client`, realm) as typeof Client;

    const queue = await centre.queue();
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const agent = await connect({ url: centre.stack.wsUrl, token: await person.token() });
    await agent.setState('READY');
    const { conversationId } = await centre.customer(queue);
    for await (const offer of agent.offers()) {
      await (await offer.accept()).send('From nowhere in particular');
      break;
    }
    agent.close();
    await centre.eventually(async () =>
      (await logOf(centre, conversationId)).find(({ name }) => name === 'AGENT_MESSAGE'),
    );

    const socket = io(centre.stack.wsUrl, { auth: { token: 'not-a-token' } });
    const error = await new Promise<{ message: string }>((resolve) => socket.on('connect_error', resolve));
    expect(error.message).toBe('login-failed');
  });
});

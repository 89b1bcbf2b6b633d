/**
 * What is published: the module and its types, and nothing of the manager. Installed as it is
 * packed, it is compiled against by a desk that knows only of a browser, and run where there is
 * nothing but what a browser and Node have in common.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { parse } from 'acorn';
import { transform } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientEntries, isInDesks, subpathOf } from '../../infra/client/entries.ts';
import type * as Client from '../../shared/client/client.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { projectWithClient, root, type Project } from '../support/packed.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre();
const run = promisify(execFile);

let project: Project;
beforeAll(async () => {
  project = await projectWithClient();
});
afterAll(() => project.remove());

const inPackage = (name: string) => readFileSync(join(project.installed, name), 'utf8');

/** What the compiler says of a desk; nothing where all is well. */
async function complaints(desk: string, version: 'typescript' | 'typescript-3.5' = 'typescript'): Promise<string> {
  const today = { target: 'ES2022', lib: ['ES2022', 'DOM'], moduleResolution: 'Bundler' };
  const then = { target: 'ES5', lib: ['es2018', 'dom'], moduleResolution: 'node' };
  const compilerOptions = {
    ...(version === 'typescript' ? today : then),
    module: 'ESNext',
    types: [],
    strict: true,
    noEmit: true,
  };
  writeFileSync(join(project.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['desk.ts'] }));
  writeFileSync(join(project.folder, 'desk.ts'), desk);
  const compiler = join(root, 'node_modules', version, 'bin', 'tsc');
  return run(process.execPath, [compiler, '--project', project.folder]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}

describe('The package', () => {
  it('holds the client and its types, and nothing of the manager', () => {
    const made = clientEntries.flatMap((entry) =>
      ['.js', '.cjs', ...(isInDesks(entry) ? ['.es5.js'] : []), '.d.ts', '.d.cts', '.ts35.d.ts'].map(
        (end) => `dist/${entry}${end}`,
      ),
    );
    const folders = clientEntries.flatMap((entry) => (subpathOf(entry) === '.' ? [] : [`${entry}/package.json`]));
    expect([...project.files].toSorted()).toEqual([...made, ...folders, 'LICENSE', 'README.md', 'package.json'].toSorted()); // prettier-ignore
  });

  it('is small, and brings nothing else along: no dependency, no program, nothing that runs at install', () => {
    expect(project.bytes).toBeLessThanOrEqual(100_000);
    const { dependencies, optionalDependencies, bin, scripts, version, ...rest } = JSON.parse(
      inPackage('package.json'),
    );
    expect([dependencies, optionalDependencies, bin]).toEqual([undefined, undefined, undefined]);
    const { peerDependencies, peerDependenciesMeta } = rest;
    expect([peerDependencies, peerDependenciesMeta]).toEqual([{ react: '>=18' }, { react: { optional: true } }]);
    expect(Object.keys(scripts)).toEqual(['prepack']);
    expect(version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
  });

  it('is found by every kind of resolution: each entry by `exports`, and by a folder of its own', async () => {
    const { exports } = JSON.parse(inPackage('package.json'));
    const formats = (entry: string) => ({
      import: { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
      require: { types: `./dist/${entry}.d.cts`, default: `./dist/${entry}.cjs` },
    });
    const expected = Object.fromEntries(clientEntries.map((entry) => [subpathOf(entry), formats(entry)]));
    expect(exports).toEqual({ ...expected, './package.json': './package.json' });
    for (const entry of clientEntries) {
      const folder = subpathOf(entry);
      const { main, module, types } = JSON.parse(inPackage(join(folder, 'package.json')));
      const at = (end: string) => `${folder === '.' ? '.' : '..'}/dist/${entry}${end}`;
      // Who reads folders may be of 2019, and reads no `typesVersions` that lead out of one.
      const typesAt = at(folder === '.' ? '.d.ts' : '.ts35.d.ts');
      expect([main, module, types]).toEqual([at('.cjs'), isInDesks(entry) ? at('.es5.js') : undefined, typesAt]);
    }
    expect((await publint({ pkgDir: project.installed, pack: false })).messages).toEqual([]);
  });

  it.each(clientEntries.filter(isInDesks))(
    'has %s in ES5 for old bundlers, as another parser than its maker sees',
    (entry) => {
      const [code, exported] = inPackage(`dist/${entry}.es5.js`).split(/(?=\bexport\s*\{[^}]*\};?\s*$)/);
      expect(exported).toMatch(/^export/);
      const withoutImports = (code ?? '').replaceAll(/\bimport\s*\{[^}]*\}\s*from\s*"[^"]*";?/g, '');
      expect(() => parse(withoutImports, { ecmaVersion: 5 })).not.toThrow();
      expect(() => parse(`${withoutImports}; () => 0`, { ecmaVersion: 5 })).toThrow('Unexpected token');
    },
  );

  it('shows a desk the types of what it may ask for and of what it hears, from the schemas', async () => {
    const desk = readFileSync(join(root, 'test', 'fixtures', 'typed-desk.ts'), 'utf8');
    expect(await complaints(desk.replace('../../shared/client/client.ts', '@serverless-agent-manager/client'))).toBe(
      '',
    );
  });

  it.each(['typescript', 'typescript-3.5'] as const)(
    'shows the test of a desk the types of the fake manager, by %s',
    async (version) => {
      const test = `
        import { connect } from '@serverless-agent-manager/client';
        import { createFakeManager } from '@serverless-agent-manager/client/testing';
        const manager = createFakeManager({ agent: { id: 'nora' } });
        const id: string = manager.offer({ queue: 'support', direction: 'CONSULT' });
        connect(manager.options).then((agent) => agent.id);
        manager.next('publishCimEvent').then(({ data }) => data.conversationId === id);
        manager.refuseNext('declineTask', 'task.gone');
      `;
      expect(await complaints(test, version)).toBe('');
      const wrong = test.replace("'CONSULT'", "'SIDEWAYS'").replace('data.conversationId', 'data.nothing');
      expect((await complaints(wrong, version)).match(/error TS/g)).toHaveLength(2);
    },
  );

  it('runs where there is neither Node nor a window', async () => {
    const { AbortSignal, URL, WebSocket, crypto, fetch } = globalThis;
    const timers = { clearInterval, clearTimeout, setInterval, setTimeout };
    const realm = createContext({ AbortSignal, URL, WebSocket, crypto, fetch, performance, TextEncoder, ...timers });
    const bundle = inPackage('dist/client.js');
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

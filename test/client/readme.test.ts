/**
 * The five lines in the README and the example desk, run as they are: in a process of their own,
 * against a running stack.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { bundleClient } from '../../infra/client/bundle.ts';
import { replaceFile } from '../../infra/replace-file.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre();
const root = fileURLToPath(new URL('../..', import.meta.url));
const running: ChildProcess[] = [];

afterEach(() => {
  for (const process of running.splice(0)) process.kill();
});

/** Runs a program as amy, and keeps what it prints. */
async function run(file: string): Promise<{ readonly printed: () => string; type(line: string): void }> {
  const env = { ...process.env, URL: centre.stack.wsUrl, TOKEN: await centre.stack.token('amy') };
  const child = spawn(process.execPath, [file], { cwd: root, env, stdio: 'pipe' });
  running.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return { printed: () => printed, type: (line) => void child.stdin.write(`${line}\n`) };
}

const said = async (conversationId: string, text: string) =>
  centre.eventually(async () =>
    (await logOf(centre, conversationId)).find(
      ({ name, data }) => name === 'AGENT_MESSAGE' && data.body.markdownText === text,
    ),
  );

describe('The README', () => {
  it('has five lines that are a desk: whoever comes is greeted', async () => {
    const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    expect(code.trim().split('\n')).toHaveLength(5);
    const [, greeting = ''] = /\.send\('(.*)'\)/.exec(code) ?? [];
    const file = join(root, 'dist', 'readme.mjs'); // within reach of the package, which is linked here
    replaceFile(join(root, 'packages', 'client', 'dist', 'client.js'), await bundleClient());
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(file, code.replace('ws://127.0.0.1:3000/local', centre.stack.wsUrl));
    const desk = await run(file);
    const { conversationId } = await centre.customer('support');
    await said(conversationId, greeting).catch((error: unknown) => {
      throw new Error(`${desk.printed()}${String(error)}`);
    });
  });
});

describe('The example desk', () => {
  it('takes customers, shows what they say and sends what is typed', async () => {
    expect(readFileSync(join(root, 'examples', 'desk.ts'), 'utf8').split('\n').length).toBeLessThan(60);
    const desk = await run(join(root, 'examples', 'desk.ts'));
    const shows = (text: string) => centre.eventually(() => (desk.printed().includes(text) ? true : undefined));
    await shows('amy is READY');
    const customer = await centre.customer('support');
    await customer.says('Where is my parcel?');
    await shows('Where is my parcel?');
    desk.type('It comes today.');
    await said(customer.conversationId, 'It comes today.');
    desk.type('/transfer nowhere');
    await shows('!');
    desk.type('/leave');
    await shows('the conversation is over: UNSUBSCRIBED');
    desk.type('/quit');
    await shows('closed: The agent logged out.');
  });
});

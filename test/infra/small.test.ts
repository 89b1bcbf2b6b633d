/**
 * The small stack as `npm start` runs it, in a process of its own: with `--small`, and where the
 * database engine has no build.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { root } from '../../infra/functions.ts';
import { dynoxide } from '../../infra/local/engines/dynoxide.ts';
import { makeToken } from '../../infra/local/people/issuer.ts';
import { agentMessage, customerMessage, webSession } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** The first lines that it says, up to the one that it is ready. */
async function npmStart(before: readonly string[], after: readonly string[] = []) {
  const args = [...before, 'infra/start/main.ts', ...after];
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, PORT: '0' } });
  running.push(child);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    const [, wsUrl = '', httpUrl = ''] = /^ready ws=(\S+) http=(\S+)$/.exec(line) ?? [];
    if (wsUrl) return { lines, wsUrl, httpUrl };
  }
  throw new Error(`it ended before it was ready: ${lines.join('\n')}`);
}

describe('npm start -- --small', () => {
  it('runs the whole way of a chat, from the customer who comes to the one who leaves', async () => {
    const { lines, wsUrl, httpUrl } = await npmStart([], ['--small']);
    expect(lines).toHaveLength(1);
    expect(await (await fetch(`${httpUrl}/docs`)).text()).toContain('<h1>The protocol</h1>');
    const authorization = `Bearer ${await makeToken('platform')}`;
    const call = async (method: string, path: string, body?: unknown) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch(`${httpUrl}${path}`, { method, headers, body: JSON.stringify(body) });
      return (await response.json()) as { conversationId: string };
    };
    const desk = await Desk.greeted(wsUrl, await makeToken('amy'));
    await desk.become('READY');
    const { conversationId } = await call('POST', '/conversations', {
      channelSession: webSession('visit'),
      queue: 'support',
    });
    await desk.accept();
    await call('POST', `/conversations/${conversationId}/events`, customerMessage('visit', 'Hello?', 'm1'));
    await desk.cim('CUSTOMER_MESSAGE', ({ body }) => body.markdownText === 'Hello?');
    expect(await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Good day!') })).toMatchObject({
      status: 'ok',
    });
    await call('DELETE', `/conversations/${conversationId}`);
    await desk.next('onCimEvent', ({ cimEvent }) => JSON.parse(cimEvent).name === 'CHANNEL_SESSION_ENDED');
    expect(desk.faults).toEqual([]);
    const before = await costsAt(httpUrl);
    await desk.ask('heartbeat', {}, 'b1'); // the first begins the lease
    await desk.ask('heartbeat', {}, 'b2');
    const after = await costsAt(httpUrl);
    const used = (component: string) => (after.get(component) ?? 0) - (before.get(component) ?? 0);
    expect(used('WebSocket messages')).toBe(4);
    expect(used('DynamoDB writes')).toBeGreaterThanOrEqual(2);
    for (const component of ['DynamoDB reads', 'SQS requests', 'SNS publishes', 'HTTP API calls', 'CloudWatch Logs'])
      expect(after.get(component), component).toBeGreaterThan(0);
    desk.vanish();
  });
});

/** What `GET /cost` says was used of each component. */
async function costsAt(httpUrl: string): Promise<Map<string, number>> {
  const bill = (await (await fetch(`${httpUrl}/cost`)).json()) as {
    byComponent: { component: string; used: number }[];
  };
  return new Map(bill.byComponent.map(({ component, used }) => [component, used]));
}

describe('Where the database engine has no build', () => {
  it('npm start says so in a line and runs the small stack', async () => {
    const elsewhere = `data:text/javascript,import Module from 'node:module';
      const { _resolveFilename } = Module;
      Module._resolveFilename = (name, ...rest) => {
        if (name.startsWith('@dynoxide/')) throw new Error('there is no such package');
        return _resolveFilename(name, ...rest);
      };`;
    const { lines, wsUrl } = await npmStart(['--import', elsewhere]);
    expect(lines[0]).toMatch(/^There is no database engine for \S+ on \S+: this is the small stack/);
    const desk = await Desk.greeted(wsUrl, await makeToken('amy'));
    desk.vanish();
  });

  it('a package for it that was installed by hand is used', () => {
    const folder = mkdtempSync(join(tmpdir(), 'by-hand-'));
    try {
      const resolve = (file: string) => join(folder, file);
      const there = join(folder, '@dynoxide', 'darwin-arm64');
      expect(dynoxide('darwin-arm64', resolve)).toBeNull();
      mkdirSync(there, { recursive: true });
      writeFileSync(join(there, 'dynoxide'), '');
      expect(dynoxide('darwin-arm64', resolve)).toBe(join(there, 'dynoxide'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/**
 * Bridges as they run: processes that may end at any moment, behind a load balancer that knows
 * nothing of who was where.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bridgesOf } from '../support/bridged.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre();
const bridges = bridgesOf(centre);
const until = (holds: () => boolean) => centre.eventually(() => holds() || undefined);

async function pair() {
  const both = await Promise.all([bridges.start(), bridges.start()]);
  const origin = await bridges.balance(both.map(({ port }) => port));
  return { both, where: { origin, transports: ['websocket'] } };
}

describe.each([4, 2] as const)('Behind two bridges, a desk with a client of %s.x', (version) => {
  it('loses nothing that was acknowledged when its bridge is killed in the middle of a conversation', async () => {
    const { both, where } = await pair();
    const { desk, customer, conversationId, texts } = await bridges.talking({ ...where, version });
    const [first] = both;
    const exit = once(first.process, 'exit');
    const acknowledged: string[] = [];
    const heard: string[] = [];
    for (let n = 0; n < 40; n++) {
      const text = `agent ${n}`;
      desk.say(conversationId, text, ({ status }: { status: string }) => status === 'ok' && acknowledged.push(text));
      if (n % 4 === 0) {
        await customer.says(`customer ${n}`);
        heard.push(`customer ${n}`);
      }
      if (n === 20) first.process.kill('SIGKILL'); // with answers on their way
    }
    await exit;
    await until(() => desk.log.includes('disconnect'));
    await until(() => desk.socket.connected && desk.tabs.has(conversationId));
    const answer = new Promise((resolve) => desk.say(conversationId, 'and on it goes', resolve));
    expect(await answer).toMatchObject({ status: 'ok' });
    await until(() => texts().includes('and on it goes'));

    expect(acknowledged.length).toBeGreaterThan(0);
    const said = (await logOf(centre, conversationId)).map(({ data }) => data?.body?.markdownText).filter(Boolean);
    for (const text of [...acknowledged, ...heard]) expect(said.filter((one) => one === text)).toEqual([text]);
    await until(() => texts().length === said.length);
    expect(texts()).toEqual(said); // the tab shows the conversation as it is: nothing missing, nothing twice
    expect(desk.presence.state.name).toBe('READY');
  });
});

describe('Behind two bridges', () => {
  it('colleagues at either talk in one conversation, and a takeover reaches the other bridge', async () => {
    const { both, where } = await pair();
    const { desk, person, conversationId, texts } = await bridges.talking(where);
    const supervisor = await centre.person(['agent', 'supervisor']);
    const other = await bridges.desk(supervisor, { ...where, version: 2 });
    await until(() => other.presence !== undefined);
    const counts = await Promise.all(
      both.map(async (bridge) => /desks (\d)/.exec(await (await fetch(`${bridge.origin}/metrics`)).text())?.[1]),
    );
    expect(counts).toEqual(['1', '1']);
    other.socket.emit('JoinAsSilentMonitor', { conversationId });
    await until(() => other.tabs.has(conversationId));
    desk.say(conversationId, 'across');
    await until(() => other.tabs.get(conversationId)?.texts.includes('across') ?? false);

    const newer = await bridges.desk(person, where);
    await until(() => !desk.socket.connected);
    expect(desk.log.slice(-3)).toEqual(['socketSessionRemoved', 'disconnect', 'io server disconnect']);
    await until(() => newer.tabs.get(conversationId)?.texts.includes('across') ?? false);
    expect(texts()).toEqual(['across']);
  });

  it('polling needs a balancer that sends a desk to the same one: this one refuses what it does not know', async () => {
    const { both } = await pair();
    const [one, two] = both.map((bridge) => `${bridge.origin}/socket.io/?EIO=4&transport=polling`);
    const { sid } = JSON.parse((await (await fetch(String(one))).text()).slice(1)) as { sid: string };
    expect((await fetch(`${two}&sid=${sid}`)).status).toBe(400);
  });

  it('one that is told to stop sends its desks to the other, and ends in time', async () => {
    const { both, where } = await pair();
    const { desk, conversationId, texts } = await bridges.talking(where);
    await new Promise((resolve) => desk.say(conversationId, 'before', resolve));
    const [first] = both;
    first.process.kill('SIGTERM');
    expect(await once(first.process, 'exit')).toEqual([0, null]);
    await until(() => desk.log.includes('transport close') && desk.socket.connected);
    await until(() => texts().includes('before'));
    await new Promise((resolve) => desk.say(conversationId, 'after', resolve));
    await until(() => texts().length === 2);
    expect(first.said()).toContain('draining desks=1');
  });
});

describe('A bridge that is started', () => {
  const run = (args: string[], env: Record<string, string> = {}) => {
    const main = join(import.meta.dirname, '..', '..', 'bridge', 'main.ts');
    return spawnSync(process.execPath, [main, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    });
  };

  it('says all that is wrong with its settings, from flags or variables', () => {
    const { status, stderr } = run(['--port', '99999', '--origins', 'example'], { MANAGER_URL: 'https://x' });
    expect(status).toBe(1);
    expect(stderr).toContain(
      '--manager (MANAGER_URL): expected a URL that begins with wss:// or ws://, got "https://x".',
    );
    expect(stderr).toContain('--port (PORT): expected a whole number from 0 to 65535, got "99999".');
    expect(stderr).toContain(
      '--origins (ORIGINS): expected * or origins such as https://desk.example.com, got "example".',
    );
    expect(run(['--nonsense']).stderr).toContain("Unknown option '--nonsense'");
  });

  it('tells with --help what may be set', () => {
    const { status, stdout } = run(['--help']);
    expect(status).toBe(0);
    for (const name of ['MANAGER_URL', 'HANDSHAKE_URL', 'PORT', 'DRAIN_SECONDS', '/health', '/metrics']) expect(stdout).toContain(name); // prettier-ignore
  });

  it('prints no token and nothing that is said', async () => {
    const bridge = await bridges.start();
    const { desk, person, conversationId } = await bridges.talking(bridge);
    await new Promise((resolve) => desk.say(conversationId, 'a secret of ours', resolve));
    desk.socket.disconnect();
    bridge.process.kill('SIGTERM');
    await once(bridge.process, 'exit');
    expect(bridge.said()).toMatch(/^ready bridge=\S+ manager=\S+\ndraining desks=\d seconds=20\nended\n$/);
    for (const secret of ['a secret of ours', await person.token(), person.id]) expect(bridge.said()).not.toContain(secret); // prettier-ignore
  });
});

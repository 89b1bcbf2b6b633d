/**
 * Desks with socket.io's own clients, unchanged, behind a bridge: what they are used to, whatever
 * they come over.
 */
import { describe, expect, it } from 'vitest';
import { bridgesOf } from '../support/bridged.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';
import { connectTo } from '../support/socket-io-clients.ts';
import { GREETING, ready } from '../support/socket-talks.ts';

const centre = contactCentre();
const bridges = bridgesOf(centre);
const until = (holds: () => boolean) => centre.eventually(() => holds() || undefined);

describe.each([
  [4, '/agent-manager', ['websocket']],
  [4, '/a/b/c', ['polling']],
  [4, '', ['polling', 'websocket']],
  [2, '/agent-manager', ['websocket']],
  [2, '/agent-manager', ['polling']],
  [2, '', ['polling', 'websocket']],
] as const)('A desk with a client of %s.x under "%s" over %j', (version, path, transports) => {
  it('works as it always has: it connects, accepts, writes, wraps up, comes back', async () => {
    const { origin } = await bridges.open();
    const where = { origin, version, path, transports };
    const { desk, person, customer, conversationId, texts } = await bridges.talking(where, { wrapUp: { enabled: true, seconds: 60 } }); // prettier-ignore
    expect(desk.log.slice(0, 5)).toEqual(GREETING);
    await customer.says('Hello?');
    const answers: object[] = [];
    desk.say(conversationId, 'Good morning!', (answer) => answers.push(answer));
    desk.say('nowhere', 'Anybody?', (answer) => answers.push(answer));
    await until(() => texts().length === 2 && answers.length === 2);
    expect(texts().toSorted()).toEqual(['Good morning!', 'Hello?']);
    expect(answers).toContainEqual(expect.objectContaining({ status: 'ok', seq: expect.any(Number) as number }));
    expect(answers).toContainEqual(expect.objectContaining({ status: 'error', code: 'conversation.unknown' }));
    expect(desk.log.some((line) => line.startsWith('on publishCimEvent '))).toBe(true);

    desk.socket.disconnect();
    await until(() => !desk.socket.connected);
    const reloaded = await bridges.desk(person, where);
    await until(() => reloaded.tabs.get(conversationId)?.texts.length === 2);
    expect(reloaded.presence.state.name).toBe('READY'); // nobody was logged out

    reloaded.socket.emit('topicUnsubscription', { conversationId, agentId: person.id });
    await until(() => reloaded.tabs.get(conversationId)?.wrapUp !== undefined);
    reloaded.socket.emit('WRAP_UP_CLOSED', { conversationId, agentId: person.id });
    await until(() => !reloaded.tabs.has(conversationId));
  });

  it('hears why it is not let in', async () => {
    const { origin, metrics } = await bridges.open();
    const heard: { message: string; data?: unknown }[] = [];
    const socket = connectTo(origin, { path: `${path}/socket.io`, token: 'not-a-token', version, transports });
    socket.refused(({ message, data }) => heard.push({ message, data }));
    await until(() => heard.length > 0);
    socket.disconnect();
    const { body } = await centre.call('GET', '/handshake', undefined, 'not-a-token');
    expect(heard[0]?.data).toEqual(body.data);
    if (version === 4) expect(heard[0]?.message).toBe('login-failed');
    expect(metrics.refusals.handshake).toBe(1);
  });
});

describe('A desk behind a bridge', () => {
  it('shows its token inside the login object, as such desks have it', async () => {
    const person = await centre.person();
    const { origin } = await bridges.open();
    const socket = connectTo(origin, { path: '/socket.io', token: await person.token(), login: { id: person.id } });
    const presence = await new Promise<{ agentPresence: { agent: { id: string } } }>((resolve) =>
      socket.on('agentPresence', resolve),
    );
    socket.disconnect();
    expect(presence.agentPresence.agent.id).toBe(person.id);
  });

  it('that is replaced elsewhere is told so, closed, and stays away', async () => {
    const person = await centre.person();
    const [one, two] = [await bridges.open(), await bridges.open()];
    const older = await bridges.desk(person, one);
    await until(() => older.presence !== undefined);
    const newer = await bridges.desk(person, two);
    await until(() => !older.socket.connected);
    expect(older.log.slice(-3)).toEqual(['socketSessionRemoved', 'disconnect', 'io server disconnect']);
    await ready(centre, newer);
    expect(older.socket).toMatchObject({ connected: false, active: false });
    expect(one.metrics).toMatchObject({ desks: 0, upstreams: 0 });
  });

  it('that logs out is closed, and stays away', async () => {
    const desk = await bridges.desk(await centre.person(), await bridges.open());
    await ready(centre, desk);
    desk.socket.emit('changeAgentState', { action: 'agentState', state: { name: 'LOGOUT', reasonCode: null } });
    await until(() => !desk.socket.connected);
    expect(desk.log.slice(-2)).toEqual(['disconnect', 'io server disconnect']);
    expect(desk.presence.state.name).toBe('LOGOUT');
  });

  it('does not notice that the bridge has lost its connection: nothing is lost, and one card rings', async () => {
    const { desk, person, queue, customer, conversationId, texts } = await bridges.talking(await bridges.open());
    const second = await centre.customer(queue);
    await until(() => desk.cards.length === 1);
    desk.log.length = 0;
    centre.stack.gateway.dropConnection(person.id);
    await customer.says('one');
    const answer = new Promise((resolve) => desk.say(conversationId, 'two', resolve));
    expect(await answer).toMatchObject({ status: 'ok' });
    await customer.says('three');
    await until(() => texts().length === 3);
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(desk.log).not.toContain('disconnect');
    // Whether the other offer has outlived the loss or is made again: one card rings, to be taken.
    await until(() => {
      const [card] = desk.cards;
      if (card) desk.socket.emit('topicSubscription', { ...card, agentId: person.id });
      return desk.tabs.has(second.conversationId);
    });
    expect(desk.cards.length).toBeLessThanOrEqual(1);
  });

  it('is told to connect anew where the manager stays away', async () => {
    const manager = { url: 'ws://127.0.0.1:9/local' };
    const { origin, metrics } = await bridges.open({ manager, patienceMs: 300 });
    const desk = await bridges.desk(await centre.person(), { origin, token: 'x' });
    await until(() => metrics.cuts.unreachable > 1); // so it has come back
    expect(desk.socket.active).toBe(true);
    expect(metrics).toMatchObject({ desks: 0, refusals: { handshake: 0 } });
  });

  it('brings a newer token, which counts for the next connection of the bridge, too', async () => {
    const person = await centre.person();
    const asked: unknown[] = [];
    const tokens = async ({ token }: { token?: unknown }) => {
      asked.push(token);
      return String(token);
    };
    const { origin } = await bridges.open({ tokens });
    const desk = await bridges.desk(person, { origin });
    await until(() => desk.presence !== undefined);
    const token = await centre.stack.token({ id: person.id, firstName: 'Pat', lastName: person.id, roles: ['agent'], team: { teamId: 'blue', teamName: 'Blue' }, supervisedTeams: [] }, { expiresInSeconds: 7000 }); // prettier-ignore
    const answer = await new Promise((resolve) => desk.socket.emit('refreshToken', { token }, resolve));
    expect(answer).toMatchObject({ status: 'ok' });
    centre.stack.gateway.dropConnection(person.id);
    await until(() => asked.at(-1) === token);
  });
});

describe('A bridge', () => {
  it('cuts off a desk that does not read, before much waits for it', async () => {
    const { origin, metrics } = await bridges.open({ queuedBytes: 4_000 });
    const poll = `${origin}/agent-manager/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(poll)).text()).slice(1)) as { sid: string };
    const post = (body: string) => fetch(`${poll}&sid=${sid}`, { method: 'POST', body });
    await post(`40${JSON.stringify({ token: await (await centre.person()).token() })}`);
    await until(() => metrics.desks === 1);
    for (let id = 0; metrics.cuts.slow === 0 && id < 500; id++) await post(`42${id}["heartbeat"]`).catch(() => {});
    expect(metrics).toMatchObject({ desks: 0, upstreams: 0, cuts: { slow: 1 } });
    expect((await post('42["heartbeat"]')).status).toBe(400); // the session is over
  });

  it('refuses what a desk asks before it has had its answers', async () => {
    const { origin, metrics } = await bridges.open({ pendingRequests: 2 });
    const { desk, conversationId, texts } = await bridges.talking({ origin });
    const answers = await Promise.all(
      [1, 2, 3].map((n) => new Promise((resolve) => desk.say(conversationId, `${n}`, resolve))),
    );
    expect(answers[2]).toMatchObject({ status: 'error', code: 'frame.tooMany' });
    await until(() => texts().length === 2);
    expect((await logOf(centre, conversationId)).filter(({ name }) => name === 'AGENT_MESSAGE')).toHaveLength(2);
    expect(metrics.refusals.too_many).toBe(1);
    await until(() => desk.log.some((line) => line.startsWith('on publishCimEvent More than 2')));
  });

  it('says how it is, and what it has counted', async () => {
    const { origin } = await bridges.open();
    const { desk, conversationId } = await bridges.talking({ origin });
    await new Promise((resolve) => desk.say(conversationId, 'Hello', resolve));
    expect(await (await fetch(`${origin}/health`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${origin}/elsewhere`)).status).toBe(404);
    const response = await fetch(`${origin}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    const valueOf = (name: string) => Number(text.split('\n').find((line) => line.startsWith(`agent_manager_bridge_${name} `))?.split(' ')[1]); // prettier-ignore
    expect(valueOf('desks')).toBe(1);
    expect(valueOf('upstreams')).toBe(1);
    expect(valueOf('messages_total{direction="to_manager"}')).toBe(3);
    expect(valueOf('messages_total{direction="to_desk"}')).toBeGreaterThan(5);
    expect(valueOf('answer_seconds_count')).toBe(3);
    expect(valueOf('answer_seconds_bucket{le="+Inf"}')).toBe(3);
  });

  it('that is to end takes nobody in, gives the answers that are due, and sends its desks elsewhere', async () => {
    const [one, two] = [await bridges.open(), await bridges.open()];
    const origin = await bridges.balance([new URL(one.origin), new URL(two.origin)].map(({ port }) => Number(port)));
    const { desk, conversationId, texts } = await bridges.talking({ origin, transports: ['websocket'] });
    expect(one.metrics.desks).toBe(1);
    const answer = new Promise((resolve) => desk.say(conversationId, 'before the end', resolve));
    await until(() => one.metrics.messages.to_manager === 3);
    const drained = one.drain(5_000);
    expect((await fetch(`${one.origin}/health`)).status).toBe(503);
    expect((await fetch(`${one.origin}/socket.io/?EIO=4&transport=polling`)).status).toBe(403);
    expect(await answer).toMatchObject({ status: 'ok' });
    await drained;
    await until(() => two.metrics.desks === 1);
    await until(() => texts().includes('before the end'));
    expect(desk.log).toContain('transport close');
    await expect(fetch(`${one.origin}/health`)).rejects.toThrow();
  });
});

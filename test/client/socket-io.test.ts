/** Desks that were written for socket.io, of both generations, with one import exchanged. */
import { afterEach, describe, expect, it } from 'vitest';
import { io, type Socket } from '../../shared/client/faces/socket-io.ts';
import { contactCentre, type Person } from '../support/contact-centre.ts';
import { agentsOf, accepts } from '../support/agents.ts';
import { logOf } from '../support/platform.ts';
import { socketDesk, type SocketDesk } from '../support/socket-desk.ts';
import { GREETING, ready, talking as talkingAt } from '../support/socket-talks.ts';

const centre = contactCentre();
const agents = agentsOf(centre);
const open: SocketDesk[] = [];

afterEach(() => {
  const faults = open.flatMap(({ faults: wrong }) => wrong);
  for (const { socket } of open.splice(0)) socket.disconnect();
  expect(faults).toEqual([]);
});

const gateway = () => centre.stack.gateway;
const connectionOf = (id: string) => gateway().connections().filter(({ principalId }) => principalId === id).at(-1)?.connectionId; // prettier-ignore
const until = (holds: () => boolean) => centre.eventually(() => (holds() ? true : undefined));

async function deskOf(person: Person, generation: 4.4 | 4.5 = 4.4, token?: string, connect = io): Promise<SocketDesk> {
  const { host, pathname } = new URL(centre.stack.wsUrl);
  const where = { origin: `http://${host}`, path: pathname, token: token ?? (await person.token()) };
  const desk = socketDesk(connect, where, { generation, agentId: person.id });
  open.push(desk);
  return desk;
}

/** A desk with a customer, whom it has accepted as desks do. */
const talking = (generation: 4.4 | 4.5 = 4.4, settings?: Record<string, unknown>) =>
  talkingAt(centre, (person) => deskOf(person, generation), settings);

describe.each([4.4, 4.5] as const)('A desk of generation %s', (generation) => {
  it('works as it always has: it connects, accepts, writes, wraps up', async () => {
    const { desk, person, customer, conversationId, tab } = await talking(generation, { wrapUp: { enabled: true, seconds: 60 } }); // prettier-ignore
    expect(desk.log.slice(0, 5)).toEqual(GREETING);
    await customer.says('Hello?');
    desk.say(conversationId, 'Good morning!');
    await until(() => tab()?.texts.length === 2);
    expect(tab()?.texts.toSorted()).toEqual(['Good morning!', 'Hello?']);

    const { id: agentId } = person;
    desk.socket.emit('topicUnsubscription', { conversationId, agentId });
    await until(() => tab()?.wrapUp !== undefined);
    expect(tab()?.wrapUp).toBeGreaterThan(30);
    if (generation === 4.4) desk.socket.emit('WRAP_UP_CLOSED', { conversationId, agentId });
    else desk.socket.emit('closeWrapup', { cimEvent: null, conversationId, agentId });
    await until(() => !desk.tabs.has(conversationId));
  });

  it('loses nothing when the network goes away, and shows nothing twice', async () => {
    const { desk, person, customer, conversationId, tab } = await talking(generation, { wrapUp: { enabled: true, seconds: 60 } }); // prettier-ignore
    await customer.says('one');
    await until(() => tab()?.texts.length === 1);
    const { id } = desk.socket;
    desk.log.length = 0;
    gateway().dropConnection(person.id);
    await until(() => !desk.socket.connected);
    expect(desk.socket.active).toBe(true);
    await customer.says('two');
    desk.say(conversationId, 'three');
    await until(() => desk.socket.connected);
    await until(() => tab()?.texts.length === 3);
    await customer.says('four');
    await until(() => tab()?.texts.length === 4);
    expect(tab()?.texts).toEqual(['one', 'two', 'three', 'four']);
    expect(desk.log.slice(0, 6)).toEqual(['disconnect', expect.stringMatching(/^transport (close|error)$/), 'reconnect_attempt', 'reconnect', 'connect', 'agentPresence']); // prettier-ignore
    expect(desk.socket.id).not.toBe(id);
  });
});

describe('What a desk emits', () => {
  it('is acknowledged if it asks for that, and refused with the reason', async () => {
    const { desk, conversationId } = await talking();
    const answers: Record<string, unknown> = {};
    desk.say(conversationId, 'Hello', (answer) => (answers['here'] = answer));
    desk.say('nowhere', 'Hello', (answer) => (answers['nowhere'] = answer));
    await until(() => Object.keys(answers).length === 2);
    expect(answers).toMatchObject({
      here: { status: 'ok', seq: expect.any(Number) as number },
      nowhere: { status: 'error', code: 'conversation.unknown' },
    });
    expect(desk.log.some((line) => line.startsWith('on publishCimEvent '))).toBe(true);
  });

  it('waits where there is no connection, and is sent as it was when it was emitted', async () => {
    const { desk, person, conversationId, tab } = await talking();
    gateway().dropConnection(person.id);
    await until(() => !desk.socket.connected);
    for (let index = 0; index < 5; index++) desk.say(conversationId, `line ${index}`);
    await until(() => tab()?.texts.length === 5);
    expect(tab()?.texts).toEqual([0, 1, 2, 3, 4].map((index) => `line ${index}`));
    const log = await logOf(centre, conversationId);
    const messages = log.filter(({ name }) => name === 'AGENT_MESSAGE');
    expect(messages.every(({ data }) => !('status' in data.header) && !('isWhisper' in data.body))).toBe(true);
  });

  it('may have been emitted before there was a connection at all', async () => {
    const person = await centre.person();
    const socket: Socket = io(centre.stack.wsUrl, { auth: { token: await person.token() }, autoConnect: false });
    const answered = new Promise((resolve) => socket.emit('heartbeat', resolve));
    expect(socket.active).toBe(false);
    socket.connect();
    expect(await answered).toMatchObject({ status: 'ok' });
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.disconnect();
    expect(await gone).toBe('io client disconnect');
    expect(socket).toMatchObject({ connected: false, active: false, id: undefined });
  });

  it('may be a bare text', async () => {
    const desk = await deskOf(await centre.person());
    await until(() => desk.socket.connected);
    const answer = await new Promise((resolve) => desk.socket.emit('deletePullModeRequest', 'nowhere', resolve));
    expect(answer).toMatchObject({ status: 'error' });
    expect(answer).not.toMatchObject({ code: 'event.invalid' });
  });

  it('about a conversation that it does not hold is not followed by the end of one, which would break it', async () => {
    const { desk, queue } = await talking();
    const { conversationId } = await centre.customer(queue);
    const answer = await new Promise((resolve) => desk.socket.emit('topicUnsubscription', { conversationId }, resolve));
    const typed = await agents.connect(await centre.person());
    const told = new Promise((resolve) => typed.on('topicUnsubscription', resolve));
    await typed.request('topicUnsubscription_', { conversationId }).catch(() => {});
    expect(await told).toMatchObject({ conversationId }); // so it is said, to those who do not mind
    expect(answer).toMatchObject({ status: expect.stringMatching(/ok|error/) as string });
    expect(desk.log).not.toContain('topicUnsubscription');
  });

  it('cannot have a name that means something else', async () => {
    const desk = await deskOf(await centre.person());
    expect(() => desk.socket.emit('connect')).toThrow('reserved');
  });
});

describe('A desk that is not let in', () => {
  it.each([
    ['without a token', '', 'login-failed: AUTH'],
    ['with a bad one', 'not-a-token', 'login-failed: AUTH'],
  ])('%s hears why, and does not try again', async (_, token, told) => {
    const desk = await deskOf(await centre.person(), 4.4, token);
    await until(() => desk.log.length > 1);
    expect(desk.log).toEqual(['connect_error', told]);
    expect(desk.socket.active).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(desk.log).toEqual(['connect_error', told]);
  });

  it('is given the answer of the handshake as it is', async () => {
    const socket = io(centre.stack.wsUrl, { auth: { token: 'not-a-token' } });
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    const { body } = await centre.call('GET', '/handshake', undefined, 'not-a-token');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(body);
    expect(body).toMatchObject({ message: 'login-failed', data: { content: { key: 'AUTH', code: 'auth.invalid' } } });
  });

  it('because nobody is there, tries on', async () => {
    const desk = socketDesk(io, { origin: 'http://127.0.0.1:9', path: '/local', token: 'x' });
    open.push(desk);
    await until(() => desk.log.filter((line) => line === 'websocket error: CONNECTION').length > 1);
    expect(desk.socket.active).toBe(true);
    expect(desk.log).toContain('reconnect_attempt');
  });
});

describe('A desk of a deployed stack, where the HTTP API has another host', () => {
  /** As API Gateway answers what the host of a socket does not serve. */
  const forbidden = () => Promise.resolve(new Response('{"message":"Forbidden"}', { status: 403 }));
  const longOver = () => centre.stack.token('amy', { expiresInSeconds: -10 * 86_400 });

  it('goes to its login with a token that has expired, and not into a loop', async () => {
    const desk = await deskOf(await centre.person(), 4.5, await longOver(), (url, options) =>
      io(url, { ...options, fetch: forbidden }),
    );
    await until(() => desk.log.length > 1);
    expect(desk.log).toEqual(['connect_error', 'login-failed: AUTH']);
    expect(desk.socket.active).toBe(false);
  });

  it('hears why from the API beside it, and sends its token nowhere else', async () => {
    const { body } = await centre.call('GET', '/handshake', undefined, 'not-a-token');
    const asked: string[] = [];
    const fetch = (url: string) => {
      asked.push(url);
      return url === 'https://api.example.com/handshake' ? Promise.resolve(new Response(JSON.stringify(body), { status: 401 })) : forbidden(); // prettier-ignore
    };
    class Refused extends EventTarget {
      onerror = () => {};
      onclose: (closing: { code: number }) => void = () => {};
      readyState = 3;
      constructor() {
        super();
        setTimeout(() => this.onclose({ code: 1006 }));
      }
      close() {}
      send() {}
    }
    const WebSocket = Refused as never;
    const socket = io('wss://socket.example.com/prod', { auth: { token: 'not-a-token' }, fetch, WebSocket });
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(error).toMatchObject(body);
    expect(asked).toEqual(['https://socket.example.com/handshake', 'https://api.example.com/handshake']);
    expect(socket.active).toBe(false);
  });

  it('tries on where nobody says why and its token is good', async () => {
    const person = await centre.person();
    const socket = io('ws://127.0.0.1:9/local', { auth: { token: await person.token() }, fetch: forbidden });
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(error).toMatchObject({ data: { content: { key: 'CONNECTION', msg: expect.any(String) as string } } });
    expect(socket.active).toBe(true);
    socket.disconnect();
  });
});

describe('A token', () => {
  const presenceOf = (auth: object) =>
    new Promise((resolve, reject) => {
      const socket = io(centre.stack.wsUrl, { auth: auth as Record<string, unknown> });
      const done = (end: () => void) => {
        socket.disconnect();
        end();
      };
      socket.on('agentPresence_', (data: { agentPresence: { agent: { id: string } } }) =>
        done(() => resolve(data.agentPresence.agent.id)),
      );
      socket.once('connect_error', (error) => done(() => reject(error)));
    });

  it.each<[string, (token: string) => object]>([
    ['beside the login object', (token) => ({ token, agent: '{}' })],
    ['beside it, from a function', (token) => ({ token: () => token })],
    ['beside it, promised by a function', (token) => ({ token: async () => token, agent: 'no JSON' })],
    ['in the login object', (token) => ({ agent: { token } })],
    ['in it, as JSON', (token) => ({ agent: JSON.stringify({ token }) })],
    ['in it, promised by a function', (token) => ({ token: null, agent: { token: async () => token } })],
  ])('may be %s', async (_, auth) => {
    const person = await centre.person();
    expect(await presenceOf(auth(await person.token()))).toBe(person.id);
  });

  it.each([[{ agent: 'no JSON' }], [{ agent: { token: { value: 'x' } } }], [{}]])(
    'that is nowhere is missed by the manager, which says so: %j',
    async (auth) => {
      await expect(presenceOf(auth)).rejects.toMatchObject({ data: { content: { code: 'auth.missing' } } });
    },
  );

  it('is asked for again where the manager refuses it, once', async () => {
    const person = await centre.person();
    const over = await centre.stack.token('amy', { expiresInSeconds: -10 * 86_400 });
    const tokens = [over, await person.token()];
    expect(await presenceOf({ token: () => tokens.shift() })).toBe(person.id);
    let asked = 0;
    const bad = { token: () => `not-a-token-${++asked}` };
    await expect(presenceOf(bad)).rejects.toMatchObject({ data: { content: { code: 'auth.invalid' } } });
    expect(asked).toBe(2);
  });
});

describe('A desk that is sent away', () => {
  it('because the agent connected elsewhere, is told so and stays away', async () => {
    const person = await centre.person();
    const older = await deskOf(person);
    await until(() => older.presence !== undefined);
    const newer = await deskOf(person);
    await until(() => !older.socket.connected);
    expect(older.log.slice(-3)).toEqual(['socketSessionRemoved', 'disconnect', 'io server disconnect']);
    expect(older.socket.active).toBe(false);
    await until(() => newer.presence !== undefined);
    await ready(centre, newer);
  });

  it('because the agent logged out, stays away', async () => {
    const desk = await deskOf(await centre.person());
    await ready(centre, desk);
    const { id: agentId } = desk.presence.agent;
    desk.socket.emit('changeAgentState', { agentId, action: 'agentState', state: { name: 'LOGOUT' } });
    await until(() => !desk.socket.connected);
    expect(desk.presence.state.name).toBe('LOGOUT');
    expect(desk.log.slice(-2)).toEqual(['disconnect', 'io server disconnect']);
  });
});

describe('A desk over whose connection nothing comes any more', () => {
  it('hears so, and connects anew', async () => {
    const { host, pathname: path } = new URL(centre.stack.wsUrl);
    const lively = (url: string, options: object) => io(url, { ...options, heartbeatMs: 200 });
    const person = await centre.person();
    const desk = socketDesk(lively, { origin: `http://${host}`, path, token: await person.token() });
    open.push(desk);
    await until(() => desk.log.includes('pullModeSubscribedListRequests')); // of an agent without work, the last that a desk hears
    desk.log.length = 0;
    const stop = gateway().interceptPosts(({ connectionId }) => (connectionId === connectionOf(person.id) ? 200 : undefined)); // prettier-ignore
    await until(() => !desk.socket.connected);
    stop();
    expect(desk.log.slice(0, 2)).toEqual(['disconnect', 'ping timeout']);
    await until(() => desk.socket.connected);
  });
});

describe('A listener', () => {
  it('hears every event, or one, until it is taken away', async () => {
    const person = await centre.person();
    const socket = io(centre.stack.wsUrl, { auth: { token: await person.token() } });
    const heard: string[] = [];
    const [always, twice] = [() => heard.push('always'), () => heard.push('until it is taken away')];
    socket.on('agentPresence', always).once('agentPresence', () => heard.push('once')).on('agentPresence', twice); // prettier-ignore
    const become = (state: string) =>
      new Promise((resolve) =>
        socket.emit('changeAgentState', { action: 'agentState', state: { name: state } }, resolve),
      );
    await until(() => heard.length === 3);
    await become('READY');
    await until(() => heard.length === 5);
    socket.off('agentPresence', twice);
    await become('NOT_READY');
    await until(() => heard.length === 6);
    socket.off('agentPresence');
    const last = new Promise((resolve) => socket.on('agentPresence_', resolve));
    await become('READY');
    await last;
    expect(heard).toEqual(['always', 'once', 'until it is taken away', 'always', 'until it is taken away', 'always']);
    socket.disconnect();
  });
});

describe('A desk that changes its connection before the gateway ends it', () => {
  it('is not bothered: no event of its socket, no second card, no second tab', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false }, acceptSeconds: 60 });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const { host } = new URL(centre.stack.wsUrl);
    const renewing = (url: string, options: object) =>
      io(url, { ...options, renewAfterMs: { min: 1_500, max: 1_500 } });
    const where = { origin: `http://${host}`, path: '/local', token: await person.token() };
    const desk = socketDesk(renewing, where, { agentId: person.id });
    open.push(desk);
    await ready(centre, desk);
    const [first, second] = [await centre.customer(queue), await centre.customer(queue)];
    await until(() => desk.cards.length === 2);
    const { conversationId, taskId } = desk.cards.find((card) => card.conversationId === first.conversationId);
    desk.cards.splice(0, 2, ...desk.cards.filter((card) => card.conversationId === second.conversationId));
    desk.socket.emit('topicSubscription', { conversationId, taskId, agentId: person.id });
    await until(() => desk.tabs.has(conversationId));
    const [before, log] = [connectionOf(person.id), desk.log.splice(0)];
    let said = 0;
    await centre.eventually(async () => {
      await first.says(`line ${said++}`);
      return connectionOf(person.id) === before ? undefined : true;
    });
    await first.says(`line ${said++}`);
    await until(() => desk.tabs.get(conversationId)?.texts.length === said);
    expect(desk.tabs.get(conversationId)?.texts).toEqual(Array.from({ length: said }, (_, index) => `line ${index}`));
    expect(desk.cards).toHaveLength(1);
    expect(new Set(desk.log)).toEqual(new Set(['onCimEvent']));
    expect(log).toContain('connect');
  });
});

describe('Two colleagues, one with each kind of desk', () => {
  it('talk in the same conversation', async () => {
    const { desk, conversationId, queue, tab } = await talking(4.5);
    const { agent: bob } = await agents.ready([queue]);
    desk.socket.emit('directConferenceRequest ==>', { conversationId, mode: 'agent', requestedAgentId: bob.id });
    const joined = await accepts(bob);
    await until(() => desk.log.includes('agentAssignedForAgentTransfer'));
    await joined.send('Hello from bob');
    await until(() => tab()?.texts.includes('Hello from bob') ?? false);
  });
});

it.each([
  ['says so', true, 'choosing leave without Wrap Up'],
  ['says nothing', undefined, 'UNSUBSCRIBED'],
])(
  'A desk that %s of the reasons that it knows hears how its wrap-up ended accordingly',
  async (_, wrapUpReasons, reason) => {
    const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 60 } });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await deskOf(person, 4.5, undefined, (url, options) =>
      io(url, { ...options, ...(wrapUpReasons ? { wrapUpReasons } : {}) }),
    );
    await ready(centre, desk);
    await centre.customer(queue);
    await until(() => desk.cards.length > 0);
    const [{ conversationId, taskId }] = desk.cards.splice(0);
    const told = new Promise((resolve) => desk.socket.on('topicUnsubscription', resolve));
    desk.socket.emit('topicSubscription', { agentId: person.id, conversationId, taskId });
    await until(() => desk.tabs.has(conversationId));
    desk.socket.emit('topicUnsubscription', { conversationId, agentId: person.id });
    await until(() => desk.tabs.get(conversationId)?.wrapUp !== undefined);
    desk.socket.emit('closeWrapup', { conversationId, agentId: person.id, cimEvent: null });
    expect(await told).toMatchObject({ reason });
  },
);

/**
 * The fake manager: every frame that it sends is one that the documents of the protocol allow, and
 * a desk hears the same of it as of the real one.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { connect, io, type Agent, type ConnectOptions } from '../../../shared/client/client.ts';
import { createFakeManager, type FakeManager, type FakeOptions } from '../../../shared/client/testing.ts';
import { accepts, first } from '../../support/agents.ts';
import { faultOfFrame, faultOfText } from '../../support/held.ts';

const agents: Agent[] = [];
const faults: (string | undefined)[] = [];
afterEach(() => {
  for (const agent of agents.splice(0)) agent.close();
  expect(faults.splice(0).filter(Boolean)).toEqual([]);
});

/** What is sent in either direction is judged by Ajv, from `docs/api`. */
function judged(manager: FakeManager): ConnectOptions {
  const { WebSocket: Wire, ...options } = manager.options;
  if (!Wire) throw new Error('there is no socket');
  class Judged extends Wire {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      let hears: unknown;
      const hear = (event: { data: string }) => {
        faults.push(faultOfFrame(JSON.parse(event.data)));
        if (typeof hears === 'function') hears(event);
      };
      const set = (listener: unknown) => void (hears = listener);
      Object.defineProperty(this, 'onmessage', { get: () => hear, set });
    }
    override send(text: string): void {
      faults.push(faultOfText(text));
      super.send(text);
    }
  }
  return { ...options, WebSocket: Judged };
}

async function desk(fake?: FakeOptions) {
  const manager = createFakeManager(fake);
  const agent = await connect(judged(manager));
  agents.push(agent);
  return { manager, agent };
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

describe('A desk with the fake manager', () => {
  it('signs in, is ready, and is told so', async () => {
    const { manager, agent } = await desk({ agent: { id: 'nora', firstName: 'Nora' } });
    expect([agent.id, agent.presence.state.name, manager.connections]).toEqual(['nora', 'NOT_READY', 1]);
    await agent.setState('READY');
    expect(agent.presence).toMatchObject({ state: { name: 'READY' }, agentMrdStates: [{ state: 'READY' }] });
    await agent.setState('NOT_READY', { id: 'lunch', name: 'Lunch' });
    expect(agent.presence.state).toEqual({ name: 'NOT_READY', reasonCode: { id: 'lunch', name: 'Lunch' } });
    expect(manager.received.map(({ event }) => event)).toEqual(['changeAgentState', 'changeAgentState']);
    await agent.setState('LOGOUT');
    expect(await agent.closed).toMatchObject({ code: 'client.closed' });
  });

  it('is told that it has signed in, and not so when it comes again', async () => {
    const manager = createFakeManager();
    const told: unknown[] = [];
    const socket = io(manager.options.url, { ...judged(manager), auth: { token: 'mine' } });
    socket.on('agentPresence', ({ action }: { action: string }) => told.push(action));
    await new Promise<void>((resolve) => socket.on('onSessionReady', () => resolve()));
    manager.drop();
    manager.restore();
    await new Promise<void>((resolve) => socket.on('onSessionReady', () => resolve()));
    expect(told).toEqual(['AGENT_STATE_CHANGED', 'AGENT_STATE_UNCHANGED']);
    socket.disconnect();
  });

  it('has nobody left who could leave twice', async () => {
    const { manager, agent } = await desk();
    const heard: string[] = [];
    agent.on('wrapupTimerStarted', () => heard.push('wrapupTimerStarted'));
    agent.on('topicUnsubscription', () => heard.push('topicUnsubscription'));
    manager.addList({ id: 'backlog' });
    const waiting = manager.waits('backlog');
    const id = manager.offer({ wrapUpSeconds: 60 });
    await (await first(agent.offers())).decline();
    manager.customerLeaves(id);
    manager.customerLeaves(waiting);
    await first(agent.pullRequests(), (requests) => requests.length === 0);
    expect(heard).toEqual([]);
  });

  it('takes a customer, talks, and leaves', async () => {
    const { manager, agent } = await desk();
    await agent.setState('READY');
    const id = manager.offer({ firstName: 'Robin', queue: 'sales', note: 'Wants an invoice', requestedBy: 'bob' });
    const offer = await first(agent.offers());
    expect(offer).toMatchObject({ conversationId: id, queue: { name: 'sales' }, note: 'Wants an invoice' });
    const conversation = await offer.accept();
    expect(agent.presence.agentMrdStates[0]?.state).toBe('ACTIVE');
    manager.customerSays(id, 'Where is my parcel?');
    const asked = await first(conversation.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
    expect(asked.data).toMatchObject({ body: { markdownText: 'Where is my parcel?' } });
    const sent = await conversation.send('It comes today.');
    expect((await manager.next('publishCimEvent')).data.cimEvent).toMatchObject({ data: { id: sent.id } });
    await first(conversation.events(), ({ seq, name }) => name === 'AGENT_MESSAGE' && seq === sent.seq);
    manager.colleagueJoins(id, { id: 'carol', role: 'ASSISTANT' });
    await first(conversation.events(), ({ data }) => JSON.stringify(data).includes('carol'));
    expect(conversation.participants).toHaveLength(3);
    await conversation.leave();
    expect(await conversation.ended).toBe('UNSUBSCRIBED');
    expect(agent.presence.agentMrdStates[0]?.state).toBe('READY');
  });

  it('wraps up: with more time, and with what it came to', async () => {
    const { manager, agent } = await desk();
    const id = manager.offer({ wrapUpSeconds: 60 });
    const conversation = await accepts(agent);
    manager.customerLeaves(id);
    await first(conversation.events(), ({ name }) => name === 'PARTICIPANT_ROLE_CHANGED');
    expect(conversation.role).toBe('WRAP_UP');
    await conversation.extendWrapUp(30);
    expect((conversation.wrapUpEndsAt ?? 0) - agent.now()).toBeGreaterThan(80_000);
    await conversation.wrapUp({ wrapups: [{ value: 'Late' }] });
    expect(await conversation.ended).toBe('UNSUBSCRIBED');
  });

  it('misses an offer, declines one, takes one by itself, and is too late for another', async () => {
    const { manager, agent } = await desk();
    const offers = agent.offers();
    const missed = manager.offer();
    const offer = await first(offers);
    manager.revoke(missed);
    expect(await offer.revoked).toBe('RONA');
    expect(await codeOf(offer.accept())).toBe('task.gone');
    manager.offer();
    const unwanted = await first(agent.offers());
    await unwanted.decline({ id: 'busy' });
    expect(await unwanted.revoked).toBe('DECLINED');
    const id = manager.offer({ autoAccept: true });
    expect((await first(agent.conversations())).id).toBe(id);
  });

  it('hands over, asks for a colleague, and is told that it was placed', async () => {
    const { manager, agent } = await desk();
    const placed: unknown[] = [];
    agent.on('agentAssistanceRequestPlaced', (request) => placed.push(request));
    manager.offer();
    const conversation = await accepts(agent);
    await conversation.consult({ agent: 'bob' }, 'What about this?');
    await conversation.transfer({ queue: 'sales' });
    expect(await conversation.ended).toBe('CHAT TRANSFERRED');
    expect(placed).toMatchObject([{ requestAction: 'consult', mode: 'agent' }, { requestAction: 'transfer', mode: 'queue' }]); // prettier-ignore
  });

  it('picks from lists', async () => {
    const { manager, agent } = await desk();
    manager.addList({ id: 'backlog' });
    manager.addList({ id: 'letters', watched: false });
    const [one, two, three] = [manager.waits('backlog'), manager.waits('backlog'), manager.waits('letters')];
    await agent.lists.subscribe('letters');
    expect(agent.lists.requests.map(({ id }) => id)).toEqual([one, two, three]);
    manager.leavesList(two);
    expect(await codeOf(agent.lists.join(two))).toBe('pull.alreadyClaimed');
    expect(await codeOf(agent.lists.subscribe('nowhere'))).toBe('list.unknown');
    expect((await agent.lists.join(one)).id).toBe(one);
    await agent.lists.unsubscribe('letters');
    expect(agent.lists.requests.map(({ id, status }) => [id, status])).toEqual([[one, 'ACTIVE']]);
  });

  it('is refused what the script refuses, once', async () => {
    const { manager, agent } = await desk();
    manager.refuseNext('changeAgentState', 'reason.unknown', 'No such reason.');
    await expect(agent.setState('NOT_READY', { id: 'x' })).rejects.toMatchObject({ code: 'reason.unknown', message: 'No such reason.' }); // prettier-ignore
    expect(await codeOf(agent.setState('READY'))).toBe('done');
  });

  it('loses the network, comes again, and has missed nothing', async () => {
    const { manager, agent } = await desk();
    const id = manager.offer();
    const conversation = await accepts(agent);
    const over = manager.offer();
    const other = await accepts(agent, ({ conversationId }) => conversationId === over);
    manager.drop();
    await first(agent.connectionStates(), (state) => state === 'connecting');
    manager.customerSays(id, 'Are you there?');
    manager.ends(over, 'REROUTED');
    const saying = conversation.send('I am.');
    manager.restore();
    await saying;
    const said: unknown[] = [];
    for await (const { name, data } of conversation.events()) {
      if ('body' in data) said.push(data['body']);
      if (name === 'AGENT_MESSAGE') break;
    }
    expect(said).toMatchObject([{ markdownText: 'Are you there?' }, { markdownText: 'I am.' }]);
    expect(await other.ended).toBe('REROUTED');
    expect(manager.connections).toBe(2);
  });

  it('says something once, though the network broke before that was acknowledged', async () => {
    const { manager, agent } = await desk();
    const id = manager.offer();
    const conversation = await accepts(agent);
    const sent = conversation.send('one');
    const { id: request } = await manager.next('publishCimEvent');
    manager.drop();
    manager.restore();
    await sent;
    manager.customerSays(id, 'two');
    await first(conversation.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
    const said = conversation.history.filter(({ name }) => name === 'AGENT_MESSAGE');
    expect([said.length, manager.received.filter((one) => one.id === request).length]).toEqual([1, 1]);
  });

  it('goes to its login where its token is over', async () => {
    const manager = createFakeManager();
    manager.refuseConnections('auth.expired', 'The token has expired.');
    expect(await codeOf(connect(judged(manager)))).toBe('auth.expired');
    const socket = io(manager.options.url, { ...judged(manager), auth: { token: 'old' } });
    const refused = await new Promise<unknown>((resolve) => socket.on('connect_error', resolve));
    expect(refused).toMatchObject({ message: 'login-failed', data: { content: { code: 'auth.expired' } } });
    manager.refuseConnections(undefined);
    socket.connect();
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    socket.disconnect();
  });

  it('gives way to another desk of its agent', async () => {
    const { manager, agent } = await desk();
    const other = await connect(judged(manager));
    agents.push(other);
    expect(await agent.closed).toMatchObject({ code: 'session.replaced' });
    expect(other.state).toBe('connected');
  });

  it('may be one of socket.io, with the names that such desks use', async () => {
    const manager = createFakeManager();
    const id = manager.offer();
    const socket = io(manager.options.url, { ...judged(manager), auth: { token: manager.options.token } });
    const task = await new Promise<{ taskId: string }>((resolve) => socket.on('taskRequest', resolve));
    socket.emit('topicSubscription', { conversationId: id, taskId: task.taskId });
    await new Promise<void>((resolve) => socket.on('onTopicData', resolve));
    socket.emit('topicUnsubscription', { conversationId: id });
    expect(await manager.next('topicUnsubscription_')).toMatchObject({ data: { conversationId: id } });
    await new Promise<void>((resolve) => socket.on('topicUnsubscription_', resolve));
    socket.disconnect();
  });
});

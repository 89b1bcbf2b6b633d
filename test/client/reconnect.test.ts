/**
 * What a network does to a desk: connections that break, that go silent, that the gateway ends.
 * Nothing is lost by it, and nothing comes twice.
 */
import { describe, expect, it } from 'vitest';
import { accepts, agentsOf, first, hearing } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf, logOf } from '../support/platform.ts';

const centre = contactCentre();
const agents = agentsOf(centre);

const gateway = () => centre.stack.gateway;

/** What a desk asks for is done, and no answer arrives: no `ack`, and no echo that is one. */
const answersAreLost = () =>
  gateway().interceptPosts(({ body }) => (/"event":"ack"|"ackOf":/.test(body) ? 200 : undefined));
const connectionsOf = (id: string) => gateway().connections().filter(({ principalId }) => principalId === id); // prettier-ignore

/** A desk that takes this long to come back. */
const slowly = (ms: number) => ({ backoff: { baseMs: ms, maxMs: ms }, random: () => 1 });

/** What happens to somebody's connection. */
const accidents: [string, (agentId: string) => void][] = [
  ['is cut', (id) => gateway().dropConnection(id)],
  ['is cut without anybody noticing', (id) => gateway().dropConnection(id, { silently: true })],
  ['has lived for two hours', (id) => gateway().expireConnection(id)],
];

describe('When the connection', () => {
  it.each(accidents)('%s, the desk comes back by itself and has missed nothing', async (_, happens) => {
    const { agent, conversation, customer } = await agents.talk(slowly(1_500));
    const heard = hearing(conversation);
    await customer.says('one');
    await centre.eventually(() => heard.texts.at(0));
    happens(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    await customer.says('two');
    const reply = conversation.send('four');
    await customer.says('three');
    await first(agent.connectionStates(), (state) => state === 'connected');
    await reply;
    await customer.says('five');
    await centre.eventually(() => heard.texts.at(4));
    expect(heard.texts).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(agent.presence.state.name).toBe('READY');
  });

  it('stays open and nothing comes over it any more, the desk notices and connects anew', async () => {
    const { agent, conversation } = await agents.talk({ heartbeatMs: 200 });
    const stop = gateway().interceptPosts(() => 200);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    stop();
    await first(agent.connectionStates(), (state) => state === 'connected');
    await conversation.send('Here again');
  });

  it('breaks before something asked for was acknowledged, it is done once', async () => {
    const { agent, conversation } = await agents.talk();
    const heard = hearing(conversation);
    const stop = answersAreLost();
    const sent = conversation.send('Once');
    await centre.eventually(async () => {
      const log = await logOf(centre, conversation.id);
      return log.some(({ name }) => name === 'AGENT_MESSAGE') || undefined;
    });
    gateway().dropConnection(agent.id);
    stop();
    const { seq } = await sent;
    await conversation.send('Twice');
    await centre.eventually(() => heard.texts.at(1));
    expect(heard.texts).toEqual(['Once', 'Twice']);
    expect(seq).toBeGreaterThan(0);
  });
});

describe('What is asked for', () => {
  it('is given up when nobody acknowledges it in time, and whether it was done is not known', async () => {
    const { agent, conversation } = await agents.talk({ requestTimeoutMs: 1_000 });
    const heard = hearing(conversation);
    const stop = answersAreLost();
    await expect(conversation.send('Lost?')).rejects.toMatchObject({ code: 'client.timeout', conversationId: conversation.id }); // prettier-ignore
    stop();
    await agent.setState('READY');
    await conversation.send('And now?');
    await centre.eventually(() => heard.texts.at(1));
    expect(heard.texts).toEqual(['Lost?', 'And now?']);
  });
});

describe('An event', () => {
  it('that never arrived is asked for when the next one comes', async () => {
    const { conversation, customer } = await agents.talk();
    const heard = hearing(conversation);
    let swallowed = 0;
    const stop = gateway().interceptPosts(({ body }) => {
      if (!body.includes('CUSTOMER_MESSAGE') || swallowed > 0) return undefined;
      swallowed += 1;
      return 200;
    });
    await customer.says('one');
    await centre.eventually(() => swallowed || undefined);
    stop();
    await customer.says('two');
    await centre.eventually(() => heard.texts.at(1));
    expect(heard.texts).toEqual(['one', 'two']);
  });

  it('that desks are not shown is no gap: what comes after it is heard', async () => {
    const { conversation, customer } = await agents.talk();
    const heard = hearing(conversation);
    const hidden = { id: 'call-1', name: 'VOICE_ACTIVITY', type: 'ACTIVITY', data: {} };
    const { status } = await centre.call('POST', `/conversations/${customer.conversationId}/events`, hidden);
    expect(status).toBe(202);
    await customer.says('Did you hear that?');
    await centre.eventually(() => heard.texts.at(0));
  });

  it('that overtook another one waits for it', async () => {
    const { agent, conversation, customer } = await agents.talk({ gapMs: 10_000 });
    const heard = hearing(conversation);
    let slow = true;
    const stop = gateway().interceptPosts(async ({ connectionId, body }) => {
      if (!body.includes('"event":"onCimEvent"') || !connectionsOf(agent.id).some((one) => one.connectionId === connectionId) || !slow) return undefined; // prettier-ignore
      slow = false;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return undefined;
    });
    await Promise.all([customer.says('one'), customer.says('two')]);
    stop();
    await centre.eventually(() => heard.texts.at(1));
    const log = await logOf(centre, conversation.id);
    const said = log.filter(({ name }) => name === 'CUSTOMER_MESSAGE').map(({ data }) => data.body.markdownText);
    expect(heard.texts).toEqual(said);
  });

  it('is heard by a desk that failed to show the one before', async () => {
    const { agent, conversation, customer } = await agents.talk();
    const failed = new Promise((resolve) => process.once('uncaughtException', resolve));
    let shown = 0;
    agent.on('onCimEvent', () => {
      if ((shown += 1) === 1) throw new Error('no such tab');
    });
    const heard = hearing(conversation);
    await customer.says('one');
    await customer.says('two');
    await centre.eventually(() => heard.texts.at(1));
    expect(await failed).toMatchObject({ message: 'no such tab' });
  });
});

describe('While the desk was away', () => {
  it('an offer went to others: it rings here no more, and the reason is known', async () => {
    const queue = await centre.queue();
    const { agent } = await agents.ready([queue], slowly(1_500));
    await centre.customer(queue);
    const offer = await first(agent.offers());
    gateway().dropConnection(agent.id);
    const { agent: bob } = await agents.ready([queue]);
    await accepts(bob);
    expect(await offer.revoked).toBe('REROUTE');
  });

  it('a conversation ended: the desk is told so, with the reason', async () => {
    const { agent, conversation, customer } = await agents.talk(slowly(1_000));
    gateway().dropConnection(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    await customer.leaves();
    expect(await conversation.ended).toBe('CUSTOMER LEFT');
    for await (const _ of conversation.events()) continue;
  });

  it('a colleague was found: the desk is told once, and after what came before', async () => {
    const { agent, conversation } = await agents.talk(slowly(2_000));
    const sales = await centre.queue();
    const told: string[] = [];
    agent.on('agentAssistanceRequestPlaced', () => told.push('placed'));
    agent.on('agentAssignedForAssistance', ({ type }) => told.push(type));
    await conversation.consult({ queue: sales });
    gateway().dropConnection(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    const { agent: bob } = await agents.ready([sales]);
    await first(bob.offers());
    expect(told).not.toContain('consult');
    await centre.eventually(() => (told.includes('consult') ? true : undefined));
    gateway().dropConnection(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    await first(agent.connectionStates(), (state) => state === 'connected');
    expect(told).toEqual(['placed', 'consult']);
  });

  it('much was said: it comes page by page, whole and in order', async () => {
    const { agent, conversation, customer } = await agents.talk(slowly(4_000));
    const heard = hearing(conversation);
    gateway().dropConnection(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    const long = 'x'.repeat(15_000);
    for (let index = 0; index < 8; index++) await customer.says(`${index} ${long}`);
    await centre.eventually(() => heard.texts.at(7), 30_000);
    expect(heard.texts.map((text) => text.slice(0, 1)).join('')).toBe('01234567');
  });
});

describe('A conversation longer than a snapshot', () => {
  it('is read from its beginning by an agent who comes into it', async () => {
    const queue = await centre.queue();
    const customer = await centre.customer(queue);
    const long = 'x'.repeat(15_000);
    for (let index = 0; index < 7; index++) await customer.says(`${index} ${long}`);
    const { agent } = await agents.ready([queue]);
    const conversation = await accepts(agent);
    expect(conversation.snapshot.truncated).toBe(false);
    const heard = hearing(conversation);
    await centre.eventually(() => heard.texts.at(6));
    expect(heard.texts.map((text) => text.slice(0, 1)).join('')).toBe('0123456');
  });
});

describe('Before the gateway ends a connection', () => {
  it('the desk changes over to a new one, and nobody notices', async () => {
    const { agent, conversation, customer } = await agents.talk({ renewAfterMs: { min: 1_000, max: 1_500 } });
    const heard = hearing(conversation);
    const before = connectionsOf(agent.id).map(({ connectionId }) => connectionId);
    const states: string[] = [];
    void (async () => {
      for await (const state of agent.connectionStates()) states.push(state);
    })();
    const said: string[] = [];
    const used = new Set(before);
    for (let index = 0; index < 400 && used.size < 4; index++) {
      said.push(`customer ${index}`, `agent ${index}`);
      await customer.says(`customer ${index}`);
      await conversation.send(`agent ${index}`);
      for (const { connectionId } of connectionsOf(agent.id)) used.add(connectionId);
      await centre.passes(10);
    }
    expect(used.size).toBeGreaterThan(3);
    await centre.eventually(() => (heard.texts.length === said.length ? true : undefined));
    expect(heard.texts).toEqual(said);
    expect(states).toEqual(['connected']);
    await centre.eventually(() => (connectionsOf(agent.id).length === 1 ? true : undefined));
    expect(await agentOf(centre, agent.id)).toMatchObject({ connected: true, state: { name: 'READY' } });
  });
});

describe('A token', () => {
  it('is asked for anew for every connection and once where one is refused; another refused one ends the desk', async () => {
    const person = await centre.person();
    let asked = 0;
    const token = async () => ((asked += 1) < 3 ? person.token() : 'no-longer-a-token');
    const agent = await agents.connect(person, { token });
    gateway().dropConnection(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    await first(agent.connectionStates(), (state) => state === 'connected');
    expect(asked).toBe(2);
    gateway().dropConnection(agent.id);
    expect(await agent.closed).toMatchObject({ code: 'auth.invalid', task: 'connect' });
    expect(asked).toBe(4);
  });
});

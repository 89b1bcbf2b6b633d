/**
 * An agent's day through the typed client: offers, conversations, colleagues, wrap-up, and the end
 * of it.
 */
import { describe, expect, it } from 'vitest';
import { AgentManagerError } from '../../shared/client/errors.ts';
import { accepts, agentsOf, first, hearing } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { chatOf, logOf } from '../support/platform.ts';

const centre = contactCentre();
const agents = agentsOf(centre);

const noWrapUp = { wrapUp: { enabled: false } };

/** The code with which something was refused. */
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    (error: unknown) => (error instanceof AgentManagerError ? error.code : String(error)),
  );

describe('An agent who connects', () => {
  it('is told who they are and what state they are in', async () => {
    const person = await centre.person();
    const agent = await agents.connect(person);
    expect(agent.id).toBe(person.id);
    expect(agent.state).toBe('connected');
    expect(agent.presence.state.name).toBe('NOT_READY');
    await agent.setState('READY');
    await first(agent.presences(), ({ state }) => state.name === 'READY');
    await agent.setMrdState('CHAT', 'NOT_READY');
    await centre.eventually(() => agent.presence.agentMrdStates.find(({ mrd, state }) => mrd.id === 'CHAT' && state === 'NOT_READY')); // prettier-ignore
  });

  it('is refused with the reason when the token is none', async () => {
    const { wsUrl: url } = centre.stack;
    const refused = agents.connect(await centre.person(), { url, token: 'not-a-token' });
    await expect(refused).rejects.toMatchObject({ name: 'AgentManagerError', code: 'auth.invalid', task: 'connect' });
  });

  it('is told when nobody answers', async () => {
    const { connect } = await import('../../shared/client/faces/agent.ts');
    const nowhere = connect({
      url: 'ws://127.0.0.1:9/nowhere',
      token: 'x',
      connectTimeoutMs: 1_000,
      openTimeoutMs: 500,
    });
    expect(await codeOf(nowhere)).toBe('client.unreachable');
  });
});

describe('A snapshot that the network has lost', () => {
  it('is asked for as soon as something is said of the conversation', async () => {
    const queue = await centre.queue(noWrapUp);
    const { agent } = await agents.ready([queue]);
    const customer = await centre.customer(queue);
    const offer = await first(agent.offers());
    const lost = new Promise<void>((resolve) => {
      const stop = centre.stack.gateway.interceptPosts(({ body }) => {
        if (!body.startsWith('{"event":"onTopicData"')) return undefined;
        stop();
        resolve();
        return 200; // taken, and never delivered
      });
    });
    const accepted = offer.accept();
    await Promise.race([lost, accepted]);
    await customer.says('Hello?');
    const conversation = await accepted;
    const heard = hearing(conversation);
    await customer.says('Still there?');
    await centre.eventually(() => heard.texts.at(1));
    expect(heard.texts).toEqual(['Hello?', 'Still there?']);
    expect(await agent.request('topicSubscription', { conversationId: conversation.id })).toMatchObject({
      status: 'ok',
    });
  });
});

describe('An offer', () => {
  it('is accepted and becomes a conversation, whose beginning the agent reads too', async () => {
    const queue = await centre.queue(noWrapUp);
    const { agent } = await agents.ready([queue]);
    const customer = await centre.customer(queue);
    const offer = await first(agent.offers());
    expect(offer).toMatchObject({
      conversationId: customer.conversationId,
      direction: 'INBOUND',
      queue: { id: queue },
    });
    expect(offer.expiresAt).toBeGreaterThan(Date.now());
    await customer.says('Hello?');
    const conversation = await offer.accept();
    const heard = hearing(conversation);
    const { seq } = await conversation.send('Good morning!');
    await customer.says('Where is my parcel?');
    await conversation.send('It comes today.');
    await centre.eventually(() => (heard.texts.length >= 4 ? true : undefined));
    expect(heard.texts).toEqual(['Hello?', 'Good morning!', 'Where is my parcel?', 'It comes today.']);
    expect(seq).toBeGreaterThan(1);
    expect(conversation.role).toBe('PRIMARY');
    expect(conversation.participants.map(({ type }) => type).toSorted()).toEqual(['AGENT', 'CUSTOMER']);
    await conversation.leave();
    expect(await conversation.ended).toBe('UNSUBSCRIBED');
    await heard.done;
  });

  it('that nobody takes in time is revoked, and cannot be accepted any more', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, ronaPolicy: 'MRD_NOT_READY' });
    const { agent } = await agents.ready([queue]);
    await centre.customer(queue);
    const offer = await first(agent.offers());
    expect(await offer.revoked).toBe('RONA');
    expect(await codeOf(offer.accept())).toMatch(/^task\./);
  });

  it('that is declined goes to somebody else, and does not ring any more', async () => {
    const queue = await centre.queue();
    const { agent } = await agents.ready([queue]);
    const { agent: next } = await agents.ready([queue]);
    const { conversationId } = await centre.customer(queue);
    const offer = await first(agent.offers());
    await offer.decline({ id: 'language', name: 'Another language' });
    expect(await offer.revoked).toBe('DECLINED');
    const log = await logOf(centre, conversationId);
    expect(log.find(({ data }) => data.declinedFor)?.data.declinedFor).toEqual({
      id: 'language',
      name: 'Another language',
    });
    expect((await first(next.offers())).conversationId).toBe(conversationId);
    expect(agent.presence.state.name).toBe('READY');
    expect(await codeOf(offer.decline())).toBe('task.gone');
  });

  it('that a reader comes late to read is still there', async () => {
    const queue = await centre.queue();
    const { agent } = await agents.ready([queue]);
    const customer = await centre.customer(queue);
    await first(agent.offers());
    expect((await first(agent.offers())).conversationId).toBe(customer.conversationId);
  });
});

describe('In a conversation', () => {
  it('messages arrive in the order in which they were written', async () => {
    const { conversation } = await agents.talk();
    const heard = hearing(conversation);
    const written = Array.from({ length: 15 }, (_, index) => `line ${index}`);
    const sent = await Promise.all(written.map((text) => conversation.send(text)));
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map(({ seq }) => seq).toSorted((a, b) => a - b));
    await centre.eventually(() => (heard.texts.length === written.length ? true : undefined));
    expect(heard.texts).toEqual(written);
  });

  it('the agent whispers, types, reads, holds and takes off hold', async () => {
    const { conversation, customer, queue } = await agents.talk();
    const { agent: bob } = await agents.ready([queue]);
    await conversation.consult({ agent: bob.id }, 'What do you think?');
    const consulted = await accepts(bob, ({ direction }) => direction === 'CONSULT');
    expect(consulted.role).toBe('ASSISTANT');
    await customer.says('Hm');
    const message = await first(consulted.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
    const names: string[] = [];
    void (async () => {
      for await (const { name } of consulted.events()) names.push(name);
    })();
    await conversation.whisper('Between us');
    await conversation.typing();
    await conversation.markRead(String(message.data['id']));
    await conversation.pause(60);
    await conversation.resume();
    for (const name of [
      'WHISPER_MESSAGE',
      'TYPING_INDICATOR',
      'MESSAGE_DELIVERY_NOTIFICATION',
      'CONVERSATION_PAUSED',
      'CONVERSATION_RESUMED',
    ])
      // prettier-ignore
      await centre.eventually(() => (names.includes(name) ? true : undefined));
    expect(await codeOf(consulted.send('I may not'))).toBe('message.forbidden');
  });

  it('the agent parks the customer, is free for the next, and has them again when they write', async () => {
    const queue = await centre.queue(noWrapUp);
    const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 1 }];
    const agent = await agents.connect(await centre.person(['agent'], { attributes: { [queue]: 1 }, mrds }));
    await agent.setState('READY');
    const customer = await centre.customer(queue);
    const conversation = await accepts(agent, ({ conversationId }) => conversationId === customer.conversationId);
    await conversation.park(600);
    const next = await centre.customer(queue);
    const second = await accepts(agent, ({ conversationId }) => conversationId === next.conversationId);
    await customer.says('Me again');
    await first(conversation.events(), ({ name }) => name === 'CONVERSATION_RESUMED');
    for (const talk of [conversation, second]) expect((await talk.send('Here I am')).seq).toBeGreaterThan(1);
  });

  it('a request for a colleague can be taken back, and what was refused says why', async () => {
    const { conversation } = await agents.talk();
    const queue = await centre.queue(noWrapUp);
    expect(await codeOf(conversation.transfer({ queue: 'nowhere' }))).toBe('queue.unknown');
    await conversation.conference({ queue });
    expect(await codeOf(conversation.conference({ queue }))).toBe('assistance.pending');
    await conversation.cancelRequest();
    expect(await codeOf(conversation.cancelRequest())).toBe('assistance.none');
  });

  it('the customer is handed over, with everything that was said', async () => {
    const { conversation, agent, customer } = await agents.talk();
    const sales = await centre.queue(noWrapUp);
    const { agent: bob } = await agents.ready([sales]);
    const placed = new Promise((resolve) => agent.on('agentAssistanceRequestPlaced', resolve));
    await customer.says('I want an invoice');
    await conversation.transfer({ queue: sales }, 'Wants an invoice');
    expect(await placed).toMatchObject({ requestAction: 'transfer', mode: 'queue' });
    expect(await conversation.ended).toBe('CHAT TRANSFERRED');
    const offer = await first(bob.offers());
    expect(offer).toMatchObject({ direction: 'DIRECT_TRANSFER', note: 'Wants an invoice' });
    const taken = await offer.accept();
    await first(taken.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
  });

  it('a consulted colleague takes over', async () => {
    const { conversation, queue } = await agents.talk();
    const { agent: bob } = await agents.ready([queue]);
    await conversation.consult({ agent: bob.id });
    const consulted = await accepts(bob);
    await first(conversation.events(), ({ name }) => name === 'AGENT_SUBSCRIBED');
    await conversation.consultTransfer({ agent: bob.id });
    expect(await conversation.ended).toBe('CHAT TRANSFERRED');
    await centre.eventually(() => (consulted.role === 'PRIMARY' ? true : undefined));
    await centre.eventually(() => (consulted.participants.length === 2 ? true : undefined));
  });

  it('wraps up with a note when it is over', async () => {
    const { conversation, agent } = await agents.talk({}, { wrapUp: { enabled: true, seconds: 60 } });
    await conversation.leave();
    await centre.eventually(() => conversation.wrapUpEndsAt);
    expect(conversation.wrapUpEndsAt).toBeGreaterThan(Date.now() + 30_000);
    await centre.eventually(() => (conversation.role === 'WRAP_UP' ? true : undefined));
    const before = conversation.wrapUpEndsAt ?? 0;
    await conversation.extendWrapUp(30); // the queue itself would say 60
    const moreMs = await centre.eventually(() => (conversation.wrapUpEndsAt ?? 0) - before || undefined);
    expect(moreMs).toBeGreaterThan(20_000);
    expect(moreMs).toBeLessThan(40_000);
    expect(conversation.wrapUpNeedsNote).toBe(false);
    await conversation.wrapUp({ wrapups: [{ categoryName: 'Orders', value: 'Late' }], note: 'Refunded' });
    expect(await conversation.ended).toBe('UNSUBSCRIBED');
    await centre.eventually(async () => ((await chatOf(centre, agent.id)) === 'READY' ? true : undefined));
  });
});

describe('A supervisor', () => {
  it('watches, advises and steps in', async () => {
    const { conversation } = await agents.talk();
    const sam = await agents.connect(await centre.person(['supervisor']));
    const watched = await sam.monitor(conversation.id);
    expect(watched.role).toBe('SILENT_MONITOR');
    await watched.joinAsWhisper();
    await watched.whisper('Offer a discount');
    await first(conversation.events(), ({ name }) => name === 'WHISPER_MESSAGE');
    await watched.joinAsBargeIn();
    await centre.eventually(() => (watched.role === 'PRIMARY' ? true : undefined));
    await watched.send('I am the boss');
  });

  it('takes a conversation over, and sets the state of who had it', async () => {
    const { conversation, agent } = await agents.talk();
    const sam = await agents.connect(await centre.person(['agent', 'supervisor']));
    const { results } = await sam.supervise([conversation.id, 'nowhere'], { command: 'TAKE_OVER' });
    expect(results).toMatchObject([{ status: 'ok' }, { status: 'error', code: 'conversation.unknown' }]);
    expect((await first(sam.conversations(), ({ id }) => id === conversation.id)).role).toBe('PRIMARY');
    await sam.setStateOf(agent.id, 'NOT_READY');
    await centre.eventually(() => (agent.presence.state.name === 'NOT_READY' ? true : undefined));
    expect(await codeOf(agent.supervise([conversation.id], { command: 'CLOSE' }))).toBe('role.forbidden');
  });
});

describe('The end of a desk', () => {
  it('comes with logging out, and what is open ends with it', async () => {
    const { agent, conversation } = await agents.talk();
    await agent.setState('LOGOUT', { id: 'end-of-shift', name: 'End of shift' });
    expect(await agent.closed).toMatchObject({ code: 'client.closed' });
    await conversation.ended;
    expect(agent.presence.state.name).toBe('LOGOUT');
    expect(await codeOf(conversation.send('Too late'))).toBe('client.closed');
  });

  it('comes with another desk of the same agent, which is not disturbed', async () => {
    const person = await centre.person();
    const older = await agents.connect(person);
    const newer = await agents.connect(person);
    expect(await older.closed).toMatchObject({ code: 'session.replaced' });
    expect(older.state).toBe('closed');
    await newer.setState('READY');
    expect(newer.state).toBe('connected');
  });

  it('by itself leaves the agent logged in', async () => {
    const person = await centre.person();
    const agent = await agents.connect(person);
    agent.close();
    expect(await agent.closed).toBeUndefined();
    for await (const _ of agent.offers()) throw new Error('nothing is offered any more');
    expect((await agents.connect(person)).presence.state.name).toBe('NOT_READY');
  });
});

/** One agent, two desks: the newer one takes over, and the older one has nothing more to say. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { itemOf } from '../support/engines.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '2' } });

/** An agent with a queue of their own and a conversation from it. */
async function busyAgent(settings: Record<string, unknown> = {}) {
  const queue = await centre.queue(settings);
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await pat.ready();
  const jo = await centre.customer(queue);
  await desk.accept();
  return { queue, pat, desk, jo };
}

describe('A second desk of the same agent', () => {
  it('removes the session of the first one, which is told so, then closed', async () => {
    const { pat, desk: old } = await busyAgent();
    await pat.connect();
    expect((await old.next('socketSessionRemoved')).data).toEqual({ agentId: pat.id });
    expect(await old.gone()).toMatchObject({ code: 1000 });
    expect(old.frames.some(({ event }) => event === 'topicUnsubscription')).toBe(false);
  });

  it('takes over conversations and offers without a change of state', async () => {
    const { pat, queue, desk: old, jo } = await busyAgent();
    const waiting = await centre.customer(queue);
    const offer = await old.next('taskRequest');
    const before = (await centre.call('GET', `/agents/${pat.id}`)).body;

    const desk = await pat.open();
    const { data } = await desk.next('agentPresence_');
    expect(data.action).toBe('AGENT_STATE_UNCHANGED');
    expect(data.agentPresence.stateChangeTime).toBe(before.stateChangeTime);
    expect((await centre.call('GET', `/agents/${pat.id}`)).body).toMatchObject({
      state: before.state,
      stateChangeTime: before.stateChangeTime,
      agentLoginTime: before.agentLoginTime,
      agentMrdStates: before.agentMrdStates,
    });

    const topic = await desk.next('onTopicData');
    expect(topic.conversationId).toBe(jo.conversationId);
    const seq = await jo.says('Are you still there?');
    expect((await desk.cim('CUSTOMER_MESSAGE')).seq).toBe(seq);
    expect((await desk.next('taskRequest')).data.taskId).toBe(offer.data.taskId);
    await desk.ask('topicSubscription', { conversationId: waiting.conversationId, taskId: offer.data.taskId });
    await desk.next('onTopicData', ({ conversationId }) => conversationId === waiting.conversationId);
  });

  it('starts no grace: the agent is still there when it would have ended', async () => {
    const { pat, desk: old, jo } = await busyAgent();
    const desk = await pat.connect();
    await old.gone();
    await desk.next('onTopicData');
    desk.frames.length = 0;
    await desk.never('agentPresence_', 3_500);
    expect((await centre.call('GET', `/agents/${pat.id}`)).body).toMatchObject({
      state: { name: 'READY' },
      connected: true,
      tasks: [{ conversationId: jo.conversationId }],
    });
  });

  it('wins however many connect at the same moment: exactly one stays, and it works', async () => {
    const pat = await centre.person();
    const desks = await Promise.all(Array.from({ length: 5 }, () => pat.open()));
    await centre.poll(() => desks.filter(({ closed }) => !closed).length, { timeout: 10_000 }).toBe(1);
    const [last] = desks.filter(({ closed }) => !closed);
    if (!last) throw new Error('unreachable');
    for (const desk of desks.filter(({ closed }) => closed)) await desk.next('socketSessionRemoved');
    await last.next('onSessionReady');
    await last.become('READY');
    expect(last.frames.some(({ event }) => event === 'socketSessionRemoved')).toBe(false);
  });
});

describe('The older desk', () => {
  it('is refused whatever it still asks for', async () => {
    const { pat, desk: old, jo } = await busyAgent();
    const { session } = await itemOf(centre.stack, `AGENT#${pat.id}`, 'STATE');
    const desk = await pat.open((session as { key: string }).key); // it goes on there, and does not know yet
    const { conversationId } = jo;
    const requests: [string, unknown][] = [
      ['changeAgentState', { action: 'agentState', state: { name: 'NOT_READY', reasonCode: null } }],
      ['changeAgentState', { action: 'agentState', state: { name: 'LOGOUT' } }],
      ['publishCimEvent', { conversationId, cimEvent: agentMessage('Too late') }],
      ['topicUnsubscription_', { conversationId }],
      ['replayTopic', { conversationId, afterSeq: 0 }],
    ];
    const answers = await Promise.all(requests.map(([action, data]) => old.ask(action, data)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 'error', code: 'session.replaced' });
    expect(old.frames.filter(({ event }) => event === 'errors')).toHaveLength(requests.length);

    const topic = await desk.next('onTopicData');
    expect(topic.data.topicData.topicEvents.some(({ name }) => name === 'AGENT_MESSAGE')).toBe(false);
    expect((await centre.call('GET', `/agents/${pat.id}`)).body).toMatchObject({
      state: { name: 'READY' },
      tasks: [{ conversationId, phase: 'ACTIVE' }],
    });
  });

  it('may be missed by the gateway long after: its late $disconnect changes nothing', async () => {
    const { pat, desk: old, jo } = await busyAgent();
    const [connection] = centre.stack.gateway.connections().filter(({ principalId }) => principalId === pat.id);
    if (!connection) throw new Error('the gateway does not know the desk');
    centre.stack.gateway.muteDisconnect(connection.connectionId);
    const desk = await pat.connect();
    await old.gone();
    await desk.next('onTopicData');
    desk.frames.length = 0;

    const requestContext = { ...connection, eventType: 'DISCONNECT', disconnectStatusCode: 1001 };
    expect(await centre.stack.invoke('socket/disconnect', { requestContext })).toMatchObject({ ok: true });
    expect(await centre.stack.invoke('socket/disconnect', { requestContext })).toMatchObject({ ok: true });
    await desk.never('agentPresence_', 3_000);
    expect((await centre.call('GET', `/agents/${pat.id}`)).body).toMatchObject({
      state: { name: 'READY' },
      connected: true,
    });
    const seq = await jo.says('Hello?');
    expect((await desk.cim('CUSTOMER_MESSAGE')).seq).toBe(seq);
  });
});

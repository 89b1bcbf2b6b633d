/**
 * The payloads of real desks and connectors, of both generations, over the wire as they are:
 * understood, done, and shown to every desk.
 */
import { describe, expect, it } from 'vitest';
import { agentEvents, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import {
  agentMessage2022,
  agentSamples,
  channelSession,
  channelSession2022,
  deskEvents,
  topicParticipant2022,
} from '../fixtures/samples.ts';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

/** An offer to an agent, by a customer who came through exactly this channel session. */
async function offered(session: { id: string }) {
  const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 600 } });
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await person.ready();
  const body = { channelSession: session, queue, customer: null };
  const { status, body: started } = await centre.call('POST', '/conversations', body);
  expect(status).toBe(201);
  return { desk, agentId: person.id, conversationId: String(started.conversationId) };
}

describe('A desk of 2022', () => {
  it('accepts, writes, and leaves with what it has always sent', async () => {
    const { desk, agentId, conversationId } = await offered(channelSession2022);
    const session = { ...channelSession2022, conversationId };
    const topicParticipant = { ...topicParticipant2022, topicId: conversationId };

    const { data: offer } = await desk.next('taskRequest');
    desk.send('topicSubscription', { topicParticipant, conversationId, agentId, taskId: offer.taskId });
    const { data: topic } = await desk.next('onTopicData');
    expect(topic.topicData.channelSession.id).toBe(session.id);

    const header = { ...agentMessage2022.data.header, sender: topicParticipant, channelSession: session };
    const cimEvent = { ...agentMessage2022, data: { ...agentMessage2022.data, header } };
    desk.send('publishCimEvent', { cimEvent, agentId, topicId: conversationId });
    const echo = await desk.cim('AGENT_MESSAGE');
    expect(echo.data.id).toBe(agentMessage2022.data.id);
    expect(echo.data.body).toEqual({ type: 'PLAIN', markdownText: agentMessage2022.data.body.markdownText });
    expect(echo.data.header).not.toHaveProperty('status');
    expect(echo.data.header.sender).toMatchObject({ id: agentId, type: 'AGENT' });

    desk.send('topicUnsubscription', { topicId: conversationId, agentId });
    await desk.next('wrapupTimerStarted');
    desk.send('WRAP_UP_CLOSED', { conversationId, agentId });
    expect((await desk.next('topicUnsubscription')).data).toMatchObject({ conversationId, reason: 'UNSUBSCRIBED' });
  });
});

describe('A desk of today', () => {
  it('wraps up with what it has always sent', async () => {
    const { desk, agentId, conversationId } = await offered({ ...channelSession, id: 'session-today' });
    await desk.accept();
    desk.send('topicUnsubscription_', { conversationId, agentId });
    await desk.next('wrapupTimerStarted');
    const sample = agentEvents.closeWrapup.parse(agentSamples.closeWrapup);
    desk.send('closeWrapup', { ...(agentSamples.closeWrapup as object), conversationId, agentId });
    expect((await desk.next('topicUnsubscription')).data).toMatchObject({ conversationId, reason: 'UNSUBSCRIBED' });
    const { body } = await centre.call('GET', `/conversations/${conversationId}/events`);
    const wrapUp = body.events.find(
      ({ cimEvent }: { cimEvent: { name: string } }) => cimEvent.name === 'AGENT_MESSAGE',
    );
    expect(wrapUp.cimEvent.data.body).toEqual(sample.cimEvent?.data['body']);
  });

  it('is not ready for the reason that its administration knows', async () => {
    const person = await centre.person();
    const desk = await person.ready();
    desk.send('changeAgentState', { ...(agentSamples.changeAgentState as object), agentId: person.id });
    const { data } = await desk.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === 'NOT_READY');
    expect(data.agentPresence.state.reasonCode).toMatchObject({ id: 'reason-lunch', name: 'Lunch' });
  });
});

describe('Any desk', () => {
  it.each(Object.keys(agentEvents) as AgentEventName[])('may send %s as it always has', async (action) => {
    const person = await centre.person(['agent', 'supervisor']);
    const desk = await person.connect();
    const sample = agentSamples[action];
    const own = typeof sample === 'string' ? sample : { ...(sample as object), agentId: person.id };
    const answer = await desk.ask(action, own);
    // Understood: all that can be wrong here is that the conversation or the list does not exist,
    // or who asks.
    const refusals = [
      undefined,
      'conversation.unknown',
      'list.unknown',
      'role.forbidden',
      'auth.invalid',
      'agent.notRoutable',
    ];
    expect(refusals).toContain(answer.status === 'ok' ? undefined : answer.code);
  });
});

describe('A connector', () => {
  const membership = ['AGENT_SUBSCRIBED', 'AGENT_UNSUBSCRIBED', 'PARTICIPANT_ROLE_CHANGED'];
  const routing = ['TASK_ENQUEUED', 'TASK_STATE_CHANGED', 'NO_AGENT_AVAILABLE'];
  const clock = ['AGENT_SLA_STARTED', 'AGENT_SLA_STOPPED'];
  const ours = new Set(['AGENT_MESSAGE', 'WHISPER_MESSAGE', ...membership, ...routing, ...clock]);
  const events = Object.values(deskEvents);

  it('adds what it has always added, and every desk can show it', async () => {
    const { desk, conversationId } = await offered({ ...channelSession, id: 'session-connector' });
    const { lastSeq } = (await desk.accept()).data;
    const theirs = events.filter(({ name }) => !ours.has(name) && name !== 'CHANNEL_SESSION_ENDED');
    for (const [index, event] of theirs.entries()) {
      const data = 'id' in event.data ? { ...event.data, id: `connector-${index}` } : event.data;
      const sent = { ...event, data, channelSession: null };
      const answer = await centre.call('POST', `/conversations/${conversationId}/events`, sent);
      expect(answer, event.name).toMatchObject({ status: 202 });
      expect(answer.body.seq).toBeGreaterThan(lastSeq);
    }
    for (const { name } of theirs) await desk.cim(name);
  });

  it.each(events.filter(({ name }) => ours.has(name)))(
    'does not say what only the manager says: $name',
    async (event) => {
      const { conversationId } = await centre.customer(await centre.queue());
      const answer = await centre.call('POST', `/conversations/${conversationId}/events`, event);
      expect(answer).toMatchObject({ status: 403, body: { code: 'message.forbidden' } });
    },
  );
});

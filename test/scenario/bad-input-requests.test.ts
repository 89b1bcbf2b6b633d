/**
 * Well-formed requests that cannot be granted: about what does not exist, what belongs to others,
 * or what the role does not allow.
 */
import { describe, expect, it } from 'vitest';
import { CIM_EVENT_NAMES } from '../../shared/protocol/shapes/cim.ts';
import { MAX_MESSAGE_BYTES } from '../../shared/protocol/frame.ts';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { refusal, served, standingAgent } from '../support/refusal.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ environment: { LEASE_SECONDS: '600', GRACE_SECONDS: '600' } });
const amy = standingAgent(centre);

const asked = (desk: Desk, action: string, data: unknown) =>
  withoutTrace(centre.stack, () => refusal(desk, JSON.stringify({ action, data })));
const published = (conversationId: string, cimEvent: unknown) => ({ conversationId, cimEvent });

const ASSISTANCE = [
  'directTransferRequest',
  'directConferenceRequest',
  'directConferenceRequest ==>',
  'consultRequest',
  'consultTransferRequest',
  'consultConferenceRequest',
];

describe('A conversation that does not exist', () => {
  it.each<[string, object]>([
    ['publishCimEvent', { cimEvent: agentMessage('Hello?') }],
    ['topicSubscription', { taskId: 't-1:m-1' }],
    ['topicUnsubscription_', {}],
    ['topicUnsubscription', {}],
    ['closeWrapup', { cimEvent: null }],
    ['WRAP_UP_CLOSED', {}],
    ['replayTopic', { afterSeq: 0 }],
    ...ASSISTANCE.map((event): [string, object] => [event, { mode: 'agent', requestedAgentId: 'bob' }]),
    ['cancelAssistanceRequest', {}],
    ['extendWrapup', {}],
    ['pauseConversation', { duration: 60 }],
    ['resumeConversation', {}],
  ])('is unknown to %s', async (action, data) => {
    const told = await asked(amy.desk, action, { conversationId: 'nowhere', ...data });
    expect(told).toMatchObject({ code: 'conversation.unknown', conversationId: 'nowhere' });
    expect(amy.desk.frames).toEqual([]);
  });
});

describe('A conversation of others', () => {
  it('takes no message, and the desk that wrote it drops its stale tab', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    expect(await asked(amy.desk, 'publishCimEvent', published(conversationId, agentMessage('Hello?')))).toMatchObject({
      code: 'conversation.notParticipant',
      conversationId,
    });
    const { data } = await amy.desk.next('topicUnsubscription');
    expect(data).toMatchObject({ conversationId, reason: 'CONVERSATION CLOSED' });
  });

  it('is not read out', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const told = await asked(amy.desk, 'replayTopic', { conversationId, afterSeq: 0 });
    expect(told).toMatchObject({ code: 'conversation.notParticipant', conversationId });
    expect(amy.desk.frames).toEqual([]);
  });

  it('is not left by somebody who is not in it, but their stale tab goes', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    await withoutTrace(centre.stack, async () => {
      expect((await amy.desk.ask('topicUnsubscription_', { conversationId })).status).toBe('ok');
    });
    const { data } = await amy.desk.next('topicUnsubscription');
    expect(data).toMatchObject({ conversationId, reason: 'UNSUBSCRIBED' });
  });

  it('is not wrapped up by somebody who is not in it', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    await withoutTrace(centre.stack, async () => {
      const told = await asked(amy.desk, 'closeWrapup', { conversationId, cimEvent: agentMessage('') });
      expect(told).toMatchObject({ code: 'conversation.notParticipant', conversationId });
    });
  });
});

describe('An offer', () => {
  it('that never was cannot be accepted, and its card goes', async () => {
    const { conversationId } = amy.customer;
    const told = await asked(amy.desk, 'topicSubscription', { conversationId, taskId: 'nothing:m' });
    expect(told).toMatchObject({ code: 'task.gone', conversationId });
    expect((await amy.desk.next('revokeTask')).data).toMatchObject({ conversationId });
  });

  it('that waits in the queue cannot be taken from it', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const { body } = await centre.call('GET', `/conversations/${conversationId}`);
    const told = await asked(amy.desk, 'topicSubscription', { conversationId, taskId: body.tasks[0].id });
    expect(told).toMatchObject({ code: 'task.notOffered', conversationId });
    expect((await amy.desk.next('revokeTask')).data).toMatchObject({ conversationId });
  });

  it('to somebody else cannot be accepted, and still rings there', async () => {
    const queue = await centre.queue();
    const bob = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    const { data } = await bob.next('taskRequest');
    const told = await asked(amy.desk, 'topicSubscription', { conversationId, taskId: data.taskId });
    expect(told).toMatchObject({ code: 'task.notOffered', conversationId });
    bob.send('topicSubscription', { conversationId, taskId: data.taskId });
    await bob.next('onTopicData');
  });

  it('that rang out cannot be accepted any more', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, requestTtlSeconds: 600 });
    const bob = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    const { data } = await bob.next('taskRequest');
    await bob.next('revokeTask');
    await bob.next('agentPresence_', ({ agentPresence }) =>
      agentPresence.agentMrdStates.some(({ mrd, state }) => mrd.id === 'CHAT' && state === 'NOT_READY'),
    );
    expect(await asked(bob, 'topicSubscription', { conversationId, taskId: data.taskId })).toMatchObject({
      code: 'task.gone',
      conversationId,
    });
    await bob.next('revokeTask');
  });
});

describe('A change of state that cannot be', () => {
  it.each<[string, object, string]>([
    ['of an MRD that does not exist', { action: 'agentMRDState', mrdId: 'SMOKE', state: 'READY' }, 'mrd.unknown'],
    [
      'for a reason that does not exist',
      { action: 'agentState', state: { name: 'NOT_READY', reasonCode: 'boredom' } },
      'reason.unknown',
    ],
    ['that is no state', { action: 'agentState', state: { name: 'ASLEEP' } }, 'event.invalid'],
    ['of somebody else', { action: 'agentState', agentId: 'bob', state: { name: 'LOGOUT' } }, 'agent.mismatch'],
  ])('is refused %s, and answered by exactly one presence', async (_, data, code) => {
    expect(await asked(amy.desk, 'changeAgentState', data)).toMatchObject({ task: 'changeAgentState', code });
    const { data: presence } = await amy.desk.next('agentPresence_');
    expect(presence).toMatchObject({ action: 'AGENT_STATE_UNCHANGED', mrdStateChanges: [] });
    expect(presence.agentPresence.state.name).toBe('READY');
    await amy.desk.never('agentPresence_', 300);
  });
});

describe('A message that an agent may not publish', () => {
  const agents = new Set([
    'AGENT_MESSAGE',
    'TYPING_INDICATOR',
    'MESSAGE_DELIVERY_NOTIFICATION',
    'RESET_AGENT_SLA',
    'HAND_RAISED',
    'HAND_DOWN',
  ]);
  it('is refused where only others say such a thing', async () => {
    const { conversationId } = amy.customer;
    const others = CIM_EVENT_NAMES.filter((name) => !agents.has(name));
    await withoutTrace(centre.stack, async () => {
      for (const name of others) {
        const data = published(conversationId, { ...agentMessage('x'), name });
        const told = await refusal(amy.desk, JSON.stringify({ action: 'publishCimEvent', data }));
        expect(told, name).toMatchObject({ code: 'message.forbidden', conversationId });
        expect(amy.desk.frames, name).toEqual([]);
      }
    });
    expect(others).toContain('WHISPER_MESSAGE'); // nobody else is there to whisper to
  });

  it('is refused where it goes through a channel that is not open', async () => {
    const cimEvent = { ...agentMessage('Hello?'), channelSession: { id: 'elsewhere' } };
    const told = await asked(amy.desk, 'publishCimEvent', published(amy.customer.conversationId, cimEvent));
    expect(told).toMatchObject({ code: 'channelSession.closed' });
  });

  it('is refused in wrap-up, where only the wrap-up itself may be written', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 600 } });
    const bob = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    await bob.accept();
    bob.send('topicUnsubscription_', { conversationId });
    await bob.next('wrapupTimerStarted');
    await bob.cim('PARTICIPANT_ROLE_CHANGED');
    for (const name of ['AGENT_MESSAGE', 'WHISPER_MESSAGE', 'HAND_RAISED']) {
      const told = await asked(bob, 'publishCimEvent', published(conversationId, { ...agentMessage('x'), name }));
      expect(told).toMatchObject({ code: 'message.forbidden' });
    }
    const typing = { ...agentMessage('x'), name: 'TYPING_INDICATOR' };
    await withoutTrace(centre.stack, async () => {
      bob.frames.length = 0;
      expect((await bob.ask('publishCimEvent', published(conversationId, typing))).status).toBe('ok');
    });
    expect(bob.frames).toEqual([]);
  });

  it('is refused once the conversation is over', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const bob = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const customer = await centre.customer(queue);
    await bob.accept();
    await customer.leaves();
    await bob.next('topicClosed');
    await bob.next('agentPresence_', ({ agentPresence }) =>
      agentPresence.agentMrdStates.every(({ state }) => state === 'READY'),
    );
    const told = await asked(bob, 'publishCimEvent', published(customer.conversationId, agentMessage('Still there?')));
    expect(told).toMatchObject({ code: 'conversation.notParticipant' });
    await bob.next('topicUnsubscription', ({ reason }) => reason === 'CONVERSATION CLOSED');
  });
});

describe('A message that no frame can carry', () => {
  // Within the limits of a message, but each quotation mark takes four bytes once the event is a
  // text within a frame.
  const text = '"'.repeat(33_000);

  it('is refused and leaves no mark, so that a shorter one can be sent under the same id', async () => {
    const { conversationId } = amy.customer;
    expect(JSON.stringify(JSON.stringify(text)).length).toBeGreaterThan(MAX_MESSAGE_BYTES);
    const told = await withoutTrace(centre.stack, async () => {
      amy.desk.frames.length = 0;
      const frame = JSON.stringify({
        action: 'publishCimEvent',
        data: published(conversationId, agentMessage(text, 'big-1')),
        id: 'b1',
      });
      for (let at = 0; at < frame.length; at += 30_000) {
        amy.desk.socket.send(frame.slice(at, at + 30_000), { fin: at + 30_000 >= frame.length });
      }
      const { data } = await amy.desk.next('errors');
      await served(amy.desk);
      return data;
    });
    expect(told).toMatchObject({ task: 'publishCimEvent', code: 'message.tooLarge', id: 'b1' });
    amy.desk.send('publishCimEvent', published(conversationId, agentMessage('short', 'big-1')));
    const { data } = await amy.desk.cim('AGENT_MESSAGE', ({ id }) => id === 'big-1');
    expect(data.body.markdownText).toBe('short');
  });

  it('is refused from the platform too', async () => {
    const { conversationId, sessionId } = amy.customer;
    const event = { ...agentMessage(text, 'big-2'), name: 'CUSTOMER_MESSAGE' };
    const data = { ...event.data, header: { sender: { type: 'CONNECTOR' }, channelSessionId: sessionId } };
    const answer = await withoutTrace(centre.stack, () =>
      centre.call('POST', `/conversations/${conversationId}/events`, { ...event, data }),
    );
    expect(answer).toMatchObject({ status: 413, body: { code: 'message.tooLarge' } });
  });
});

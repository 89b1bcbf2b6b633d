/**
 * What a desk may say: real payloads are understood, older forms come out alike, wrong ones are
 * refused by the path of the fault.
 */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { describe, expect, it } from 'vitest';
import { agentEvents, aliases, canonical, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import { CIM_EVENT_NAMES } from '../../shared/protocol/shapes/cim.ts';
import { MAX_MESSAGE_BYTES, parseFrame } from '../../shared/protocol/frame.ts';
import { explain } from '../../shared/protocol/values.ts';
import { agentMessage2022, agentSamples, channelSession2022, topicParticipant2022 } from '../fixtures/samples.ts';

const names = Object.keys(agentEvents) as AgentEventName[];

function read(event: AgentEventName, data: unknown): unknown {
  return agentEvents[event].parse(data);
}

function refusal(event: AgentEventName, data: unknown): string {
  const { error } = agentEvents[event].safeParse(data);
  return error ? explain(error) : 'accepted';
}

const textEvent = (change: Record<string, unknown> = {}) => ({
  conversationId: 'c-1',
  cimEvent: { id: 'e-1', name: 'AGENT_MESSAGE', type: 'MESSAGE', data: message({ type: 'PLAIN' }), ...change },
});
const message = (body: unknown, header: unknown = {}) => ({ id: 'm-1', header, body });

describe('a desk', () => {
  it.each(names)('may send %s as real desks do', (name) => {
    expect(refusal(name, agentSamples[name])).toBe('accepted');
  });

  it('says things in their own spelling', () => {
    expect(names).toEqual(expect.arrayContaining(['topicUnsubscription_', 'JoinAsSilentMonitor', 'heartbeat']));
  });

  it.each<[string, AgentEventName, unknown, unknown]>([
    [
      'LOGOUT without a reason',
      'changeAgentState',
      { action: 'agentState', state: { name: 'LOGOUT' } },
      { action: 'agentState', state: { name: 'LOGOUT', reasonCode: null } },
    ],
    [
      'the empty text as a reason',
      'changeAgentState',
      { action: 'agentState', state: { name: 'LOGOUT', reasonCode: '' } },
      { action: 'agentState', state: { name: 'LOGOUT', reasonCode: null } },
    ],
    [
      'a bare id as a reason',
      'changeAgentState',
      { action: 'agentState', state: { name: 'NOT_READY', reasonCode: 'lunch' } },
      { action: 'agentState', state: { name: 'NOT_READY', reasonCode: { id: 'lunch' } } },
    ],
    [
      'a whole reason of the administration',
      'changeAgentState',
      agentSamples.changeAgentState,
      {
        agentId: 'agent-nora',
        action: 'agentState',
        state: { name: 'NOT_READY', reasonCode: { id: 'reason-lunch', name: 'Lunch', type: 'NOT_READY', code: 12 } },
      },
    ],
    [
      'the state of one MRD, whichever',
      'changeAgentState',
      { action: 'agentMRDState', mrdId: 'CHAT', state: 'INTERRUPTED', agentId: null },
      { action: 'agentMRDState', mrdId: 'CHAT', state: 'INTERRUPTED' },
    ],
    [
      'a compound task id',
      'topicSubscription',
      { conversationId: 'c-1', taskId: 't-1:m-1:x' },
      { conversationId: 'c-1', taskId: 't-1:m-1:x' },
    ],
    [
      'a bare task id',
      'topicSubscription',
      { conversationId: 'c-1', taskId: 't-1' },
      { conversationId: 'c-1', taskId: 't-1' },
    ],
    ['a topicId', 'topicUnsubscription_', { topicId: 'c-1', conversationId: null }, { conversationId: 'c-1' }],
    [
      'the conversation of a participant',
      'topicUnsubscription_',
      { topicParticipant: topicParticipant2022 },
      { conversationId: 'conversation-22' },
    ],
    [
      'the conversation of a session before that of a participant',
      'JoinAsSilentMonitor',
      { channelSession: channelSession2022, topicParticipant: { conversationId: 'other' } },
      { conversationId: 'conversation-22' },
    ],
    [
      'the conversation of the requester',
      'consultRequest',
      { agentParticipant: { topicId: 'c-1' }, mode: 'queue', queueName: 'sales' },
      { conversationId: 'c-1', mode: 'queue', queueName: 'sales' },
    ],
    [
      'a named colleague, rung unless said otherwise',
      'directTransferRequest',
      { conversationId: 'c-1', mode: 'agent', requestedAgentId: 'bob', note: null },
      { conversationId: 'c-1', mode: 'agent', requestedAgentId: 'bob', offerToAgent: true },
    ],
    ['a request by its bare id', 'deletePullModeRequest', 'c-1', { id: 'c-1' }],
    ['a request in an object', 'deletePullModeRequest', { id: 'c-1' }, { id: 'c-1' }],
    [
      'digits for a duration',
      'pauseConversation',
      { conversationId: 'c-1', duration: '1740000000' },
      { conversationId: 'c-1', duration: 1740000000 },
    ],
    ['leaving without a wrap-up', 'closeWrapup', { conversationId: 'c-1' }, { conversationId: 'c-1', cimEvent: null }],
    ['anything beside a heartbeat', 'heartbeat', { at: 1 }, {}],
    [
      'an event as a JSON text',
      'publishCimEvent',
      { ...textEvent(), cimEvent: JSON.stringify(textEvent().cimEvent) },
      textEvent(),
    ],
    ...[1772443800500, '2026-03-02T09:30:00.500+00:00', '', 'half past nine', {}].map(
      (timestamp): [string, AgentEventName, unknown, unknown] => [
        `whatever time it says, for that is the manager's to say (${JSON.stringify(timestamp)})`,
        'publishCimEvent',
        textEvent({ timestamp, data: message({ type: 'PLAIN', markdownText: 'Hello' }, { timestamp }) }),
        textEvent({ data: message({ type: 'PLAIN', markdownText: 'Hello' }) }),
      ],
    ),
    [
      'an event without data',
      'publishCimEvent',
      { conversationId: 'c-1', cimEvent: { id: 'e-1', name: 'RESET_AGENT_SLA', type: 'NOTIFICATION', data: null } },
      { conversationId: 'c-1', cimEvent: { id: 'e-1', name: 'RESET_AGENT_SLA', type: 'NOTIFICATION', data: {} } },
    ],
    [
      'a message without a header',
      'publishCimEvent',
      textEvent({ data: { id: 'm-1', header: null, body: { type: 'PLAIN' } } }),
      textEvent(),
    ],
    [
      'a body that nobody knows, untouched',
      'publishCimEvent',
      textEvent({ data: message({ type: 'HOLOGRAM', markdownText: null, depth: [3] }) }),
      textEvent({ data: message({ type: 'HOLOGRAM', markdownText: null, depth: [3] }) }),
    ],
  ])('is understood: %s', (_, event, sent, understood) => {
    expect(read(event, sent)).toEqual(understood);
  });

  it('has the channel session moved out of the header, and its own bookkeeping dropped', () => {
    const { cimEvent } = agentEvents.publishCimEvent.parse({ conversationId: 'c-1', cimEvent: agentMessage2022 });
    expect(cimEvent.channelSession).toEqual(channelSession2022);
    expect(Object.keys(cimEvent.data['header'] as object).sort()).toEqual(['channelData', 'sender']);
    expect(cimEvent.data['body']).toEqual({ type: 'PLAIN', markdownText: 'Good morning, how can I help?' });
  });

  it('keeps the channel session of the event where the header names another', () => {
    const data = message({ type: 'PLAIN' }, { channelSession: { id: 'old' } });
    const { cimEvent } = agentEvents.publishCimEvent.parse(textEvent({ channelSession: { id: 'new' }, data }));
    expect(cimEvent.channelSession).toEqual({ id: 'new' });
  });

  it.each<[string, AgentEventName, unknown, string]>([
    ['no state that an agent may have', 'changeAgentState', state('LOGIN'), 'state.name: '],
    ['an MRD state of no MRD', 'changeAgentState', { action: 'agentMRDState', state: 'READY' }, 'mrdId: '],
    [
      'an MRD state that does not exist',
      'changeAgentState',
      { action: 'agentMRDState', mrdId: 'CHAT', state: 'RESERVED' },
      'state: ',
    ],
    ['an unknown kind of state', 'changeAgentState', { action: 'mood', state: 'READY' }, 'action: '],
    ['a reason that is a number', 'changeAgentState', state('LOGOUT', 9), 'state.reasonCode: '],
    ['a list instead of a payload', 'changeAgentState', [], 'data: '],
    ['no conversation', 'topicSubscription', { taskId: 't-1:m-1' }, 'conversationId: '],
    ['an empty conversation id', 'topicUnsubscription_', { conversationId: '' }, 'conversationId: '],
    ['an endless conversation id', 'topicUnsubscription_', { conversationId: 'x'.repeat(257) }, 'conversationId: '],
    ['a task id without a task', 'topicSubscription', { conversationId: 'c-1', taskId: ':m-1' }, 'taskId: '],
    ['an agent id that is a number', 'topicUnsubscription_', { conversationId: 'c-1', agentId: 7 }, 'agentId: '],
    ['neither a queue nor an agent', 'consultRequest', { conversationId: 'c-1', mode: 'QUEUE' }, 'mode: '],
    ['no queue', 'consultRequest', { conversationId: 'c-1', mode: 'queue' }, 'queueName: '],
    [
      'a colleague who got lost',
      'consultTransferRequest',
      { conversationId: 'c-1', mode: 'agent', requestedAgentId: null },
      'requestedAgentId: ',
    ],
    ['no list', 'subscribePullModeList', { list: { id: 'l-1' } }, 'listId: '],
    ['no request', 'joinPullModeRequest', { agentId: 'amy' }, 'requestId: '],
    ['an empty request', 'deletePullModeRequest', '', 'id: '],
    ['a pause without end', 'pauseConversation', { conversationId: 'c-1', duration: 'long' }, 'duration: '],
    ['a pause of no time', 'pauseConversation', { conversationId: 'c-1', duration: 0 }, 'duration: '],
    ['a replay from before the start', 'replayTopic', { conversationId: 'c-1', afterSeq: -1 }, 'afterSeq: '],
    ['a replay from nowhere', 'replayTopic', { conversationId: 'c-1' }, 'afterSeq: '],
    ['a replay of too much', 'replayTopic', { conversationId: 'c-1', afterSeq: 0, limit: 501 }, 'limit: '],
    ['their own events from before the start', 'replayAgentEvents', { afterSeq: -1 }, 'afterSeq: '],
    ['their own events from nowhere', 'replayAgentEvents', {}, 'afterSeq: '],
    ['too many of their own events', 'replayAgentEvents', { afterSeq: 0, limit: 501 }, 'limit: '],
    ['a team that is none', 'subscribeTeam', { teamId: '' }, 'teamId: '],
    ['a team, perhaps', 'subscribeTeam', { subscribe: 'no' }, 'subscribe: '],
    ['no event', 'publishCimEvent', { conversationId: 'c-1' }, 'cimEvent: '],
    ['an event that is no JSON', 'publishCimEvent', { conversationId: 'c-1', cimEvent: '{' }, 'cimEvent: '],
    ['an event of an unknown name', 'publishCimEvent', textEvent({ name: 'AGENT_SANG' }), 'cimEvent.name: '],
    ['an event of an unknown type', 'publishCimEvent', textEvent({ type: 'SONG' }), 'cimEvent.type: '],
    [
      'a message without an id',
      'publishCimEvent',
      textEvent({ data: { body: { type: 'PLAIN' } } }),
      'cimEvent.data.id: ',
    ],
    ['a message without a body', 'publishCimEvent', textEvent({ data: { id: 'm-1' } }), 'cimEvent.data.body: '],
    ['a body without a type', 'publishCimEvent', body({}), 'cimEvent.data.body.type: '],
    [
      'too long a text',
      'publishCimEvent',
      body({ type: 'PLAIN', markdownText: 'x'.repeat(65_537) }),
      'cimEvent.data.body.markdownText: ',
    ],
    [
      'a comment on nothing',
      'publishCimEvent',
      body({ type: 'COMMENT', itemType: 'LIKE' }),
      'cimEvent.data.body.postId: ',
    ],
    [
      'an unknown kind of comment',
      'publishCimEvent',
      body({ type: 'comment', postId: 'p', itemType: 'WAVE' }),
      'cimEvent.data.body.itemType: ',
    ],
    [
      'a receipt of nothing',
      'publishCimEvent',
      body({ type: 'DELIVERYNOTIFICATION', status: 'READ' }),
      'cimEvent.data.body.messageId: ',
    ],
    [
      'a file without a place',
      'publishCimEvent',
      body({ type: 'FILE', attachment: {} }),
      'cimEvent.data.body.attachment.mediaUrl: ',
    ],
    [
      'six wrap-ups',
      'publishCimEvent',
      body({ type: 'WRAPUP', wrapups: Array(6).fill({ value: 'x' }) }),
      'cimEvent.data.body.wrapups: ',
    ],
    [
      'a wrap-up event of no name',
      'closeWrapup',
      { conversationId: 'c-1', cimEvent: { id: 'e-1' } },
      'cimEvent.name: ',
    ],
  ])('is refused: %s', (_, event, sent, path) => {
    expect(refusal(event, sent).slice(0, path.length)).toBe(path);
  });

  it('may publish what has any name of the interaction model', () => {
    expect(new Set(CIM_EVENT_NAMES).size).toBe(CIM_EVENT_NAMES.length);
    for (const name of CIM_EVENT_NAMES) expect(refusal('publishCimEvent', textEvent({ name }))).toBe('accepted');
  });
});

describe('the name of an event', () => {
  it.each(names)('is understood as it is: %s', (name) => expect(canonical(name)).toBe(name));
  it.each(Object.entries(aliases))('is understood by its alias: %s', (alias, name) => {
    expect(canonical(alias)).toBe(name);
    expect(names).not.toContain(alias);
  });
  it.each(['', 'TopicSubscription', 'constructor', '__proto__', 'toString', 'ack'])('is unknown: "%s"', (action) => {
    expect(canonical(action)).toBeUndefined();
  });
});

describe('a frame', () => {
  it.each<[string, unknown, unknown]>([
    ['with everything', { action: 'a', data: { x: 1 }, id: '7' }, { action: 'a', data: { x: 1 }, id: '7' }],
    ['without data', { action: 'a' }, { action: 'a', data: {} }],
    ['with null for data', { action: 'a', data: null, id: null }, { action: 'a', data: {} }],
    ['with a text for data', { action: 'a', data: 'c-1' }, { action: 'a', data: 'c-1' }],
    ['with more than anybody knows', { action: 'a', v: 2 }, { action: 'a', data: {} }],
    ['with the longest id', { action: 'a', id: 'i'.repeat(64) }, { action: 'a', data: {}, id: 'i'.repeat(64) }],
  ])('is read: %s', (_, sent, frame) => {
    expect(parseFrame(JSON.stringify(sent))).toEqual({ ok: true, frame });
  });

  it.each<[string, string, object]>([
    ['no JSON', 'hello', { code: 'frame.invalid', task: 'frame' }],
    ['nothing', '', { code: 'frame.invalid', task: 'frame' }],
    ['a list', '[]', { code: 'frame.invalid', task: 'frame' }],
    ['null', 'null', { code: 'frame.invalid', task: 'frame' }],
    ['no action', '{"data":{},"id":"7"}', { code: 'frame.noAction', task: 'frame', id: '7' }],
    ['an action that is no text', '{"action":7,"id":"7"}', { code: 'frame.noAction', task: 'frame', id: '7' }],
    ['an empty action', '{"action":""}', { code: 'frame.noAction', task: 'frame' }],
    ['an endless action', `{"action":"${'a'.repeat(65)}"}`, { code: 'frame.invalid', task: 'a'.repeat(64) }],
    ['a number for an id', '{"action":"a","id":7}', { code: 'frame.invalid', task: 'a' }],
    ['an empty id', '{"action":"a","id":""}', { code: 'frame.invalid', task: 'a' }],
    ['too long an id', `{"action":"a","id":"${'i'.repeat(65)}"}`, { code: 'frame.invalid', task: 'a' }],
    [
      'too much',
      `{"action":"a","data":"${'ä'.repeat(MAX_MESSAGE_BYTES / 2)}"}`,
      { code: 'frame.tooLarge', task: 'frame' },
    ],
  ])('is refused without throwing: %s', (_, text, refused) => {
    expect(parseFrame(text)).toEqual({ ok: false, msg: expect.stringMatching(/./) as string, ...refused });
  });

  it('is measured in bytes, not in characters', () => {
    expect(byteLength('aä€😀')).toBe(1 + 2 + 3 + 4);
  });
});

function state(name: string, reasonCode?: unknown) {
  return { action: 'agentState', state: { name, reasonCode } };
}

function body(content: unknown) {
  return textEvent({ data: message(content) });
}

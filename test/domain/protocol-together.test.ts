/**
 * What desks say when several agents share a conversation: where they put its id, what they may
 * leave out, what is refused by its path.
 */
import { describe, expect, it } from 'vitest';
import { agentEvents, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import { explain } from '../../shared/protocol/values.ts';

const asking = [
  'directTransferRequest',
  'directConferenceRequest',
  'consultRequest',
  'consultTransferRequest',
  'consultConferenceRequest',
] as const satisfies readonly AgentEventName[];
const stepping = ['JoinAsSilentMonitor', 'joinAsWhisper', 'joinAsBargeIn'] as const satisfies readonly AgentEventName[];

/** The least that each event needs besides the conversation. */
const least: [AgentEventName, object][] = [
  ...asking.map((event): [AgentEventName, object] => [event, { mode: 'queue', queueName: 'sales' }]),
  ...stepping.map((event): [AgentEventName, object] => [event, {}]),
  ['cancelAssistanceRequest', {}],
  ['pauseConversation', { duration: 60 }],
  ['resumeConversation', {}],
];

const refusal = (event: AgentEventName, data: unknown): string => {
  const { error } = agentEvents[event].safeParse(data);
  return error ? explain(error) : 'accepted';
};

describe.each(least)('%s', (event, needs) => {
  it.each<[string, object]>([
    ['at the top', { conversationId: 'c-1' }],
    ['at the top, by its old name', { topicId: 'c-1' }],
    ['in the channel session', { channelSession: { id: 's-1', conversationId: 'c-1' } }],
    ['in the channel session, by its old name', { channelSession: { id: 's-1', topicId: 'c-1' } }],
    ['in the participant', { topicParticipant: { conversationId: 'c-1' } }],
    ['in the agent', { agentParticipant: { topicId: 'c-1' } }],
  ])('finds its conversation %s', (_, place) => {
    expect(agentEvents[event].parse({ ...needs, ...place })).toMatchObject({ conversationId: 'c-1' });
  });

  it.each<[string, unknown]>([
    ['no conversation', needs],
    ['null', { ...needs, conversationId: null }],
    ['the empty text', { ...needs, conversationId: '' }],
    ['a number', { ...needs, conversationId: 7 }],
    ['a list', { ...needs, conversationId: ['c-1'] }],
    ['an endless text', { ...needs, conversationId: 'c'.repeat(257) }],
  ])('is refused with %s', (_, data) => {
    expect(refusal(event, data)).toMatch(/^conversationId: /);
  });

  it.each([7, {}, ['amy'], ''])('is refused for an agent who is %j', (agentId) => {
    expect(refusal(event, { ...needs, conversationId: 'c-1', agentId })).toMatch(/^agentId: /);
  });

  it.each([null, 'c-1', 7, ['c-1'], true])('is refused as %j', (data) => {
    expect(refusal(event, data)).not.toBe('accepted');
  });
});

describe.each(asking)('%s', (event) => {
  const read = (data: object) => agentEvents[event].parse({ conversationId: 'c-1', ...data });

  it('asks a queue, with a note or without', () => {
    const queue = { conversationId: 'c-1', mode: 'queue', queueName: 'sales' };
    expect(read({ mode: 'queue', queueName: 'sales', requestedAgentId: null, note: null })).toEqual(queue);
    expect(read({ mode: 'queue', queueName: 'sales', note: 'VIP' })).toEqual({ ...queue, note: 'VIP' });
  });

  it('asks a colleague, who rings unless it is said otherwise', () => {
    const agent = { conversationId: 'c-1', mode: 'agent', requestedAgentId: 'bob' };
    expect(read({ mode: 'agent', requestedAgentId: 'bob' })).toEqual({ ...agent, offerToAgent: true });
    const silent = { mode: 'agent', requestedAgentId: 'bob', offerToAgent: false };
    expect(read(silent)).toEqual({ ...agent, offerToAgent: false });
  });

  it.each<[string, object, string]>([
    ['asks nobody', {}, 'mode'],
    ['shouts', { mode: 'QUEUE', queueName: 'sales' }, 'mode'],
    ['names no queue', { mode: 'queue', requestedAgentId: 'bob' }, 'queueName'],
    ['names an empty queue', { mode: 'queue', queueName: '' }, 'queueName'],
    ['names an endless queue', { mode: 'queue', queueName: 'q'.repeat(257) }, 'queueName'],
    ['names queues', { mode: 'queue', queueName: ['sales'] }, 'queueName'],
    ['has lost its selection', { mode: 'agent', requestedAgentId: null }, 'requestedAgentId'],
    ['names no colleague', { mode: 'agent', queueName: 'sales' }, 'requestedAgentId'],
    ['names an empty colleague', { mode: 'agent', requestedAgentId: '' }, 'requestedAgentId'],
    ['rings perhaps', { mode: 'agent', requestedAgentId: 'bob', offerToAgent: 'yes' }, 'offerToAgent'],
    ['has an endless note', { mode: 'queue', queueName: 'sales', note: 'n'.repeat(4_001) }, 'note'],
    ['has a note that is none', { mode: 'queue', queueName: 'sales', note: {} }, 'note'],
    ['has a session that is none', { mode: 'queue', queueName: 'sales', channelSession: 's-1' }, 'channelSession'],
  ])('is refused where it %s', (_, data, path) => {
    expect(refusal(event, { conversationId: 'c-1', ...data })).toMatch(new RegExp(`^${path}: `));
  });
});

describe('A pause', () => {
  it.each<[unknown, number]>([
    [60, 60],
    ['60', 60],
    ['1772446000', 1_772_446_000],
    [0.5, 0.5],
  ])('of %j is understood', (duration, seconds) => {
    const read = agentEvents.pauseConversation.parse({ conversationId: 'c-1', duration, state: 'ON_HOLD' });
    expect(read).toEqual({ conversationId: 'c-1', duration: seconds });
  });

  it.each([undefined, null, 0, -1, '', '-5', '1e3', 'a minute', '123456789012', Infinity, 1e11, {}, [60]])(
    'of %j is refused',
    (duration) => {
      expect(refusal('pauseConversation', { conversationId: 'c-1', duration })).toMatch(/^duration: /);
    },
  );
});

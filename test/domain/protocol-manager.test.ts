/**
 * What the manager may say: the shapes of real captures pass, and each shape that would break a
 * desk is caught by its path.
 */
import { describe, expect, it } from 'vitest';
import { deskEventData, DeskEvent } from '../../shared/protocol/desk-event.ts';
import { managerEvents, type ManagerEventName } from '../../shared/protocol/manager-events.ts';
import { explain } from '../../shared/protocol/values.ts';
import { agentParticipant, deskEvents, managerSamples, topicParticipant2022 } from '../fixtures/samples.ts';

const names = Object.keys(managerEvents) as ManagerEventName[];

function fault(event: ManagerEventName, data: unknown): string {
  const { error } = managerEvents[event].safeParse(data);
  return error ? explain(error) : 'passes';
}

/** The sample with one member changed: `undefined` removes it. */
function broken(sample: unknown, path: string, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(sample)); // structuredClone would keep shared parts shared
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe('the manager', () => {
  it.each(names)('may send %s as real desks know it', (name) => {
    expect(fault(name, managerSamples[name])).toBe('passes');
  });

  it("says 20 things of the original's and eight of its own", () => {
    const own = [
      'ack',
      'tokenExpiring',
      'onTopicReplay',
      'onSessionReady',
      'onAgentReplay',
      'onTeam',
      'onAssistanceOutcome',
      'onSupervisorAction',
    ];
    expect(names).toHaveLength(28);
    expect(names.filter((name) => own.includes(name))).toHaveLength(8);
  });

  it.each<[string, ManagerEventName, string, unknown]>([
    ['an event that is no JSON text', 'onCimEvent', 'cimEvent', {}],
    ['an event of which the text is no JSON', 'onCimEvent', 'cimEvent', '{'],
    ['an event without data', 'onCimEvent', 'cimEvent', JSON.stringify({ ...deskEvents.BOT_SUBSCRIBED, data: null })],
    [
      'what a customer wrote, without its channel',
      'onCimEvent',
      'cimEvent',
      JSON.stringify({ ...deskEvents.CUSTOMER_MESSAGE, channelSession: null }),
    ],
    ['a request that is no JSON text', 'onPullModeSubscribedListRequest', 'pullModeEvent', {}],
    ['an unknown change of a request', 'onPullModeSubscribedListRequest', 'type', 'CHANGED'],
    ['one list for the lists', 'onPullModeSubscribedList', '0', 'list-backlog'],
    ['a request that is CLOSED', 'pullModeSubscribedListRequests', '0.status', 'CLOSED'],
    ['a request without a list', 'addPullModeSubscribedListRequests', '0.listId', undefined],
    ['leaving without a reason', 'topicUnsubscription', 'reason', ''],
    ['leaving with no reason', 'topicUnsubscription', 'reason', undefined],
    ['a text for a wrap-up time', 'wrapupTimerStarted', 'duration', '60'],
    ['a wrap-up time of half a second', 'wrapupTimerStarted', 'duration', 0.5],
    ['a wrap-up without milliseconds', 'wrapupTimerStarted', 'durationMs', undefined],
    ['milliseconds for seconds', 'wrapupTimerStarted', 'durationMs', 60],
    ['a presence without MRDs', 'agentPresence_', 'agentPresence.agentMrdStates', undefined],
    ['a presence without a state', 'agentPresence_', 'agentPresence.state', undefined],
    ['a bare id for a reason', 'agentPresence_', 'agentPresence.state.reasonCode', 'lunch'],
    ['a reason without a name', 'agentPresence_', 'agentPresence.state.reasonCode', { id: 'lunch' }],
    ['seconds for an instant', 'agentPresence_', 'agentPresence.stateChangeTime', 1772445000],
    ['an ISO instant', 'agentPresence_', 'agentPresence.agentLoginTime', '2026-03-02T09:30:00Z'],
    ['an MRD state that only exists inside', 'agentPresence_', 'agentPresence.agentMrdStates.0.state', 'RESERVED'],
    ['an MRD without a name', 'agentPresence_', 'agentPresence.agentMrdStates.0.mrd.name', undefined],
    ['an MRD without a former state', 'agentPresence_', 'agentPresence.agentMrdStates.0.previousState', undefined],
    ['an agent without a team', 'agentPresence_', 'agentPresence.agent.keycloakUser.userTeam', null],
    ['null for supervised teams', 'agentPresence_', 'agentPresence.agent.keycloakUser.supervisedTeams', null],
    ['no attributes', 'agentPresence_', 'agentPresence.agent.keycloakUser.attributes', undefined],
    ['no resources', 'agentPresence_', 'agentPresence.agent.keycloakUser.permittedResources', {}],
    ['changes of MRDs that are no list', 'agentPresence_', 'mrdStateChanges', null],
    ['a task without a medium', 'taskRequest', 'taskId', 'task-7'],
    ['an offer without a session', 'taskRequest', 'channelSession', null],
    ['an offer without a channel', 'taskRequest', 'channelSession.channel.channelType.name', undefined],
    ['an offer of a nameless customer', 'taskRequest', 'channelSession.customer.firstName', undefined],
    ['attributes without a type', 'taskRequest', 'channelSession.channelData.additionalAttributes.0.type', null],
    ['an offer without a direction', 'taskRequest', 'taskDirection', null],
    ['an offer in an unknown state', 'taskRequest', 'taskState.name', 'QUEUED'],
    ['an offer without a room', 'taskRequest', 'roomInfo', undefined],
    ['a snapshot without its customer', 'onTopicData', 'topicData.customer._id', undefined],
    ['a snapshot without its agent', 'onTopicData', 'topicData.topicParticipant.participant.keycloakUser', undefined],
    ['a snapshot without participants', 'onTopicData', 'topicData.participants', null],
    ['a snapshot without events', 'onTopicData', 'topicData.topicEvents', undefined],
    ['a snapshot of an event without data', 'onTopicData', 'topicData.topicEvents.1.data', undefined],
    ['a snapshot of a message by nobody', 'onTopicData', 'topicData.topicEvents.0.data.header.customer', undefined],
    ['a snapshot of a task without a medium', 'onTopicData', 'taskId', 'task-7'],
    ['a revocation of a task without a medium', 'revokeTask', 'taskId', 'task-7'],
    ['a snapshot without its place', 'onTopicData', 'lastSeq', undefined],
    ['a replay of objects', 'onTopicReplay', 'events.0.cimEvent', {}],
    ['a replay without a next', 'onTopicReplay', 'nextAfterSeq', undefined],
    ['a session without a key', 'onSessionReady', 'sessionKey', ''],
    ['a key that is no subprotocol', 'onSessionReady', 'sessionKey', '1b9d6bcd bbfd, 4b2d'],
    ['a session without its offers', 'onSessionReady', 'offers', undefined],
    ['an event of the agent without its number', 'onAgentReplay', 'events.0.agentSeq', undefined],
    ['an event of the agent that the next greeting says', 'onAgentReplay', 'events.0.event', 'agentPresence_'],
    ['an event of the agent in another shape', 'onAgentReplay', 'events.1.data.reason', undefined],
    ['a replay that does not say what is gone', 'onAgentReplay', 'firstAvailableSeq', undefined],
    ['an error without a task', 'errors', 'task', undefined],
    ['an error without words', 'errors', 'msg', ''],
    ['an error of an unknown code', 'errors', 'code', 'oops'],
    ['an answer to nobody', 'ack', 'id', undefined],
    ['an answer that says neither', 'ack', 'status', 'maybe'],
    ['a refusal without a code', 'ack', 'status', 'error'],
    ['a refused handshake without words', 'connect_error', 'data.content.msg', ''],
    ['channel types without a logo', 'onChannelTypes', '0.channelLogo', undefined],
    ['an assistance of an unknown kind', 'agentAssignedForAssistance', 'type', 'barge'],
    ['a transfer under one name only', 'consulTransferRequestSuccess', 'newTask', undefined],
    ['a task without media', 'consulTransferRequestSuccess', 'task.activeMedia', []],
  ])('never sends %s', (_, event, path, value) => {
    const at = event === 'ack' && value === 'error' ? 'code' : path;
    expect(fault(event, broken(managerSamples[event], path, value))).toMatch(new RegExp(`^${at}(\\.[^:]+)?: `));
  });

  it('never says that nothing changed, naming what changed', () => {
    const sample = broken(managerSamples.agentPresence_, 'action', 'AGENT_STATE_UNCHANGED');
    expect(fault('agentPresence_', sample)).toMatch(/^action: /);
    expect(fault('agentPresence_', broken(sample, 'mrdStateChanges', []))).toBe('passes');
  });

  it.each([0, null, {}])('never removes the requests of %j, which is no list', (data) => {
    expect(fault('removePullModeSubscribedListRequests', data)).toMatch(/^data: /);
  });
});

describe('an event that a desk can show', () => {
  const refused = (event: unknown) => {
    const { error } = DeskEvent.safeParse(event);
    return error ? explain(error) : 'shown';
  };

  it('has a sample for each that desks look into', () => {
    expect(Object.keys(deskEvents)).toEqual(expect.arrayContaining(Object.keys(deskEventData)));
  });

  it.each(Object.entries(deskEvents))('is %s', (_, event) => expect(refused(event)).toBe('shown'));

  it.each<[keyof typeof deskEvents, string, unknown]>([
    ['CUSTOMER_MESSAGE', 'data.header.sender', undefined],
    ['CUSTOMER_MESSAGE', 'data.header.customer', undefined],
    ['CUSTOMER_MESSAGE', 'data.header.customer.firstName', null],
    ['CUSTOMER_MESSAGE', 'channelSession', undefined],
    ['CUSTOMER_MESSAGE', 'channelSession.channel', undefined],
    ['AGENT_MESSAGE', 'data.id', undefined],
    ['AGENT_MESSAGE', 'data.body.type', undefined],
    ['AGENT_MESSAGE', 'data.header.status', 'sending'],
    ['AGENT_MESSAGE', 'channelSession', undefined],
    ['AGENT_MESSAGE', 'data.header.channelSession', undefined],
    ['AGENT_MESSAGE', 'data.header.channelSession.channel', undefined],
    ['WHISPER_MESSAGE', 'data.header.channelSession', undefined],
    ['MESSAGE_DELIVERY_NOTIFICATION', 'data.header.channelSession', null],
    ['MESSAGE_DELIVERY_NOTIFICATION', 'data.header.sender.id', undefined],
    ['MESSAGE_DELIVERY_NOTIFICATION', 'data.body.status', undefined],
    ['BOT_SUGGESTION', 'data.suggestions', null],
    ['BOT_SUGGESTION', 'data.requestedMessage', undefined],
    ['CHANNEL_SESSION_STARTED', 'data.channel.channelType.channelLogo', undefined],
    ['CHANNEL_SESSION_ENDED', 'data.channel', undefined],
    ['CONVERSATION_DATA_CHANGED', 'data.order', 4711],
    ['ASSOCIATED_CUSTOMER_CHANGED', 'data._id', undefined],
    ['AGENT_SUBSCRIBED', 'data.agentParticipant.participant.keycloakUser', undefined],
    ['AGENT_SUBSCRIBED', 'data.agentParticipant.role', 'WHISPER'],
    ['AGENT_UNSUBSCRIBED', 'data.reason', undefined],
    ['PARTICIPANT_ROLE_CHANGED', 'data.conversationParticipant.participant', undefined],
    ['TASK_ENQUEUED', 'data.task.type', undefined],
    ['TASK_ENQUEUED', 'data.task.activeMedia.0.type', undefined],
    ['TASK_STATE_CHANGED', 'data.type', undefined],
    ['TASK_STATE_CHANGED', 'data.state', undefined],
    ['TASK_STATE_CHANGED', 'data.task', undefined],
    ['TASK_STATE_CHANGED', 'data.mediaStateChanges', null],
    ['TASK_STATE_CHANGED', 'data.type.metadata', null],
    ['NO_AGENT_AVAILABLE', 'data.requestType.direction', undefined],
    ['AGENT_SLA_STARTED', 'data.totalDuration', '120'],
    ['BOT_SUBSCRIBED', 'data', undefined],
    ['BOT_SUBSCRIBED', 'type', 'ACTIVITY'],
    ['BOT_SUBSCRIBED', 'name', 'bot_subscribed'],
  ])('is not a %s whose %s is %j', (name, path, value) => {
    expect(refused(broken(deskEvents[name], path, value))).toMatch(new RegExp(`^${path.replace('.0.', '\\.0\\.')}`));
  });

  it('shows colleagues without their permissions', () => {
    const whole = { ...agentParticipant, participant: topicParticipant2022.participant };
    const event = broken(deskEvents.AGENT_SUBSCRIBED, 'data.agentParticipant', whole);
    expect(refused(event)).toMatch(/^data\.agentParticipant\.participant\.keycloakUser\.permittedResources: /);
  });
});

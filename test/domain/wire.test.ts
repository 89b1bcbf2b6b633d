/**
 * One event as a desk reads it: both shapes of a task, what META holds put back, nothing that a
 * desk cannot show.
 */
import { describe, expect, it } from 'vitest';
import type { Decision, LoggedEvent, StoredEvent } from '../../shared/domain/conversation/conversation.ts';
import { wireTask, wireTaskId, type CloseReason, type Task } from '../../shared/domain/conversation/task.ts';
import { cimEvent, needsMeta, onCimEvent, onTopicData, shownLive } from '../../shared/domain/shown/wire.ts';
import { CIM_EVENT_NAMES, CIM_MESSAGE_NAMES } from '../../shared/protocol/shapes/cim.ts';
import { MOMENTARY } from '../../shared/protocol/shapes/momentary.ts';
import {
  accept,
  addEvent,
  closeWrapUp,
  customerLeaves,
  leave,
  offer,
  offerExpired,
  publish,
  requestExpired,
} from '../support/events.ts';
import { decided, names } from '../support/decision.ts';
import {
  active,
  agent,
  arrival,
  channelSession,
  incoming,
  message,
  metaOf,
  NOW,
  plain,
  queued,
  reserved,
  robin,
  talk,
  wrappingUp,
  wrapUpBody,
} from '../support/world.ts';

const connector = { sender: { id: 'web', type: 'CONNECTOR' }, channelSessionId: 'web-1' };

/** The events of a decision as desks get them. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read deep into events
function shown({ world, events }: Decision): Record<string, any>[] {
  return events.map((event) => JSON.parse(onCimEvent(world.conversation, metaOf(world), event).data.cimEvent));
}

function logged(event: Partial<StoredEvent> & Pick<StoredEvent, 'name'>): LoggedEvent {
  return { seq: 7, event: { id: 'e1', type: 'NOTIFICATION', timestamp: NOW, data: {}, ...event } };
}

describe('An event on its way to a desk', () => {
  const { conversation, meta } = talk({ amy: 'PRIMARY' });

  it('is a JSON text in a frame that carries its number', () => {
    const frame = onCimEvent(conversation, meta, logged({ name: 'BOT_SUBSCRIBED' }));
    expect(frame).toMatchObject({
      event: 'onCimEvent',
      conversationId: 'c1',
      seq: 7,
      data: { conversationId: 'c1', roomInfo: { id: 'c1' } },
    });
    expect(JSON.parse(frame.data.cimEvent)).toEqual({
      id: 'e1',
      name: 'BOT_SUBSCRIBED',
      type: 'NOTIFICATION',
      timestamp: NOW,
      conversationId: 'c1',
      roomInfo: { id: 'c1', mode: 'CONTACT_CENTER' },
      data: {},
    });
  });

  it.each(CIM_EVENT_NAMES)('always has data: %s', (name) => {
    expect(cimEvent(conversation, meta, logged({ name }))['data']).toBeTypeOf('object');
  });

  it('does not show how the log refers to the session', () => {
    const event = cimEvent(conversation, meta, logged({ name: 'AGENT_MESSAGE', channelSessionId: 'web-1' }));
    expect(event).not.toHaveProperty('channelSessionId');
  });
});

describe('Everything that the manager writes', () => {
  const waiting = arrival([queued()], [agent('amy')]);
  const ringing = arrival([reserved('amy')], [agent('amy')]);
  const all: Decision[] = [
    decided(waiting, offer('t1', 'amy')),
    decided(ringing, accept('t1', 'amy')),
    decided(ringing, offerExpired('t1', 'amy')),
    decided(waiting, requestExpired('ttl-1', queued().ttl.expiresAt)),
    decided(waiting, customerLeaves()),
    decided(ringing, customerLeaves()),
    decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT', sam: 'SILENT_MONITOR' }), leave('amy')),
    decided(talk({ amy: 'WRAP_UP' }, { customer: false }), closeWrapUp('amy')),
    decided(talk({ amy: 'PRIMARY' }), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1')))),
  ];

  it('is tried here', () => {
    expect([...new Set(all.flatMap(names))].toSorted()).toEqual([
      'AGENT_RESERVED',
      'AGENT_SUBSCRIBED',
      'AGENT_UNSUBSCRIBED',
      'CHANNEL_SESSION_ENDED',
      'CHANNEL_SESSION_STARTED',
      'NO_AGENT_AVAILABLE',
      'PARTICIPANT_ROLE_CHANGED',
      'REVOKE_RESOURCE',
      'TASK_STATE_CHANGED',
      'TOPIC_STATE_CHANGE_EVENT',
    ]);
  });

  it('is said by the system, now, as a notification with an id of its own', () => {
    const written = all.flatMap(shown);
    for (const event of written) {
      expect(event).toMatchObject({ type: 'NOTIFICATION', eventEmitter: { type: 'SYSTEM', additionalDetail: null } });
      expect(event['timestamp']).toBeGreaterThanOrEqual(NOW);
    }
    for (const { events } of all) expect(new Set(events.map(({ event }) => event.id)).size).toBe(events.length);
  });

  it('is numbered without a gap', () => {
    for (const { world, events } of all) {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 2));
      expect(world.conversation.lastSeq).toBe(events.length + 1);
    }
  });

  it('holds a task in both shapes, the nested and the flat', () => {
    const changes = all.flatMap(shown).filter(({ name }) => name === 'TASK_STATE_CHANGED');
    expect(changes.length).toBeGreaterThan(0);
    for (const { data } of changes) {
      expect(data.type).toEqual(data.task.activeMedia[0].type);
      expect(data.state).toEqual(data.task.state);
      expect(data.type.metadata).toBeTypeOf('object');
    }
  });

  it('shows of an agent what colleagues may see', () => {
    const text = JSON.stringify(all.flatMap(shown));
    expect(text).not.toContain('permittedResources');
    expect(text).not.toContain('supervisedTeams');
    expect(text).not.toContain('-desk');
  });
});

describe('A request that is queued', () => {
  it('is shown in both shapes, with the queue', () => {
    const start = { type: 'start' as const, at: NOW, home: { rules: queued().rules, mrdId: 'CHAT' }, priority: 1 };
    const enqueued = shown(decided(arrival([]), start)).find(({ name }) => name === 'TASK_ENQUEUED');
    const type = { direction: 'INBOUND', mode: 'QUEUE', metadata: {} };
    expect(enqueued?.['data']).toMatchObject({
      task: {
        type,
        assignedTo: null,
        activeMedia: [{ state: 'QUEUED', type, queue: { id: 'support', name: 'support' } }],
      },
      queue: { id: 'support', name: 'support' },
    });
  });
});

describe('A task on the wire', () => {
  it.each<[Task, CloseReason | undefined, string, string, number]>([
    [queued(), undefined, 'ACTIVE', 'QUEUED', 0],
    [reserved('amy'), undefined, 'ACTIVE', 'RESERVED', 0],
    [active('amy', 't1', { answeredAt: NOW }), undefined, 'ACTIVE', 'ACTIVE', NOW],
    [wrappingUp('amy', 't1', { answeredAt: NOW }), undefined, 'WRAP_UP', 'ACTIVE', NOW],
    [active('amy', 't1', { answeredAt: NOW }), 'DONE', 'CLOSED', 'CLOSED', NOW],
    [reserved('amy'), 'RONA', 'CLOSED', 'CLOSED', 0],
    [queued(), 'NO_AGENT_AVAILABLE', 'CLOSED', 'CLOSED', 0],
    [queued(), 'CANCELLED', 'CLOSED', 'CLOSED', 0],
    [active('amy'), 'AGENT_LOGOUT', 'CLOSED', 'CLOSED', active('amy').answeredAt],
    [active('amy'), 'REROUTE', 'CLOSED', 'CLOSED', active('amy').answeredAt],
  ])('%j closed as %s is %s, its medium %s', (task, closed, state, media, answerTime) => {
    const wire = wireTask('c1', task, { closed });
    expect(wire.state).toEqual({ name: state, reasonCode: closed ?? null });
    expect(wire.activeMedia[0]).toMatchObject({
      state: media,
      answerTime,
      enqueueTime: task.enqueuedAt,
      taskId: 't1',
      mrdId: 'CHAT',
    });
  });

  it('belongs to nobody while it waits', () => {
    expect(wireTask('c1', queued()).assignedTo).toBeNull();
    expect(wireTask('c1', reserved('amy')).assignedTo).toEqual({ id: 'amy', name: 'amy' });
  });

  it('names its time to live as long as that runs', () => {
    expect(wireTask('c1', queued()).agentRequestTtlTimerId).toBe('ttl-1');
    expect(wireTask('c1', reserved('amy')).agentRequestTtlTimerId).toBe('ttl-1');
    expect(wireTask('c1', active('amy')).agentRequestTtlTimerId).toBeNull();
  });

  it('is named with its medium', () => {
    expect(wireTaskId({ id: 't1' })).toBe('t1:t1-m');
  });
});

describe('What the conversation holds is put back', () => {
  it('into a message of the customer: who and through which channel', () => {
    const [event] = shown(
      decided(talk({ amy: 'PRIMARY' }), addEvent(message('CUSTOMER_MESSAGE', plain, { header: connector }))),
    );
    expect(event?.['data'].header.customer).toEqual(robin);
    expect(event?.['channelSession']).toMatchObject({ id: 'web-1', channel: { channelType: { name: 'WEB' } } });
  });

  it('into a read receipt of the customer: who', () => {
    const receipt = message(
      'MESSAGE_DELIVERY_NOTIFICATION',
      { type: 'DELIVERYNOTIFICATION', messageId: 'm1', status: 'READ' },
      { header: connector },
    );
    const [event] = shown(decided(talk({ amy: 'PRIMARY' }), addEvent(receipt)));
    expect(event?.['data'].header.customer).toEqual(robin);
  });

  it('into the start of a channel session: the session', () => {
    const [event] = shown(
      decided(talk({ amy: 'PRIMARY' }), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS')))),
    );
    expect(event?.['data']).toMatchObject({
      id: 'sms-1',
      channel: { channelType: { name: 'SMS', channelLogo: '_SMS.svg' } },
    });
  });

  it('into the end of a channel session: the session, with how it ended', () => {
    const [event] = shown(decided(talk({ amy: 'PRIMARY' }), { type: 'end', at: NOW, reason: 'NETWORK' }));
    expect(event?.['data']).toMatchObject({
      id: 'web-1',
      channel: { channelType: { name: 'WEB' } },
      state: { name: 'ENDED', reasonCode: 'NETWORK' },
    });
  });

  it.each<[string, LoggedEvent, boolean]>([
    ['a message of the customer', logged({ name: 'CUSTOMER_MESSAGE', data: { header: connector } }), true],
    ['a message of an agent', logged({ name: 'AGENT_MESSAGE', data: { header: { sender: { type: 'AGENT' } } } }), true],
    ['the start of a session', logged({ name: 'CHANNEL_SESSION_STARTED', channelSessionId: 'web-1' }), true],
    ['what a channel reports', logged({ name: 'CALL_LEG_ENDED', channelSessionId: 'web-1' }), true],
    ['a task', logged({ name: 'TASK_STATE_CHANGED' }), false],
  ])('and needed for %s: %s', (_, event, needed) => {
    expect(needsMeta(event)).toBe(needed);
  });
});

describe('An event that names a channel session carries it whole', () => {
  const { conversation, meta } = decided(
    talk({ amy: 'PRIMARY' }),
    addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS'))),
  ).world;
  const header = { sender: { id: 'x', type: 'BOT' } };
  const body = { type: 'DELIVERYNOTIFICATION', messageId: 'm0', status: 'READ' };
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read deep into events
  const ways: [string, (event: LoggedEvent) => Record<string, any>][] = [
    ['live', (event) => JSON.parse(onCimEvent(conversation, meta, event).data.cimEvent)],
    ['in a replay', (event) => cimEvent(conversation, meta, event)],
    ['in a snapshot', (event) => onTopicData(conversation, metaOf({ conversation, meta, agents: {} }), 'amy', [event]).data.topicData.topicEvents[0] ?? {}], // prettier-ignore
  ];

  describe.each(ways)('%s', (way, shownAs) => {
    it.each(CIM_EVENT_NAMES.filter((name) => way !== 'in a snapshot' || !MOMENTARY.has(name)))('%s', (name) => {
      const event = shownAs(logged({ name, channelSessionId: 'web-1', data: { id: 'm1', header, body } }));
      expect(event['channelSession']).toMatchObject({ id: 'web-1', channel: { channelType: { name: 'WEB' } } });
      if (name.startsWith('CHANNEL_SESSION_')) return;
      expect(event['data'].header.channelSession).toEqual(event['channelSession']);
    });

    it.each(CIM_MESSAGE_NAMES.filter((name) => way !== 'in a snapshot' || !MOMENTARY.has(name)))(
      '%s, also where it names none or one that is not known, as the current one',
      (name) => {
        for (const channelSessionId of [undefined, 'unheard-of']) {
          const event = shownAs(logged({ name, channelSessionId, data: { id: 'm1', header, body } }));
          expect(event['channelSession'].id).toBe('sms-1');
          expect(event['data'].header).toMatchObject({ customer: robin, channelSession: { id: 'sms-1' } });
        }
      },
    );
  });

  it.each([
    ['a whisper', 'bob', message('WHISPER_MESSAGE')],
    ['a read receipt', 'amy', message('MESSAGE_DELIVERY_NOTIFICATION', body)],
    ['what is typed', 'amy', message('TYPING_INDICATOR', { type: 'NOTIFICATION' })],
  ])('and it stays the same when another session comes: %s', (_, who, event) => {
    const { world, events } = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), publish(who, event));
    const next = decided(world, addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS')))).world;
    expect(events.map((each) => cimEvent(next.conversation, next.meta, each)['channelSession'])).toMatchObject([
      { id: 'web-1' },
    ]);
  });

  it('a wrap-up after the customer has gone', () => {
    const [event] = shown(
      decided(talk({ amy: 'WRAP_UP' }, { customer: false }), closeWrapUp('amy', message('AGENT_MESSAGE', wrapUpBody))),
    );
    expect(event).toMatchObject({ channelSession: { id: 'web-1' }, data: { header: { channelSession: { id: 'web-1' } } } }); // prettier-ignore
  });

  it('a suggestion of a bot, whose header has it', () => {
    const data = { header: { channelSession: { id: 'web-1' } }, requestedMessage: { id: 'm0' }, suggestions: [] };
    const { world, events } = decided(talk({ amy: 'PRIMARY' }), addEvent(incoming('BOT_SUGGESTION', data)));
    expect(events[0]?.event.data['header']).toEqual({});
    expect(shown({ world, events, effects: [] })[0]).toMatchObject({
      channelSession: { id: 'web-1', channel: {} },
      data: { header: { channelSession: { id: 'web-1', channel: {} } } },
    });
  });
});

describe('A desk is shown', () => {
  it.each<[string, StoredEvent['name'], StoredEvent['type'], Record<string, unknown>, boolean]>([
    ['what happened', 'TASK_STATE_CHANGED', 'NOTIFICATION', {}, true],
    ['what was said', 'CUSTOMER_MESSAGE', 'MESSAGE', { body: plain }, true],
    ['what was said, of older senders', 'CUSTOMER_MESSAGE', 'ACTIVITY', { body: plain }, true],
    ['a read receipt, of older senders', 'MESSAGE_DELIVERY_NOTIFICATION', 'ACTIVITY', { body: {} }, true],
    ['no other activity: it would report a malfunction', 'VOICE_ACTIVITY', 'ACTIVITY', {}, false],
    ['no other activity, though it has a body', 'VOICE_ACTIVITY', 'ACTIVITY', { body: { type: 'VOICE' } }, false],
    ['no activity of a third party', 'THIRD_PARTY_ACTIVITY', 'ACTIVITY', { body: {}, header: {} }, false],
  ])('%s', (_, name, type, data, expected) => {
    expect(shownLive(logged({ name, type, data }))).toBe(expected);
  });

  it('texts for the attributes of a third party, whatever they were', () => {
    const { conversation, meta } = talk({ amy: 'PRIMARY' });
    const additionalAttributes = [
      { key: 'a', value: 'text' },
      { key: 'b', value: 5 },
      { key: 'c', value: { d: true } },
      { key: 'e', value: null },
      'odd',
    ];
    const data = { header: { channelData: { additionalAttributes, other: 1 } }, body: {} };
    const event = cimEvent(conversation, meta, logged({ name: 'THIRD_PARTY_ACTIVITY', data }));
    const attributes = [
      { key: 'a', value: 'text' },
      { key: 'b', value: '5' },
      { key: 'c', value: '{"d":true}' },
      { key: 'e', value: 'null' },
      'odd',
    ];
    expect(event['data']).toEqual({
      header: { channelData: { additionalAttributes: attributes, other: 1 } },
      body: {},
    });
  });

  it('a third party without attributes as it came', () => {
    const { conversation, meta } = talk({ amy: 'PRIMARY' });
    const event = cimEvent(conversation, meta, logged({ name: 'THIRD_PARTY_ACTIVITY', data: { header: {} } }));
    expect(event['data']).toEqual({ header: {} });
  });
});

/** What the platform may say over HTTP, and how a configuration is completed. */
import { describe, expect, it } from 'vitest';
import { ChannelSession } from '../../shared/protocol/shapes/cim.ts';
import { DeskEvent, deskEventData } from '../../shared/protocol/desk-event.ts';
import { configKinds, configSchemas, type ConfigKind } from '../../shared/protocol/shapes/config.ts';
import { PlatformEvent, platformRoutes, StartConversation } from '../../shared/protocol/platform.ts';
import { explain } from '../../shared/protocol/values.ts';
import { channelSession, channelSession2022, deskEvents } from '../fixtures/samples.ts';

type Parsed = { success: boolean; error?: Parameters<typeof explain>[0] | undefined };
const verdict = ({ error }: Parsed) => (error ? explain(error) : 'accepted');

const least = {
  id: 's-1',
  channel: { channelType: { name: 'WEB' } },
  channelData: { channelCustomerIdentifier: '5550142', additionalAttributes: null },
};

describe('a conversation starts', () => {
  it.each([channelSession, channelSession2022])('with a session as connectors send it', (session) => {
    const started = StartConversation.parse({ channelSession: session, queue: 'support', customer: null });
    expect(started.customer).toEqual(session.customer);
    expect(started.channelSession.state).toEqual({ name: 'STARTED', reasonCode: 'CUSTOMER' });
    expect(started.queue).toBe('support');
  });

  it('with the least that can be said, and all that a desk reads is there', () => {
    const started = StartConversation.parse({ channelSession: least });
    expect(verdict(ChannelSession.safeParse(started.channelSession))).toBe('accepted');
    expect(started.channelSession.channel.channelType.channelLogo).toBe('_WEB.svg');
    expect(started.channelSession.channelData.additionalAttributes).toEqual([]);
    expect(started.customer).toEqual({ _id: '5550142', firstName: '5550142', isAnonymous: true, phoneNumber: [] });
    expect(started.conversationData).toEqual({});
  });

  it('with the customer that is named, before the one of the session', () => {
    const customer = { _id: 'k-7', firstName: 'Robin', labels: ['vip'] };
    const started = StartConversation.parse({ channelSession, customer });
    expect(started.customer).toEqual({ ...customer, isAnonymous: false, phoneNumber: [] });
    expect(started.channelSession.customer).toEqual(started.customer);
  });

  it('with the name that the channel knows', () => {
    const channelData = { channelCustomerIdentifier: '', customerFirstName: 'Petra' };
    const { customer } = StartConversation.parse({ channelSession: { ...least, channelData } });
    expect([customer._id, customer.firstName]).toEqual(['s-1', 'Petra']);
  });

  it('with data that desks can show', () => {
    const conversationData = { order: 4711, gift: true, note: 'fragile', coupon: null };
    const started = StartConversation.parse({ channelSession, conversationData });
    expect(started.conversationData).toEqual({ order: '4711', gift: 'true', note: 'fragile' });
  });

  it.each<[string, unknown, string]>([
    ['without a session', {}, 'channelSession: '],
    ['without an id', { channelSession: { ...least, id: undefined } }, 'channelSession.id: '],
    ['without a channel', { channelSession: { ...least, channel: {} } }, 'channelSession.channel.channelType: '],
    ['without channel data', { channelSession: { ...least, channelData: null } }, 'channelSession.channelData: '],
    [
      'of an unknown caller',
      { channelSession: { ...least, channelData: {} } },
      'channelSession.channelData.channelCustomerIdentifier: ',
    ],
    ['of a customer without an id', { channelSession, customer: { firstName: 'Robin' } }, 'customer._id: '],
    ['to a queue and a list', { channelSession, queue: 'support', list: 'backlog' }, 'list: '],
    ['at the priority of reroutes', { channelSession, priority: 11 }, 'priority: '],
    ['for no time', { channelSession, agentRequestTtl: 0 }, 'agentRequestTtl: '],
    ['with nested data', { channelSession, conversationData: { a: {} } }, 'conversationData.a: '],
  ])('not %s', (_, body, path) => {
    expect(verdict(StartConversation.safeParse(body)).slice(0, path.length)).toBe(path);
  });
});

describe('the platform adds', () => {
  it.each(Object.entries(deskEvents))('a %s that a desk can show', (_, event) => {
    expect(verdict(PlatformEvent.safeParse(event))).toBe('accepted');
    const { name, data } = PlatformEvent.parse(event);
    expect(deskEventData[name] ? verdict(deskEventData[name].safeParse(data)) : 'accepted').toBe('accepted');
  });

  it('a session that the manager completes', () => {
    const event = PlatformEvent.parse({ ...deskEvents.CHANNEL_SESSION_STARTED, data: least });
    expect(verdict(DeskEvent.safeParse(event))).toBe('accepted');
  });

  it('the end of a session by its id', () => {
    const event = { id: 'e-1', name: 'CHANNEL_SESSION_ENDED', type: 'NOTIFICATION', data: { id: 's-1' } };
    expect(verdict(PlatformEvent.safeParse(event))).toBe('accepted');
    expect(verdict(PlatformEvent.safeParse({ ...event, data: {} }))).toMatch(/^data\.id: /);
  });

  it.each<[string, unknown, string]>([
    ['what nobody says', message({ header: {} }), 'data.header.sender: '],
    ['what has no id', message({ id: undefined }), 'data.id: '],
    ['an unknown event', { id: 'e-1', name: 'RAIN', type: 'NOTIFICATION' }, 'name: '],
    ['an event without an id', { ...deskEvents.BOT_SUBSCRIBED, id: undefined }, 'id: '],
    ['a list of data', { ...deskEvents.CONVERSATION_DATA_CHANGED, data: ['a'] }, 'data: '],
    ['a nameless customer', { ...deskEvents.ASSOCIATED_CUSTOMER_CHANGED, data: {} }, 'data._id: '],
    ['half a task', { ...deskEvents.TASK_ENQUEUED, data: { task: {} } }, 'data.task.'],
  ])('not %s', (_, event, path) => {
    expect(verdict(PlatformEvent.safeParse(event)).slice(0, path.length)).toBe(path);
  });
});

describe('a configuration', () => {
  const queue = { name: 'support', mrdId: 'CHAT' };
  const least: Record<ConfigKind, Record<string, unknown>> = {
    mrds: { name: 'CHAT', maxRequests: 5 },
    queues: queue,
    lists: { name: 'backlog', mrdId: 'CHAT' },
    agents: {},
    'reason-codes': { name: 'Lunch', type: 'NOT_READY' },
    'channel-types': { name: 'WEB', channelLogo: '_WEB.svg', isInteractive: true },
  };
  const wrapUp = { enabled: true, mode: 'OPTIONAL', seconds: 60, extendSeconds: 60, mostSeconds: 600 };

  it.each<[ConfigKind, unknown]>([
    [
      'mrds',
      {
        type: '',
        description: '',
        interruptible: false,
        autoSync: true,
        externallyControlled: false,
        interruptAction: 'REROUTE',
      },
    ],
    [
      'queues',
      {
        priority: 1,
        ageingSeconds: 300,
        steps: [],
        requirable: [],
        selection: 'LONGEST_AVAILABLE',
        score: [],
        acceptSeconds: 30,
        requestTtlSeconds: 300,
        overflow: { to: 'WAIT' },
        whenFull: { to: 'REFUSE', text: '' },
        afterAgents: 'QUEUE',
        platformSeconds: 604_800,
        ronaPolicy: 'MRD_NOT_READY',
        declinePolicy: 'KEEP',
        declineSeconds: 120,
        autoAccept: false,
        slaPolicy: 'KEEP',
        wrapUp,
      },
    ],
    ['lists', { description: '', exclusive: false, wrapUp }],
    ['agents', { team: { teamId: '', teamName: '' }, supervisedTeams: [], attributes: {} }],
    ['reason-codes', { description: '' }],
    ['channel-types', { mediaRoutingDomain: null }],
  ])('of %s has its defaults', (kind, defaults) => {
    expect(configSchemas[kind].parse({ ...least[kind], extra: 1 })).toEqual({
      ...least[kind],
      ...(defaults as object),
    });
  });

  it('has a schema for each kind', () => expect(Object.keys(configSchemas)).toEqual([...configKinds]));

  it('counts a flag in a routing step as 1', () => {
    const steps = [{ expressions: [{ attribute: 'vip', operator: '==', value: true }], timeoutSeconds: 20 }];
    expect(configSchemas.queues.parse({ ...queue, steps }).steps[0]?.expressions[0]?.value).toBe(1);
  });

  it('may switch wrap-up off alone', () => {
    const { wrapUp } = configSchemas.queues.parse({ ...queue, wrapUp: { enabled: false } });
    expect(wrapUp).toMatchObject({ enabled: false, seconds: 60 });
  });

  it.each<[ConfigKind, string, unknown, string]>([
    ['queues', 'too short a name', { name: 'ab' }, 'name: '],
    ['queues', 'too long a name', { name: 'x'.repeat(51) }, 'name: '],
    ['queues', 'no MRD', { mrdId: null }, 'mrdId: '],
    ['queues', 'the priority of reroutes', { priority: 11 }, 'priority: '],
    ['queues', 'eleven steps', { steps: Array(11).fill({ timeoutSeconds: 1 }) }, 'steps: '],
    ['queues', 'a step without a timeout', { steps: [{ expressions: [] }] }, 'steps.0.timeoutSeconds: '],
    [
      'queues',
      'an unknown operator',
      { steps: [{ timeoutSeconds: 1, expressions: [{ attribute: 'a', operator: '~', value: 1 }] }] },
      'steps.0.expressions.0.operator: ',
    ],
    ['queues', 'an unknown policy', { ronaPolicy: 'SHOUT' }, 'ronaPolicy: '],
    ['queues', 'a wrap-up of another kind', { wrapUp: { mode: 'NEVER' } }, 'wrapUp.mode: '],
    ['queues', 'an overflow to nowhere', { overflow: { to: 'QUEUE' } }, 'overflow.queueId: '],
    ['queues', 'an overflow to an agent', { overflow: { to: 'AGENT' } }, 'overflow.to: '],
    ['queues', 'an endless wrap-up', { wrapUp: { seconds: 86_401 } }, 'wrapUp.seconds: '],
    ['mrds', 'no room for a task', { maxRequests: 0 }, 'maxRequests: '],
    ['agents', 'a limit below none', { mrds: [{ mrdId: 'CHAT', maxAgentTasks: -1 }] }, 'mrds.0.maxAgentTasks: '],
    ['agents', 'an attribute that is a text', { attributes: { sales: 'yes' } }, 'attributes.sales: '],
    ['agents', 'half a team', { team: { teamId: 'blue' } }, 'team.teamName: '],
    ['reason-codes', 'a reason for nothing', { type: 'BREAK' }, 'type: '],
    ['channel-types', 'no logo', { channelLogo: null }, 'channelLogo: '],
  ])('of %s is refused with %s', (kind, _, change, path) => {
    expect(
      verdict(configSchemas[kind].safeParse({ ...least[kind], ...(change as object) })).slice(0, path.length),
    ).toBe(path);
  });
});

it('every route of the HTTP API is there once', () => {
  expect(platformRoutes).toHaveLength(17);
  expect(new Set(platformRoutes.map(({ name }) => name)).size).toBe(17);
  expect(new Set(platformRoutes.map(({ method, path }) => `${method} ${path}`)).size).toBe(17);
});

function message(change: object) {
  const data = { id: 'm-1', header: { sender: { type: 'CONNECTOR' } }, body: { type: 'PLAIN' }, ...change };
  return { id: 'e-1', name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', data };
}

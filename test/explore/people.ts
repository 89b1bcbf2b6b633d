/**
 * Who works in the contact centre that schedules are about, and how it is configured: enough kinds
 * for everything to happen.
 */
import type { Identity } from '../../shared/edge/identity.ts';
import { configSchemas, type ConfigKind, type ConfigOf, type Queue } from '../../shared/protocol/shapes/config.ts';

const { mrds, queues, lists, agents, 'reason-codes': reasons } = configSchemas;

const BLUE = { teamId: 'blue', teamName: 'Blue' };
const RED = { teamId: 'red', teamName: 'Red' };

/** Sam and Carol supervise everybody, Dan a team in which nobody is. */
const supervises = new Map([
  ['sam', BLUE],
  ['carol', BLUE],
  ['dan', RED],
]);
export const supervisors = [...supervises.keys()];

export const people = ['amy', 'bob', 'carol', 'dan', 'sam'];

export function identityOf(id: string): Identity {
  const supervised = supervises.get(id);
  const roles = supervised ? ['agent', 'supervisor'] : ['agent'];
  const permissions = [{ rsid: 'r1', rsname: 'subscribed-list', scopes: ['view', 'manage'] }];
  const name = { username: id, firstName: id, lastName: 'Lind', realm: 'test' };
  return { id, user: { ...name, roles, team: BLUE, supervisedTeams: supervised ? [supervised] : [], permissions } };
}

/**
 * Amy takes two chats, which a call interrupts; Bob one; Dan a chat or a call; Carol two, and she
 * speaks English.
 */
const limits: Record<string, [chat: number, voice: number]> = {
  amy: [2, 1],
  bob: [1, 0],
  carol: [2, 0],
  dan: [1, 1],
  sam: [1, 0],
};

export function agentConfig(
  id: string,
  english: number,
  capacity: number | undefined = id === 'dan' ? 1 : undefined,
): ConfigOf<'agents'> {
  const [chat, voice] = limits[id] ?? [1, 0];
  const { user } = identityOf(id);
  const profile = agents.parse({
    ...user,
    attributes: { english },
    ...(capacity === undefined ? {} : { capacity }),
    mrds: [
      { mrdId: 'CHAT', maxAgentTasks: chat },
      { mrdId: 'VOICE', maxAgentTasks: voice },
    ],
  });
  return { id, ...profile };
}

const queueBodies = {
  support: {
    name: 'support',
    mrdId: 'CHAT',
    acceptSeconds: 40,
    requestTtlSeconds: 70,
    overflow: { to: 'QUEUE', queueId: 'sales' },
    platformSeconds: 90,
    agentSlaSeconds: 40,
    inactivity: [{ inactivitySeconds: 20, thenSeconds: 10, parkSeconds: 30 }],
    wrapUp: { seconds: 60 },
  },
  sales: {
    name: 'sales',
    mrdId: 'CHAT',
    priority: 2,
    ronaPolicy: 'KEEP',
    acceptSeconds: 20,
    requestTtlSeconds: 50,
    overflow: { to: 'LIST', listId: 'backlog' },
    wrapUp: { enabled: false },
    steps: [
      { expressions: [{ attribute: 'english', operator: '>=', value: 5 }], timeoutSeconds: 20 },
      { expressions: [], timeoutSeconds: 20 },
    ],
  },
  phone: {
    name: 'phone',
    mrdId: 'VOICE',
    ronaPolicy: 'AGENT_NOT_READY',
    requestTtlSeconds: 60,
    ageingSeconds: 5,
    estimateAfterSeconds: 5,
    wrapUp: { mode: 'AGENT_CHOICE', seconds: 20 },
  },
};

export const queueIds = ['support', 'sales', 'phone'] as const;
export type QueueId = (typeof queueIds)[number];

/** As it is in the morning, or with something else. */
export function queueConfig(id: QueueId, other: object = {}): Queue {
  return { id, ...queues.parse({ ...queueBodies[id], ...other }) };
}

const mrdBodies = {
  CHAT: { name: 'Chat', maxRequests: 2, interruptible: true },
  VOICE: { name: 'Voice', maxRequests: 1, interruptAction: 'KEEP' },
};

export function mrdConfig(id: keyof typeof mrdBodies, other: object = {}): ConfigOf<'mrds'> {
  return { id, ...mrds.parse({ ...mrdBodies[id], ...other }) };
}

export const listIds = ['backlog', 'vip'];

export const configuration: { [K in ConfigKind]?: ConfigOf<K>[] } = {
  mrds: [mrdConfig('CHAT'), mrdConfig('VOICE')],
  queues: queueIds.map((id) => queueConfig(id)),
  lists: [
    {
      id: 'backlog',
      ...lists.parse({
        name: 'Backlog',
        mrdId: 'CHAT',
        agentSlaSeconds: 40,
        inactivity: [{ inactivitySeconds: 20, thenSeconds: 10, action: 'CLOSE' }],
      }),
    },
    { id: 'vip', ...lists.parse({ name: 'VIP', mrdId: 'CHAT', exclusive: true, wrapUp: { seconds: 30 } }) },
  ],
  'reason-codes': [
    { id: 'lunch', ...reasons.parse({ name: 'Lunch', type: 'NOT_READY' }) },
    { id: 'callback', ...reasons.parse({ name: 'Callback', type: 'NOT_READY' }) },
  ],
  agents: people.map((id) => agentConfig(id, id === 'carol' ? 6 : 3)),
};

/**
 * Data for tests of the rules: agents, conversations, tasks and messages made by hand, each
 * consistent with the others.
 */
import { transition } from '../../shared/domain/agent/transition.ts';
import type {
  Agent,
  AgentEvent,
  AgentMrd,
  GlobalState,
  MrdState,
  Profile,
  Slot,
  User,
} from '../../shared/domain/agent/agent.ts';
import type { Meta, Participant, World } from '../../shared/domain/conversation/conversation.ts';
import { newConversation } from '../../shared/domain/decide.ts';
import type { OutsideEvent } from '../../shared/domain/handling/message.ts';
import type { Rules, Task, TaskIn } from '../../shared/domain/conversation/task.ts';
import type { ChannelSession } from '../../shared/protocol/shapes/cim.ts';
import { CimEvent } from '../../shared/protocol/message.ts';

/** When everything that a test finds in place happened, and when the test's own events happen. */
export const BEFORE = Date.UTC(2026, 2, 2, 9);
export const NOW = BEFORE + 60_000;

/** Freezes a value with all that hangs on it: a rule that writes into its input throws. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(frozen);
  return value;
}

// --- agents ---

export function user(username: string): User {
  const team = { teamId: 'blue', teamName: 'Blue' };
  const names = { username, firstName: username.toUpperCase(), lastName: 'Lind' };
  const permissions = [{ rsid: 'r1', rsname: 'subscribed-list', scopes: ['view'] }];
  return { ...names, realm: 'test', roles: ['agent'], team, supervisedTeams: [], permissions };
}

type MrdSettings = AgentMrd['mrd'];

export function mrd(id: string, settings: Partial<MrdSettings> = {}): MrdSettings {
  const flags = { interruptible: false, autoSync: true, externallyControlled: false } as const;
  const words = { name: id, type: 'chat', description: '' };
  return { id, ...words, maxRequests: 5, ...flags, interruptAction: 'REROUTE', ...settings };
}

export function profile(username: string, limits: Record<string, number>, more: Partial<Profile> = {}): Profile {
  const mrds = Object.entries(limits).map(([id, maxAgentTasks]) => ({ mrd: mrd(id), maxAgentTasks, line: '' }));
  return { user: user(username), attributes: {}, mrds, ...more };
}

/**
 * An MRD of an agent: its state, what is configured, and the phases of the tasks that the agent
 * holds there.
 */
export interface MrdSketch {
  state?: MrdState;
  max?: number;
  tasks?: readonly Slot['phase'][];
  previousState?: MrdState;
  availableSince?: number;
  line?: string;
  settings?: Partial<MrdSettings>;
}

export interface AgentSketch {
  state?: GlobalState;
  reasonCode?: Agent['state']['reasonCode'];
  attributes?: Agent['attributes'];
  session?: 'here' | 'not greeted' | 'lost' | 'none';
}

/**
 * An agent who is READY at their desk, unless it is said otherwise. Tasks are called `CHAT-1`,
 * `CHAT-2` … by their MRD.
 */
export function agent(id: string, mrds: Record<string, MrdSketch> = { CHAT: {} }, sketch: AgentSketch = {}): Agent {
  const { state = 'READY', reasonCode = null, attributes = {}, session = 'here' } = sketch;
  const slots = Object.entries(mrds).flatMap(([mrdId, { tasks = [] }]) =>
    tasks.map((phase, index): [string, Slot] => {
      const taskId = `${mrdId}-${index + 1}`;
      return [taskId, { conversationId: `of-${taskId}`, mrdId, phase }];
    }),
  );
  const states = Object.entries(mrds).map(([mrdId, m]): [string, AgentMrd] => [
    mrdId,
    {
      mrd: mrd(mrdId, m.settings),
      state: m.state ?? 'READY',
      previousState: m.previousState ?? null,
      stateChangeTime: BEFORE,
      lastReadyStateChangeTime: BEFORE,
      maxAgentTasks: m.max ?? 5,
      availableSince: m.availableSince ?? BEFORE,
      line: m.line ?? '',
    },
  ]);
  return {
    id,
    user: user(id),
    attributes,
    state: { name: state, reasonCode },
    stateChangeTime: BEFORE,
    agentLoginTime: BEFORE,
    mrds: Object.fromEntries(states),
    slots: Object.fromEntries(slots),
    lists: {},
    teams: [],
    tokensFrom: 0,
    epoch: 1,
    lastAgentSeq: 0,
    missed: { rona: 0, declined: 0 },
    session: sessionOf(id, session),
    version: 1,
  };
}

function sessionOf(id: string, session: NonNullable<AgentSketch['session']>): Agent['session'] {
  if (session === 'none') return null;
  const lost = session === 'lost' ? { at: BEFORE, graceUntil: NOW } : null;
  const here = {
    connectionId: `${id}-desk`,
    key: `${id}-key`,
    began: 1,
    continues: null,
    token: null,
    receipts: false,
    ackInEcho: false,
  };
  return { ...here, since: BEFORE, greeted: session !== 'not greeted', lost };
}

/** The same with a token that has expired, and was not renewed in time. */
export function tooLate(one: Agent): Agent {
  const token = { issuedAt: 0, expiresAt: 1, graceMs: 0, heldSince: 0, stage: 'expired' as const };
  return { ...one, session: one.session && { ...one.session, token } };
}

/** The same with so many conversations that they supervise, which take no place of an MRD. */
export function supervisingSoMany(one: Agent, count: number): Agent {
  const slots = Array.from({ length: count }, (_, index): [string, Slot] => [
    `s${index}`,
    { conversationId: `of-s${index}`, mrdId: null, phase: 'ACTIVE' },
  ]);
  return { ...one, slots: { ...one.slots, ...Object.fromEntries(slots) } };
}

/** Applies events to an agent one after the other. What was there before is not touched. */
export function after(before: Agent, ...events: AgentEvent[]): Agent {
  return events.reduce((next, event) => transition(frozen(next), event), before);
}

// --- conversations ---

export function channelSession(id = 'web-1', channelType = 'WEB', more: Record<string, unknown> = {}): ChannelSession {
  return {
    participantType: 'ChannelSession',
    id,
    channel: { channelType: { name: channelType, channelLogo: `_${channelType}.svg` } },
    customer: robin,
    customerSuggestions: [],
    channelData: {
      channelCustomerIdentifier: '5550100',
      serviceIdentifier: 'shop',
      requestPriority: 0,
      additionalAttributes: [],
    },
    state: { name: 'STARTED', reasonCode: 'CUSTOMER' },
    ...more,
  };
}

export const robin = { _id: 'customer-1', firstName: 'Robin', isAnonymous: false, phoneNumber: ['5550100'] };

export function rules(changes: Partial<Rules> = {}): Rules {
  const seconds = { acceptSeconds: 30, requestTtlSeconds: 300, wrapUpSeconds: 60, stepsOpenAfter: [] };
  return {
    queue: { id: 'support', name: 'support' },
    queuePriority: 1,
    ronaPolicy: 'MRD_NOT_READY',
    declinePolicy: 'KEEP',
    declineSeconds: 120,
    autoAccept: false,
    slaPolicy: 'KEEP',
    agentSlaSeconds: null,
    platformSeconds: 3_600,
    afterAgents: 'QUEUE',
    ...seconds,
    ...changes,
  };
}

const ttl = { timerId: 'ttl-1', expiresAt: BEFORE + 300_000 };

export function queued(id = 't1', changes: Partial<TaskIn<'QUEUED'>> = {}): TaskIn<'QUEUED'> {
  const kind = { direction: 'INBOUND', mode: 'QUEUE', mrdId: 'CHAT', rules: rules() } as const;
  const waiting = { priority: 1, enqueuedAt: BEFORE, routedSince: BEFORE, ttl, passOver: {} };
  return { id, phase: 'QUEUED', ...kind, ...waiting, ...changes };
}

export function reserved(agentId: string, id = 't1', changes: Partial<TaskIn<'RESERVED'>> = {}): TaskIn<'RESERVED'> {
  const { passOver: _, ...rest } = queued(id);
  const offer = { assignedTo: { id: agentId, name: agentId }, expiresAt: BEFORE + 30_000 };
  return { ...rest, phase: 'RESERVED', ...offer, ...changes };
}

export function active(agentId: string, id = 't1', changes: Partial<TaskIn<'ACTIVE'>> = {}): TaskIn<'ACTIVE'> {
  const { ttl: _, expiresAt: __, ...rest } = reserved(agentId, id);
  return { ...rest, phase: 'ACTIVE', answeredAt: BEFORE, ...changes };
}

export function wrappingUp(agentId: string, id = 't1', changes: Partial<TaskIn<'WRAP_UP'>> = {}): TaskIn<'WRAP_UP'> {
  const ending = { expiresAt: BEFORE + 60_000, wrapUpSeconds: 60, closeAs: 'DONE' as const };
  return { ...active(agentId, id), phase: 'WRAP_UP', ...ending, ...changes };
}

/**
 * A customer who has just come, with these tasks, and the agents who hold them. Nobody is in the
 * conversation yet.
 */
export function arrival(tasks: readonly Task[], people: readonly Agent[] = []): World {
  const base = newConversation('c1', BEFORE, channelSession(), robin, { order: '4711' });
  const conversation = {
    ...base.conversation,
    tasks: Object.fromEntries(tasks.map((task) => [task.id, task])),
    home: tasks[0] ? { rules: tasks[0].rules, mrdId: tasks[0].mrdId } : null,
    lastSeq: 1,
  };
  const holding = people.map((person) => tasks.reduce(holder, person));
  return { ...base, conversation, agents: Object.fromEntries(holding.map((person) => [person.id, person])) };
}

function holder(person: Agent, task: Task): Agent {
  if (task.phase === 'QUEUED' || task.assignedTo.id !== person.id) return person;
  const slot: Slot = { conversationId: 'c1', mrdId: task.mrdId, phase: task.phase };
  const here = person.mrds[task.mrdId];
  const state: MrdState = task.phase === 'RESERVED' ? 'READY' : 'ACTIVE';
  const mrds = here?.state === 'READY' ? { ...person.mrds, [task.mrdId]: { ...here, state } } : person.mrds;
  return { ...person, mrds, slots: { ...person.slots, [task.id]: slot } };
}

/**
 * What somebody is in a conversation. Supervisors hold no task: one who whispers is an ASSISTANT on
 * the wire, one who barged in is PRIMARY.
 */
export type Part = 'PRIMARY' | 'ASSISTANT' | 'WHISPER' | 'SILENT_MONITOR' | 'BARGED_IN' | 'WRAP_UP';

/**
 * A conversation that goes on between a customer and these agents. The task of `amy` is `amy-task`.
 */
export function talk(parts: Record<string, Part>, changes: { rules?: Rules; customer?: boolean } = {}): World {
  const [asker = 'amy'] = Object.keys(parts).filter((id) => parts[id] === 'PRIMARY');
  const request = { by: { id: asker, name: asker }, note: null };
  const tasks = Object.entries(parts).flatMap(([id, part]): Task[] => {
    const common = { rules: changes.rules ?? rules() };
    if (part === 'PRIMARY') return [active(id, `${id}-task`, common)];
    if (part === 'ASSISTANT') return [active(id, `${id}-task`, { ...common, direction: 'CONSULT', request })];
    return part === 'WRAP_UP' ? [wrappingUp(id, `${id}-task`, common)] : [];
  });
  const people = Object.entries(parts).map(([id, part]) => (isSupervisor(part) ? watcher(id) : agent(id)));
  const world = arrival(tasks, people);
  const participants = Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, participant(id, part)]));
  const sessions = changes.customer === false ? {} : world.conversation.sessions;
  const primary = Object.values(participants).some(({ role }) => role === 'PRIMARY');
  const state = changes.customer === false ? 'WRAP_UP' : primary ? 'ACTIVE' : 'INACTIVE';
  const home = { rules: changes.rules ?? rules(), mrdId: 'CHAT' };
  return { ...world, conversation: { ...world.conversation, answered: true, home, participants, sessions, state } };
}

/**
 * The same with these agents at hand: colleagues who are not in the conversation, or others in the
 * place of those who are.
 */
export function among(world: World, ...people: Agent[]): World {
  return { ...world, agents: { ...world.agents, ...Object.fromEntries(people.map((person) => [person.id, person])) } };
}

/** The same with a participant of another team. */
export function ofTeam(world: World, agentId: string, teamId: string): World {
  const { participants } = world.conversation;
  const others = Object.entries(participants).map(([id, one]) => [id, id === agentId ? { ...one, teamId } : one]);
  return { ...world, conversation: { ...world.conversation, participants: Object.fromEntries(others) } };
}

function isSupervisor(part: Part): boolean {
  return part === 'WHISPER' || part === 'BARGED_IN' || part === 'SILENT_MONITOR';
}

/** Somebody who supervises the conversation: it takes a slot of theirs, but none of an MRD. */
function watcher(id: string): Agent {
  return after(agent(id), { type: 'supervisionStarted', at: BEFORE, taskId: `${id}-task`, conversationId: 'c1' });
}

function participant(id: string, part: Part): Participant {
  const role = { WHISPER: 'ASSISTANT', BARGED_IN: 'PRIMARY' } as const;
  const { username, firstName, lastName } = user(id);
  return {
    role: part === 'WHISPER' || part === 'BARGED_IN' ? role[part] : part,
    username,
    firstName,
    lastName,
    joinedAt: BEFORE,
    taskId: `${id}-task`,
    teamId: 'blue',
    supervisor: isSupervisor(part),
    connectionId: `${id}-desk`,
    live: true,
  };
}

// --- what is said ---

/** A CIM event as it comes in from a desk or from the platform. */
export function incoming(name: string, data: unknown = {}, more: Record<string, unknown> = {}): OutsideEvent {
  return CimEvent.parse({ id: `e-${name}`, name, type: 'NOTIFICATION', timestamp: 1, data, ...more });
}

/** A message with a body of this kind. */
export function message(
  name: string,
  body: unknown = plain,
  more: { header?: unknown; id?: string } & Record<string, unknown> = {},
): OutsideEvent {
  const { header = {}, id = 'm1', ...envelope } = more;
  return incoming(name, { id, header, body }, { type: 'MESSAGE', ...envelope });
}

export const plain = { type: 'PLAIN', markdownText: 'Hello' };
export const wrapUpBody = { type: 'WRAPUP', wrapups: [{ categoryName: 'Orders', value: 'Late' }], note: 'Refund' };

/** META of a world that has one. */
export function metaOf({ meta }: World): Meta {
  if (!meta) throw new Error('this world has no META');
  return meta;
}

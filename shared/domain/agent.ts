/**
 * An agent: who they are, their global state, a state per MRD, the tasks they hold and the connection that speaks for them.
 * Capacity is the set of `slots`, never a counter, so it cannot drift. One pure `transition`; time comes with the event.
 */
import * as z from 'zod';
import { AgentMrdStateName, AgentStateName } from '../protocol/cim.ts';
import { configSchemas } from '../protocol/config.ts';
import type { Deadline } from './effect.ts';
import { Rejection } from './rejection.ts';

export type MrdState = AgentMrdStateName;

/** `lastReadyStateChangeTime` of an agent who has never been ready: the value real desks are used to. */
export const NEVER_READY = 639057660000;

/** Follow-up work is done at once after a save; this long after it a timer does it again, in case the process died. */
export const BACKUP_MS = 2_000;

const LOGOUT_CLOSE_MS = 2_000;
const CONTINUED_CLOSE_MS = 60_000;

/** How many pull lists one agent can watch: their rows are written with the agent, in one transaction. */
const MOST_LISTS = 40;

/** How many conversations one agent can hold, those that they supervise included. */
const MOST_TASKS = 250;

const AgentMrd = z.object({
  mrd: z.intersection(z.object({ id: z.string() }), configSchemas.mrds),
  state: AgentMrdStateName,
  previousState: AgentMrdStateName.nullable(),
  stateChangeTime: z.number(),
  lastReadyStateChangeTime: z.number(),
  maxAgentTasks: z.number().int().nonnegative(),
  /** Since when the agent could have been offered a task here: routing takes the longest available first. */
  availableSince: z.number(),
  /** The MRDs whose offers interrupted this one, which is INTERRUPTED for as long as there are tasks on one of them. */
  interruptedBy: z.array(z.string()).optional(),
});
export type AgentMrd = z.output<typeof AgentMrd>;

const Slot = z.object({
  conversationId: z.string(),
  /** null: the agent supervises this conversation, which takes no capacity. */
  mrdId: z.string().nullable(),
  phase: z.enum(['RESERVED', 'ACTIVE', 'WRAP_UP']),
  /** Asked for by name: nobody else can take it, so a lost connection does not take it from them before it rings out. */
  named: z.literal(true).optional(),
  /** Set when the task must be taken from this agent; the conversation is told next, and a timer makes sure of it. */
  evicted: z.object({ reason: z.enum(['AGENT_LOGOUT', 'REROUTE']), checkAt: z.number() }).optional(),
});
export type Slot = z.output<typeof Slot>;

/** A reason as a desk shows it: by its name. */
const Reason = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  type: z.string().optional(),
  code: z.number().optional(),
});

export const Team = z.object({ teamId: z.string(), teamName: z.string() });

export const User = z.object({
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  realm: z.string(),
  roles: z.array(z.string()),
  team: Team,
  supervisedTeams: z.array(Team),
  /** Keycloak's permissions, returned to their owner only. */
  permissions: z.array(z.object({ rsid: z.string(), rsname: z.string(), scopes: z.array(z.string()) })),
});
export type User = z.output<typeof User>;

export const Agent = z.object({
  id: z.string(),
  user: User,
  /** Routing attributes: a boolean or a proficiency. */
  attributes: z.record(z.string(), z.union([z.number(), z.boolean()])),
  state: z.object({
    name: AgentStateName,
    reasonCode: Reason.nullable(),
  }),
  stateChangeTime: z.number(),
  agentLoginTime: z.number(),
  mrds: z.record(z.string(), AgentMrd),
  slots: z.record(z.string(), Slot),
  /** The pull lists that the agent watches: id → since when. They outlive sessions and logouts. */
  lists: z.record(z.string(), z.number()),
  /** The teams whose figures a supervisor watches, by id. They outlive sessions and logouts, too; what the token no longer grants is not shown. */
  teams: z.array(z.string()),
  /** Counts the connections that ever became this agent's session. */
  epoch: z.number().int(),
  /** The number of the newest event in this agent's log (agent-log.ts): gap-free, and it only grows. */
  lastAgentSeq: z.number().int(),
  session: z
    .object({
      connectionId: z.string(),
      since: z.number(),
      /** Who connects with it continues this session, instead of taking over from it. A secret. */
      key: z.string(),
      /** The epoch with which the session began: the same for as long as it is continued. */
      began: z.number().int(),
      /** The connection that spoke for this session before, and is closed in the end if its desk does not. null: none. */
      continues: z.string().nullable(),
      /** The desk was told its state: only then is the agent routable, so that presence is the first thing a desk hears. */
      greeted: z.boolean(),
      /** The connection was lost; until `graceUntil` the agent may come back as if nothing had happened. */
      lost: z.object({ at: z.number(), graceUntil: z.number() }).nullable(),
    })
    .nullable(),
  version: z.number().int(),
});
export type Agent = z.output<typeof Agent>;
export type AgentReason = Agent['state']['reasonCode'];
export type GlobalState = Agent['state']['name'];
export type RonaPolicy = 'MRD_NOT_READY' | 'AGENT_NOT_READY' | 'KEEP';

/** What is configured about an agent: the profile, and the MRDs with the most tasks that they take there. */
export interface Profile {
  readonly user: User;
  readonly attributes: Agent['attributes'];
  readonly mrds: readonly { readonly mrd: AgentMrd['mrd']; readonly maxAgentTasks: number }[];
}

/** Requests are imperative and may be refused; facts are in the past tense and are ignored once they no longer apply. */
export type AgentEvent =
  | {
      type: 'connected';
      at: number;
      connectionId: string;
      profile: Profile;
      newKey: string;
      offeredKey?: string | undefined;
    }
  | { type: 'greeted'; at: number; epoch: number }
  | { type: 'connectionLost'; at: number; connectionId: string; graceSeconds: number }
  | { type: 'graceExpired'; at: number; epoch: number }
  | { type: 'profileChanged'; at: number; profile: Profile }
  | { type: 'requestState'; at: number; name: 'READY' | 'NOT_READY' | 'LOGOUT'; reasonCode: AgentReason }
  | { type: 'requestMrdState'; at: number; mrdId: string; state: MrdState }
  | { type: 'watchList'; at: number; listId: string }
  | { type: 'unwatchList'; at: number; listId: string }
  | { type: 'watchTeams'; at: number; teamIds: readonly string[] }
  | { type: 'unwatchTeams'; at: number; teamIds: readonly string[] }
  | { type: 'forcedOut'; at: number; reasonCode: AgentReason }
  | { type: 'taskReserved'; at: number; taskId: string; conversationId: string; mrdId: string; named?: boolean }
  | { type: 'taskTaken'; at: number; taskId: string; conversationId: string; mrdId: string }
  | { type: 'taskAccepted'; at: number; taskId: string }
  | { type: 'supervisionStarted'; at: number; taskId: string; conversationId: string }
  | { type: 'taskWrappingUp'; at: number; taskId: string }
  | { type: 'taskReleased'; at: number; taskId: string; rona?: RonaPolicy };

/** An agent who has never connected: logged out, with nothing. `version` 0 means that no row exists yet. */
export function newAgent(id: string, user: User): Agent {
  const state = { name: 'LOGOUT' as const, reasonCode: null };
  const never = { stateChangeTime: 0, agentLoginTime: 0, epoch: 0, lastAgentSeq: 0, version: 0 };
  return { id, user, attributes: {}, state, mrds: {}, slots: {}, lists: {}, teams: [], session: null, ...never };
}

/** Returns the very same object when the event changes nothing. Throws a `Rejection` for requests that name what does not exist. */
export function transition(agent: Agent, event: AgentEvent): Agent {
  switch (event.type) {
    case 'connected':
      return sessionOpened(agent, event);
    case 'greeted': {
      const { session } = agent;
      if (!session || session.greeted || session.lost || agent.epoch !== event.epoch) return agent;
      return { ...agent, session: { ...session, greeted: true } };
    }
    case 'connectionLost':
      return connectionLost(agent, event);
    case 'graceExpired':
      return graceExpired(agent, event);
    case 'profileChanged':
      return settle(withProfile(agent, event.profile, event.at), event.at);
    case 'requestState':
      return requestState(agent, event);
    case 'requestMrdState':
      return requestMrdState(agent, event);
    case 'forcedOut':
      return logout(agent, event.reasonCode, event.at);
    case 'watchList':
      return watchList(agent, event);
    case 'unwatchList': {
      const { [event.listId]: since, ...lists } = agent.lists;
      return since === undefined ? agent : { ...agent, lists };
    }
    case 'watchTeams': {
      if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
      const more = event.teamIds.filter((id) => !agent.teams.includes(id));
      return more.length === 0 ? agent : { ...agent, teams: [...agent.teams, ...more] };
    }
    case 'unwatchTeams': {
      const teams = agent.teams.filter((id) => !event.teamIds.includes(id));
      return teams.length === agent.teams.length ? agent : { ...agent, teams };
    }
    case 'taskReserved':
      return taskReserved(agent, event);
    case 'taskTaken': {
      const { at, taskId, conversationId, mrdId } = event;
      const slot = { conversationId, mrdId, phase: 'ACTIVE' as const };
      return settle({ ...agent, slots: { ...agent.slots, [taskId]: slot } }, at);
    }
    case 'supervisionStarted': {
      const { taskId, conversationId } = event;
      const slot = { conversationId, mrdId: null, phase: 'ACTIVE' as const };
      return { ...agent, slots: { ...agent.slots, [taskId]: slot } };
    }
    case 'taskAccepted':
      return inPhase(agent, event.taskId, 'ACTIVE', event.at);
    case 'taskWrappingUp':
      return inPhase(agent, event.taskId, 'WRAP_UP', event.at);
    case 'taskReleased':
      return taskReleased(agent, event);
    default:
      return event satisfies never;
  }
}

/** Logged in, ready here and at large, with a free slot, and somebody is at the desk. */
export function routable(agent: Agent, mrdId: string): boolean {
  const here = agent.mrds[mrdId];
  return (
    agent.state.name === 'READY' &&
    here !== undefined &&
    (here.state === 'READY' || here.state === 'ACTIVE') &&
    freeSlots(agent, mrdId) > 0 &&
    !laden(agent) &&
    reachable(agent)
  );
}

/** Holds as many conversations as one frame names (`onSessionReady`), which is more than anybody can look after. */
export function laden(agent: Agent): boolean {
  return Object.keys(agent.slots).length >= MOST_TASKS;
}

/** Can this agent's desk be told something now? */
export function reachable(agent: Agent): boolean {
  return connected(agent) && agent.session?.greeted === true;
}

/** Is there a desk, perhaps one that is being greeted? Presence is the one thing that it may hear at any time. */
export function connected(agent: Agent): boolean {
  return agent.session !== null && agent.session.lost === null;
}

/** The tasks that a change takes from the agent. */
export function evictions(before: Agent | undefined, after: Agent): (Slot & { taskId: string })[] {
  return Object.entries(after.slots)
    .filter(([taskId, slot]) => slot.evicted && !before?.slots[taskId]?.evicted)
    .map(([taskId, slot]) => ({ taskId, ...slot }));
}

export function freeSlots(agent: Agent, mrdId: string): number {
  return Math.max(0, (agent.mrds[mrdId]?.maxAgentTasks ?? 0) - tasksOn(agent, mrdId).length);
}

function sessionOpened(agent: Agent, event: AgentEvent & { type: 'connected' }): Agent {
  const { at, connectionId, profile, newKey, offeredKey } = event;
  if (agent.session?.connectionId === connectionId) return agent; // saved before, though nobody heard that it was
  const epoch = agent.epoch + 1;
  const earlier = agent.state.name !== 'LOGOUT' && agent.session?.key === offeredKey ? agent.session : null;
  const session = {
    connectionId,
    since: at,
    key: earlier?.key ?? newKey,
    began: earlier?.began ?? epoch,
    continues: earlier?.connectionId ?? null,
    greeted: false,
    lost: null,
  };
  const here = { ...agent, epoch, session };
  if (agent.state.name !== 'LOGOUT') return settle(withProfile(here, profile, at), at);
  const state = { name: 'NOT_READY' as const, reasonCode: null }; // LOGOUT → LOGIN → NOT_READY: nobody ever sees LOGIN
  const fresh = { ...here, mrds: {}, state, stateChangeTime: at, agentLoginTime: at };
  return settle(withProfile(fresh, profile, at), at);
}

function withProfile(agent: Agent, profile: Profile, at: number): Agent {
  const entry = agent.state.name === 'LOGOUT' ? 'LOGOUT' : 'NOT_READY';
  const mrds = profile.mrds.map(({ mrd, maxAgentTasks }): [string, AgentMrd] => {
    const known = agent.mrds[mrd.id];
    const unseen = {
      previousState: null,
      stateChangeTime: at,
      lastReadyStateChangeTime: NEVER_READY,
      availableSince: at,
    };
    return [mrd.id, { ...(known ?? { state: entry, ...unseen }), mrd, maxAgentTasks }];
  });
  const kept = Object.entries(agent.mrds).filter(
    ([id]) => tasksOn(agent, id).length > 0 && !profile.mrds.some(({ mrd }) => mrd.id === id),
  );
  return {
    ...agent,
    user: profile.user,
    attributes: profile.attributes,
    mrds: Object.fromEntries([...mrds, ...kept.map(([id, m]): [string, AgentMrd] => [id, { ...m, maxAgentTasks: 0 }])]),
  };
}

function connectionLost(agent: Agent, event: AgentEvent & { type: 'connectionLost' }): Agent {
  const { session } = agent;
  if (!session || session.connectionId !== event.connectionId || session.lost) return agent;
  if (agent.state.name === 'LOGOUT') return { ...agent, session: null };
  const lost = { at: event.at, graceUntil: event.at + event.graceSeconds * 1000 };
  const away = { ...agent, session: { ...session, lost } };
  return evict(away, 'REROUTE', event.at, ({ phase, named }) => phase === 'RESERVED' && !named);
}

function graceExpired(agent: Agent, { at, epoch }: AgentEvent & { type: 'graceExpired' }): Agent {
  const lost = agent.epoch === epoch ? agent.session?.lost : null;
  return lost && at >= lost.graceUntil ? logout(agent, null, at) : agent;
}

function requestState(agent: Agent, event: AgentEvent & { type: 'requestState' }): Agent {
  const { at, name, reasonCode } = event;
  if (agent.state.name === 'LOGOUT') return agent;
  if (name === 'LOGOUT') return logout(agent, reasonCode, at);
  if (name === 'READY') {
    if (agent.state.name === 'READY') return agent;
    const ready = { ...agent, state: { name, reasonCode: null }, stateChangeTime: at };
    return eachMrd(ready, at, (m, n) => (m.mrd.autoSync && m.maxAgentTasks > 0 ? standUp(m, n) : m.state));
  }
  if (agent.state.name === 'NOT_READY' && sameReason(agent.state.reasonCode, reasonCode)) return agent;
  const away = standDownEverywhere({ ...agent, state: { name, reasonCode }, stateChangeTime: at }, at);
  const callback = [reasonCode?.type, reasonCode?.name].some((word) => word?.toUpperCase() === 'CALLBACK');
  return callback ? evict(away, 'REROUTE', at, (slot) => slot.phase !== 'WRAP_UP') : away;
}

function requestMrdState(agent: Agent, event: AgentEvent & { type: 'requestMrdState' }): Agent {
  const { at, mrdId, state } = event;
  const here = agent.mrds[mrdId];
  if (!here) throw new Rejection('mrd.unknown', `You have no MRD ${mrdId}.`);
  if (agent.state.name === 'LOGOUT') return agent;
  const wanted = requestedMrdState(agent, here, state);
  if (wanted === here.state) return agent;
  return reverseSync(agent, withMrd(agent, here, wanted, at), at);
}

/** Only READY and NOT_READY may be asked for, and BUSY where another system holds the state. Anything else changes nothing. */
function requestedMrdState(agent: Agent, here: AgentMrd, wanted: MrdState): MrdState {
  const n = tasksOn(agent, here.mrd.id);
  switch (wanted) {
    case 'NOT_READY':
      return standDown(here, n);
    case 'READY':
      if (agent.state.name !== 'READY' || here.maxAgentTasks === 0) return here.state;
      return here.mrd.externallyControlled && here.state === 'BUSY' ? 'READY' : standUp(here, n);
    case 'BUSY':
      return here.mrd.externallyControlled && agent.state.name === 'READY' ? 'BUSY' : here.state;
    default:
      return here.state;
  }
}

function watchList(agent: Agent, { at, listId }: AgentEvent & { type: 'watchList' }): Agent {
  if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  if (agent.lists[listId] !== undefined) return agent;
  if (Object.keys(agent.lists).length >= MOST_LISTS)
    throw new Rejection('pull.tooMany', `You watch ${MOST_LISTS} lists already.`);
  return { ...agent, lists: { ...agent.lists, [listId]: at } };
}

function taskReserved(agent: Agent, event: AgentEvent & { type: 'taskReserved' }): Agent {
  const { at, taskId, conversationId, mrdId, named } = event;
  const here = agent.mrds[mrdId];
  if (!here) return agent;
  const slot = { conversationId, mrdId, phase: 'RESERVED' as const, ...(named ? { named } : {}) };
  const slots = { ...agent.slots, [taskId]: slot };
  const reserved = { ...agent, slots, mrds: { ...agent.mrds, [mrdId]: { ...here, availableSince: at } } };
  return settle(interruptOthers(reserved, mrdId, at), at);
}

/** A task that becomes reserved on one MRD interrupts every other MRD that is interruptible. */
function interruptOthers(agent: Agent, mrdId: string, at: number): Agent {
  const struck = Object.values(agent.mrds).filter(
    (m) => m.mrd.id !== mrdId && m.mrd.interruptible && ['READY', 'ACTIVE', 'BUSY', 'INTERRUPTED'].includes(m.state),
  );
  const next = struck.reduce((result, m) => {
    const earlier = m.state === 'INTERRUPTED' ? (m.interruptedBy ?? []) : [];
    const marked = { ...m, interruptedBy: [...new Set([...earlier, mrdId])] };
    return withMrd({ ...result, mrds: { ...result.mrds, [m.mrd.id]: marked } }, marked, 'INTERRUPTED', at);
  }, agent);
  const rerouted = struck.filter((m) => m.mrd.interruptAction === 'REROUTE').map((m) => m.mrd.id);
  return evict(
    next,
    'REROUTE',
    at,
    ({ phase, mrdId: on }) => phase === 'ACTIVE' && on !== null && rerouted.includes(on),
  );
}

function inPhase(agent: Agent, taskId: string, phase: Slot['phase'], at: number): Agent {
  const slot = agent.slots[taskId];
  if (!slot || slot.phase === phase) return agent;
  return settle({ ...agent, slots: { ...agent.slots, [taskId]: { ...slot, phase } } }, at);
}

function taskReleased(agent: Agent, event: AgentEvent & { type: 'taskReleased' }): Agent {
  const { at, taskId, rona } = event;
  const { [taskId]: slot, ...slots } = agent.slots;
  if (!slot) return agent;
  const freed = { ...agent, slots };
  const here = slot.mrdId === null ? undefined : freed.mrds[slot.mrdId];
  if (rona === 'AGENT_NOT_READY' && agent.state.name === 'READY') {
    const reasonCode = { id: 'RONA', name: 'RONA', type: 'NOT_READY' };
    const away: Agent = { ...freed, state: { name: 'NOT_READY', reasonCode }, stateChangeTime: at };
    return settle(standDownEverywhere(away, at), at);
  }
  if (rona === 'MRD_NOT_READY' && here) {
    return settle(reverseSync(agent, withMrd(freed, here, standDown(here, tasksOn(freed, here.mrd.id)), at), at), at);
  }
  return settle(freed, at);
}

function logout(agent: Agent, reasonCode: AgentReason, at: number): Agent {
  if (agent.state.name === 'LOGOUT') return agent;
  const out = { ...agent, state: { name: 'LOGOUT' as const, reasonCode }, stateChangeTime: at };
  const gone = { ...out, session: agent.session?.lost ? null : agent.session };
  return evict(
    eachMrd(gone, at, () => 'LOGOUT'),
    'AGENT_LOGOUT',
    at,
    () => true,
  );
}

/** Each of these tasks is taken from the agent in a change of its own. All at once they would only be in each other's way: they are checked on one after the other. */
function evict(agent: Agent, reason: 'AGENT_LOGOUT' | 'REROUTE', at: number, which: (slot: Slot) => boolean): Agent {
  let checkAt = at;
  const slots = Object.entries(agent.slots).map(([id, slot]): [string, Slot] => {
    if (!which(slot) || slot.evicted) return [id, slot];
    checkAt += BACKUP_MS;
    return [id, { ...slot, evicted: { reason, checkAt } }];
  });
  return { ...agent, slots: Object.fromEntries(slots) };
}

/** Brings every MRD in line with the tasks that the agent holds: READY, ACTIVE, BUSY; PENDING ends; an interruption ends. */
function settle(agent: Agent, at: number): Agent {
  const next = eachMrd(agent, at, (m, n) => {
    switch (m.state) {
      case 'READY':
      case 'ACTIVE':
      case 'BUSY':
        return m.mrd.externallyControlled ? m.state : byLoad(m, n);
      case 'PENDING_NOT_READY':
        return n.length === 0 ? 'NOT_READY' : m.state;
      case 'INTERRUPTED':
        if (m.interruptedBy?.some((id) => tasksOn(agent, id).length > 0)) return m.state;
        return m.mrd.externallyControlled && m.previousState ? m.previousState : byLoad(m, n);
      default:
        return m.state;
    }
  });
  return reverseSync(agent, next, at);
}

/** BUSY counts offered tasks too; ACTIVE needs an accepted one. */
function byLoad(m: AgentMrd, tasks: readonly Slot[]): MrdState {
  if (tasks.length >= m.maxAgentTasks) return 'BUSY';
  return tasks.some((slot) => slot.phase !== 'RESERVED') ? 'ACTIVE' : 'READY';
}

function standUp(m: AgentMrd, tasks: readonly Slot[]): MrdState {
  return ['NOT_READY', 'PENDING_NOT_READY', 'UNKNOWN'].includes(m.state) ? byLoad(m, tasks) : m.state;
}

function standDown(m: AgentMrd, tasks: readonly Slot[]): MrdState {
  if (['NOT_READY', 'PENDING_NOT_READY', 'LOGOUT'].includes(m.state)) return m.state;
  return tasks.length > 0 ? 'PENDING_NOT_READY' : 'NOT_READY';
}

function standDownEverywhere(agent: Agent, at: number): Agent {
  return eachMrd(agent, at, standDown);
}

/** When the last MRD turns not ready, so does the agent (only where that MRD is synchronised with the global state). */
function reverseSync(before: Agent, after: Agent, at: number): Agent {
  const mrds = Object.values(after.mrds);
  const turned = mrds.filter((m) => m.state === 'NOT_READY' && before.mrds[m.mrd.id]?.state !== 'NOT_READY');
  const last = mrds.every((m) => m.state === 'NOT_READY') && turned.some((m) => m.mrd.autoSync);
  if (after.state.name !== 'READY' || !last) return after;
  return { ...after, state: { name: 'NOT_READY', reasonCode: null }, stateChangeTime: at };
}

function eachMrd(agent: Agent, at: number, rule: (m: AgentMrd, tasks: readonly Slot[]) => MrdState): Agent {
  return Object.values(agent.mrds).reduce((next, m) => withMrd(next, m, rule(m, tasksOn(agent, m.mrd.id)), at), agent);
}

function withMrd(agent: Agent, m: AgentMrd, state: MrdState, at: number): Agent {
  if (m.state === state) return agent;
  const takes = (s: MrdState) => s === 'READY' || s === 'ACTIVE';
  const changed: AgentMrd = {
    ...m,
    state,
    previousState: m.state,
    stateChangeTime: at,
    lastReadyStateChangeTime: state === 'READY' ? at : m.lastReadyStateChangeTime,
    availableSince: takes(state) && !takes(m.state) ? at : m.availableSince,
  };
  return { ...agent, mrds: { ...agent.mrds, [m.mrd.id]: changed } };
}

export function tasksOn(agent: Agent, mrdId: string): Slot[] {
  return Object.values(agent.slots).filter((slot) => slot.mrdId === mrdId);
}

function sameReason(a: AgentReason, b: AgentReason): boolean {
  return (a?.id ?? a?.name ?? null) === (b?.id ?? b?.name ?? null);
}

/** What is due because of the agent's state. `epoch` and instants are in the keys, so that a new occasion is a new timer. */
export function deadlines(agent: Agent): Deadline[] {
  const { id: agentId, session, epoch } = agent;
  const due: Deadline[] = [];
  if (session?.lost) {
    due.push({
      key: `grace#${agentId}#${epoch}`,
      dueAt: session.lost.graceUntil,
      timer: { kind: 'graceExpired', agentId, epoch },
    });
  }
  if (session && agent.state.name === 'LOGOUT') {
    const { connectionId } = session;
    const dueAt = agent.stateChangeTime + LOGOUT_CLOSE_MS;
    due.push({ key: `close#${connectionId}`, dueAt, timer: { kind: 'closeConnection', agentId, connectionId } });
  }
  if (session && session.continues !== null) {
    const connectionId = session.continues;
    const dueAt = session.since + CONTINUED_CLOSE_MS;
    due.push({ key: `close#${connectionId}`, dueAt, timer: { kind: 'closeConnection', agentId, connectionId } });
  }
  for (const [taskId, { conversationId, evicted }] of Object.entries(agent.slots)) {
    if (!evicted) continue;
    const timer = { kind: 'releaseTask' as const, agentId, conversationId, taskId };
    due.push({ key: `release#${taskId}`, dueAt: evicted.checkAt, timer });
  }
  return due;
}

/**
 * What may never be true of a contact centre, whatever happened before: each fault in a few words.
 * Of a change, only what it can have touched is looked at.
 */
import type { Agent } from '../../shared/domain/agent/agent.ts';
import { interrupts } from '../../shared/domain/agent/capacity.ts';
import { nextDue } from '../../shared/domain/agent/token.ts';
import { trusted } from '../../shared/domain/agent/routable.ts';
import { involved, type Conversation } from '../../shared/domain/conversation/conversation.ts';
import { askerOf } from '../../shared/domain/conversation/task.ts';
import type { Deadline, Timer } from '../../shared/domain/effect.ts';
import type { Routable, Waiting } from '../../shared/domain/routing/routing.ts';
import { deadlinesOf } from '../../shared/edge/loop/commands.ts';
import { customerPresent } from '../../shared/domain/conversation/participants.ts';
import { inLimbo } from '../../shared/domain/custody/custody.ts';

/** A contact centre as it is between two steps. */
export interface State {
  readonly agents: ReadonlyMap<string, Agent>;
  readonly conversations: ReadonlyMap<string, { readonly conversation: Conversation }>;
  /** Was a timer started for it? */
  timed(deadline: Deadline): boolean;
  /** When a desk was shown a conversation last; never: -Infinity. */
  shownAt(connectionId: string, conversationId: string): number;
}

export interface Resting extends State {
  readonly at: number;
  waiting(): Waiting[];
  routable(): Routable[];
  fits(candidate: Routable, request: Waiting): boolean;
}

/**
 * Faults that may not be there after any step: of the agents and conversations that it changed, and
 * of those that have to do with them. `before` is how these agents were.
 */
export function faultsOf(state: State, changed: Changed): string[] {
  const conversations = new Set(changed.conversations);
  const agents = new Set(changed.agents.keys());
  for (const [id, before] of changed.agents)
    for (const agent of [before, state.agents.get(id)])
      for (const { conversationId } of Object.values(agent?.slots ?? {})) conversations.add(conversationId);
  const open = [...conversations].flatMap((id) => state.conversations.get(id)?.conversation ?? []);
  for (const id of changed.conversations) {
    const { conversation } = state.conversations.get(id) ?? {};
    for (const agentId of conversation ? involved(conversation) : []) agents.add(agentId);
  }
  const people = [...agents].flatMap((id) => state.agents.get(id) ?? []);
  return [
    ...open.flatMap((conversation) => [
      ...owners(conversation, state),
      ...outsiders(conversation, state),
      ...(changed.conversations.has(conversation.id)
        ? [
            ...roles(conversation),
            ...requests(conversation),
            ...alone(conversation),
            ...deserted(conversation),
            ...limbo(conversation),
            ...unshown(conversation, state),
            ...untimed(deadlinesOf({ conversation }), state),
          ]
        : []),
    ]),
    ...people.flatMap((agent) => [
      ...homeless(agent, state),
      ...capacity(agent, changed.agents.get(agent.id)),
      ...(changed.agents.has(agent.id)
        ? [...states(agent), ...untimed(deadlinesOf({ agents: { [agent.id]: agent } }), state)]
        : []),
    ]),
  ];
}

export interface Changed {
  readonly conversations: ReadonlySet<string>;
  /** How each agent was before; undefined: they were not there. */
  readonly agents: ReadonlyMap<string, Agent | undefined>;
}

/**
 * Faults that may not be left once everything that follows was done and every due timer has fired.
 */
export function leftovers(state: Resting): string[] {
  const evicted = [...state.agents.values()].flatMap(({ slots }) =>
    Object.entries(slots).filter(([, slot]) => slot.evicted),
  );
  const overlooked = state.waiting().flatMap((request) => {
    const present = state.conversations.get(request.conversationId)?.conversation.participants ?? {};
    const free = state.routable().filter((candidate) => state.fits(candidate, request) && !present[candidate.agentId]);
    return free.map(({ agentId }) => `${request.taskId} waits though ${agentId} is free`);
  });
  const late = [...state.conversations.values()].flatMap(({ conversation }) =>
    deadlinesOf({ conversation }).filter(({ dueAt, timer }) => dueAt <= state.at && ends(timer, conversation)),
  );
  const stale = [...state.agents.values()].filter((agent) => (nextDue(agent) ?? Infinity) <= state.at);
  const away = [...state.agents.values()].filter(({ session }) => session?.lost && session.lost.graceUntil <= state.at);
  return [
    ...away.map(({ id }) => `${id} has been away for too long`),
    ...evicted.map(([taskId]) => `${taskId} was not taken away`),
    ...overlooked,
    ...late.map(({ key }) => `${key} should be over`),
    ...stale.map(({ id }) => `${id} goes on with a token that is over`),
    ...[...state.agents.values()].flatMap((agent) => outliving(agent, state.at)),
  ];
}

/**
 * Who is at their desk is so on a token: worked out here, and not by the rules that have timers
 * started.
 */
function outliving({ id, state, session }: Agent, at: number): string[] {
  if (!session?.token || session.lost || state.name === 'LOGOUT') return [];
  const { expiresAt, graceMs } = session.token;
  return at >= expiresAt + 2 * graceMs ? [`${id} outlives their token`] : [];
}

/** Does something end with it? A request's time to live does not end an offer that rings. */
function ends(timer: Timer, { tasks }: Conversation): boolean {
  if (timer.kind === 'requestExpired') return Object.values(tasks).some(({ phase }) => phase === 'QUEUED');
  return /Expired$|^receiptDue$|^slaReached$|^silenceDue$/.test(timer.kind);
}

type Owned = readonly [taskId: string, mrdId: string | null, phase: string, agentId: string, parked: boolean];

/** Everything in a conversation that takes a slot of an agent: tasks, and who supervises. */
function ownedIn({ tasks, participants, hold }: Conversation): Owned[] {
  const owned: Owned[] = [];
  for (const task of Object.values(tasks))
    if (task.phase !== 'QUEUED')
      owned.push([task.id, task.mrdId, task.phase, task.assignedTo.id, hold?.parked?.includes(task.id) ?? false]);
  for (const [agentId, { taskId, supervisor }] of Object.entries(participants))
    if (supervisor) owned.push([taskId, null, 'ACTIVE', agentId, false]);
  return owned;
}

/** A task without a slot. */
function owners(conversation: Conversation, { agents }: State): string[] {
  return ownedIn(conversation).flatMap(([taskId, mrdId, phase, agentId, parked]) => {
    const slot = agents.get(agentId)?.slots[taskId];
    const here = slot?.conversationId === conversation.id && slot.mrdId === mrdId && slot.phase === phase;
    const fits = here && (slot.parked ?? false) === parked;
    return fits ? [] : [`no slot: ${taskId} of ${conversation.id}, ${phase} with ${agentId}`];
  });
}

/** A slot without a task or somebody who supervises, and so a task with two owners. */
function homeless({ id, slots }: Agent, { conversations }: State): string[] {
  return Object.entries(slots).flatMap(([slotId, { conversationId, mrdId, phase, parked = false }]) => {
    const conversation = conversations.get(conversationId)?.conversation;
    const fits =
      conversation &&
      ownedIn(conversation).some(
        ([taskId, ownMrd, ownPhase, agentId, ownParked]) =>
          taskId === slotId && agentId === id && ownMrd === mrdId && ownPhase === phase && ownParked === parked,
      );
    return fits ? [] : [`no task: ${slotId} of ${conversationId}, ${phase} with ${id}`];
  });
}

/**
 * Nobody is offered more than they take. What they pick from a list is up to them, and what was
 * parked comes back beyond it.
 */
function capacity({ id, slots, mrds }: Agent, before: Agent | undefined): string[] {
  if (!before) return [];
  const offered = Object.entries(slots).filter(([taskId, { phase }]) => phase === 'RESERVED' && !before.slots[taskId]);
  const late = trusted(before) || offered.length === 0 ? [] : [`${id} is offered something on an expired token`];
  return late.concat(
    offered.flatMap(([taskId, { mrdId }]) => {
      const taken = Object.values(slots).filter((slot) => slot.mrdId === mrdId && !slot.parked).length;
      const { maxAgentTasks = 0 } = mrds[mrdId ?? ''] ?? {};
      return taken > maxAgentTasks ? [`${id} is offered ${taskId}, with ${taken} of ${maxAgentTasks} on ${mrdId}`] : [];
    }),
  );
}

/** Each MRD is in a state that the agent's state and the tasks there explain. */
function states({ id, state, slots, mrds, capacity = Infinity }: Agent): string[] {
  const all = Object.values(slots).filter(({ parked }) => !parked);
  return Object.values(mrds).flatMap((m) => {
    const tasks = all.filter((slot) => slot.mrdId === m.mrd.id);
    const staying = all.filter(({ mrdId }) => {
      const other = mrds[mrdId ?? ''];
      return mrdId === m.mrd.id || !other || interrupts(m.mrd.id, other) === null;
    });
    const weights = staying.flatMap(({ mrdId }) => (mrdId === null ? [] : (mrds[mrdId]?.mrd.weight ?? 1)));
    const used = weights.reduce((sum, weight) => sum + weight, 0);
    const load =
      tasks.length >= m.maxAgentTasks || used + (m.mrd.weight ?? 1) > capacity
        ? 'BUSY'
        : tasks.some(({ phase }) => phase !== 'RESERVED')
          ? 'ACTIVE'
          : 'READY';
    const interrupted = m.interruptedBy?.some((other) => all.some(({ mrdId }) => mrdId === other))
      ? ['INTERRUPTED']
      : [];
    const stopped = ['NOT_READY', ...(tasks.length > 0 ? ['PENDING_NOT_READY'] : [])];
    const possible = { READY: [load, ...interrupted, ...stopped], NOT_READY: stopped, LOGOUT: ['LOGOUT'], LOGIN: [] };
    const right: readonly string[] = possible[state.name];
    return right.includes(m.state)
      ? []
      : [`${m.mrd.id} of ${id}, who is ${state.name}, is ${m.state} with ${tasks.length} tasks`];
  });
}

/** Roles and tasks belong together, and a conversation is over when nobody is left in it. */
function roles({ id, participants, tasks, sessions, state }: Conversation): string[] {
  const agents = Object.entries(participants).filter(([, { supervisor }]) => !supervisor);
  const held = agents.map(([agentId, { role, taskId }]) => `${agentId} ${taskId} ${role}`);
  const expected = Object.values(tasks).flatMap((task) => {
    if (task.phase !== 'ACTIVE' && task.phase !== 'WRAP_UP') return [];
    const advises =
      task.phase === 'ACTIVE' && task.direction.startsWith('CONSULT') && task.direction !== 'CONSULT_TRANSFER';
    const role = task.phase === 'WRAP_UP' ? 'WRAP_UP' : advises && !task.tookOverAt ? 'ASSISTANT' : 'PRIMARY';
    return [`${task.assignedTo.id} ${task.id} ${role}`];
  });
  const counted = Object.values(participants).filter(({ role }) => role === 'PRIMARY' || role === 'ASSISTANT').length;
  const over = Object.keys(sessions).length === 0 && Object.keys(participants).length === 0;
  return [
    ...(held.toSorted().join() === expected.toSorted().join()
      ? []
      : [`${id} has ${held.join()} for ${expected.join()}`]),
    ...(counted > 4 ? [`${id} has ${counted} agents`] : []),
    ...((state === 'CLOSED') === over ? [] : [`${id} is ${state}`]),
    ...(over && Object.keys(tasks).length > 0 ? [`${id} is over, with tasks`] : []),
  ];
}

/** One request at a time, for somebody else than who asked, unless it was moved. */
function requests({ id, tasks }: Conversation): string[] {
  const all = Object.values(tasks);
  const open = all.filter(({ phase }) => phase === 'QUEUED' || phase === 'RESERVED');
  const own = all.filter((task) => task.phase !== 'QUEUED' && askerOf(task) === task.assignedTo.id);
  return [
    ...(open.length > 1 ? [`${id} asks for ${open.length} agents`] : []),
    ...own.map((task) => `${task.id} came back to the one who asked for it`),
  ];
}

/**
 * Without somebody who talks with the customer there is nobody to advise or hurry, and nothing to
 * hold. Who watches stays for as long as somebody is looked for.
 */
function alone({ id, participants, tasks, hold, sla }: Conversation): string[] {
  const others = Object.entries(participants).filter(([, { role }]) => role !== 'WRAP_UP');
  if (others.some(([, { role }]) => role === 'PRIMARY')) return [];
  const looked = Object.values(tasks).some(({ phase }) => phase === 'QUEUED' || phase === 'RESERVED');
  const company = Object.values(tasks).filter(
    ({ phase, direction }) => phase !== 'WRAP_UP' && /CONSULT$|CONFERENCE$/.test(direction),
  );
  return [
    ...others.flatMap(([agentId, { supervisor }]) => (supervisor && looked ? [] : `${agentId} is alone in ${id}`)),
    ...company.map((task) => `${task.id} brings company to nobody`),
    ...(hold || sla ? [`${id} is on hold or timed for nobody`] : []),
  ];
}

/** Once the customer has gone, whoever is left wraps up. */
function deserted(conversation: Conversation): string[] {
  if (customerPresent(conversation)) return [];
  return Object.entries(conversation.participants).flatMap(([agentId, { role }]) =>
    role === 'WRAP_UP' ? [] : [`${agentId} stays as ${role} in ${conversation.id} without a customer`],
  );
}

/** A customer is always somebody's. */
function limbo(conversation: Conversation): string[] {
  return inLimbo(conversation) ? [`${conversation.id} is in limbo`] : [];
}

/** Whoever is logged out is on the way out of every conversation. */
function outsiders({ id, participants }: Conversation, { agents }: State): string[] {
  return Object.entries(participants).flatMap(([agentId, { taskId }]) => {
    const agent = agents.get(agentId);
    const staying = agent?.state.name === 'LOGOUT' && !agent.slots[taskId]?.evicted;
    return staying ? [`${agentId} has logged out and stays in ${id}`] : [];
  });
}

/** Whoever is live in a conversation was shown it, over this connection, since they are in it. */
function unshown({ id, participants }: Conversation, state: State): string[] {
  return Object.entries(participants).flatMap(([agentId, { live, connectionId, joinedAt }]) =>
    live && state.shownAt(connectionId, id) < joinedAt
      ? [`${agentId} is live in ${id}, and their desk was not shown it`]
      : [],
  );
}

/** Each deadline once, and for each a timer that was started for that very instant. */
function untimed(deadlines: readonly Deadline[], state: State): string[] {
  const keys = new Set<string>();
  return deadlines.flatMap((deadline) => {
    const { key } = deadline;
    const twice = keys.has(key) ? [`${key} is due twice`] : [];
    keys.add(key);
    return state.timed(deadline) ? twice : [...twice, `${key} has no timer`];
  });
}

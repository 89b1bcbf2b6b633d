/**
 * What may never be true of a contact centre, whatever happened before: each fault in a few words.
 */
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { Conversation } from '../../shared/domain/conversation/conversation.ts';
import type { Deadline } from '../../shared/domain/effect.ts';
import type { Routable, Waiting } from '../../shared/domain/routing/routing.ts';
import { deadlinesOf } from '../../shared/edge/loop/commands.ts';

/** The state of a contact centre between two steps, whoever plays it. */
export interface FloorState {
  readonly at: number;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly conversations: Readonly<Record<string, { readonly conversation: Conversation }>>;
  waiting(): Waiting[];
  routable(): Routable[];
  fits(candidate: Routable, request: Waiting): boolean;
  /** Was a timer started for it? */
  timed(deadline: Deadline): boolean;
}

/** Faults that may not be there after any step. */
export function faultsOf(floor: FloorState): string[] {
  return [
    ...Object.values(floor.conversations).flatMap(({ conversation }) => [
      ...people(conversation),
      ...requests(conversation),
      ...alone(conversation),
      ...deserted(conversation),
    ]),
    ...owners(floor),
    ...outsiders(floor),
    ...capacity(floor),
    ...states(floor),
    ...deadlines(floor),
  ];
}

/**
 * Faults that may not be left once everything that follows was done and every due timer has fired.
 */
export function leftovers(floor: FloorState): string[] {
  const evicted = Object.values(floor.agents).flatMap(({ slots }) =>
    Object.entries(slots).filter(([, slot]) => slot.evicted),
  );
  const overlooked = floor.waiting().flatMap((request) => {
    const present = floor.conversations[request.conversationId]?.conversation.participants ?? {};
    const free = floor.routable().filter((candidate) => floor.fits(candidate, request) && !present[candidate.agentId]);
    return free.map(({ agentId }) => `${request.taskId} waits though ${agentId} is free`);
  });
  const late = Object.values(floor.conversations).flatMap(({ conversation }) =>
    Object.values(conversation.tasks).filter((task) => {
      const ends = task.phase === 'QUEUED' ? task.ttl.expiresAt : task.phase === 'ACTIVE' ? Infinity : task.expiresAt;
      return ends <= floor.at;
    }),
  );
  return [
    ...evicted.map(([taskId]) => `${taskId} was not taken away`),
    ...overlooked,
    ...late.map(({ id }) => `${id} should be over`),
  ];
}

/**
 * A slot without a task or somebody who supervises, a task without a slot, a task with two owners.
 */
function owners({ agents, conversations }: FloorState): string[] {
  const tasks = Object.values(conversations).flatMap(({ conversation: { id, tasks: open, participants } }) => [
    ...Object.values(open).flatMap((task) =>
      task.phase === 'QUEUED' ? [] : [`${task.id} of ${id} ${task.mrdId} ${task.phase} ${task.assignedTo.id}`],
    ),
    ...Object.entries(participants).flatMap(([agentId, { taskId, supervisor }]) =>
      supervisor ? [`${taskId} of ${id} null ACTIVE ${agentId}`] : [],
    ),
  ]);
  const slots = Object.values(agents).flatMap(({ id, slots: held }) =>
    Object.entries(held).map(
      ([taskId, slot]) => `${taskId} of ${slot.conversationId} ${slot.mrdId} ${slot.phase} ${id}`,
    ),
  );
  const [withTask, withSlot] = [new Set(tasks), new Set(slots)];
  return [
    ...tasks.filter((task) => !withSlot.has(task)).map((task) => `no slot: ${task}`),
    ...slots.filter((slot) => !withTask.has(slot)).map((slot) => `no task: ${slot}`),
  ];
}

/** Nobody is offered more than they take. What they pick from a list is up to them. */
function capacity({ agents, conversations }: FloorState): string[] {
  const picked = (taskId: string, conversationId: string) => {
    const task = conversations[conversationId]?.conversation.tasks[taskId];
    return task?.direction === 'INBOUND' && task.mode === 'AGENT';
  };
  return Object.values(agents).flatMap(({ id, slots, mrds }) =>
    Object.values(mrds).flatMap(({ mrd, maxAgentTasks }) => {
      const taken = Object.entries(slots).filter(
        ([taskId, { mrdId, conversationId }]) => mrdId === mrd.id && !picked(taskId, conversationId),
      ).length;
      return taken > maxAgentTasks ? [`${id} has ${taken} of ${maxAgentTasks} tasks on ${mrd.id}`] : [];
    }),
  );
}

/** Each MRD is in a state that the agent's state and the tasks there explain. */
function states({ agents }: FloorState): string[] {
  return Object.values(agents).flatMap(({ id, state, slots, mrds }) =>
    Object.values(mrds).flatMap((m) => {
      const on = (mrdId: string) => Object.values(slots).filter((slot) => slot.mrdId === mrdId);
      const tasks = on(m.mrd.id);
      const load =
        tasks.length >= m.maxAgentTasks ? 'BUSY' : tasks.some(({ phase }) => phase !== 'RESERVED') ? 'ACTIVE' : 'READY';
      const interrupted = m.interruptedBy?.some((other) => on(other).length > 0) ? ['INTERRUPTED'] : [];
      const stopped = ['NOT_READY', ...(tasks.length > 0 ? ['PENDING_NOT_READY'] : [])];
      const possible = { READY: [load, ...interrupted, ...stopped], NOT_READY: stopped, LOGOUT: ['LOGOUT'], LOGIN: [] };
      const right: readonly string[] = possible[state.name];
      return right.includes(m.state)
        ? []
        : [`${m.mrd.id} of ${id}, who is ${state.name}, is ${m.state} with ${tasks.length} tasks`];
    }),
  );
}

/** Roles and tasks belong together, and a conversation is over when nobody is left in it. */
function people({ id, participants, tasks, sessions, state }: Conversation): string[] {
  const agents = Object.entries(participants).filter(([, { supervisor }]) => !supervisor);
  const roles = agents.map(([agentId, { role, taskId }]) => `${agentId} ${taskId} ${role}`);
  const expected = Object.values(tasks).flatMap((task) => {
    if (task.phase !== 'ACTIVE' && task.phase !== 'WRAP_UP') return [];
    const role = task.phase === 'WRAP_UP' ? 'WRAP_UP' : task.direction === 'CONSULT' ? 'ASSISTANT' : 'PRIMARY';
    return [`${task.assignedTo.id} ${task.id} ${role}`];
  });
  const counted = Object.values(participants).filter(({ role }) => role === 'PRIMARY' || role === 'ASSISTANT').length;
  const over = Object.keys(sessions).length === 0 && Object.keys(participants).length === 0;
  return [
    ...(roles.toSorted().join() === expected.toSorted().join()
      ? []
      : [`${id} has ${roles.join()} for ${expected.join()}`]),
    ...(counted > 4 ? [`${id} has ${counted} agents`] : []),
    ...((state === 'CLOSED') === over ? [] : [`${id} is ${state}`]),
    ...(over && Object.keys(tasks).length > 0 ? [`${id} is over, with tasks`] : []),
  ];
}

/** One request at a time, for somebody else than the one who asked. */
function requests({ id, tasks }: Conversation): string[] {
  const open = Object.values(tasks).filter(({ phase }) => phase === 'QUEUED' || phase === 'RESERVED');
  const own = Object.values(tasks).filter(
    (task) => task.phase !== 'QUEUED' && task.request?.by.id === task.assignedTo.id,
  );
  return [
    ...(open.length > 1 ? [`${id} asks for ${open.length} agents`] : []),
    ...own.map((task) => `${task.id} came back to the one who asked for it`),
  ];
}

/**
 * Without somebody who talks with the customer there is nobody to advise, watch or hurry, and
 * nothing to hold.
 */
function alone({ id, participants, tasks, hold, sla }: Conversation): string[] {
  const others = Object.entries(participants).filter(([, { role }]) => role !== 'WRAP_UP');
  if (others.some(([, { role }]) => role === 'PRIMARY')) return [];
  const company = Object.values(tasks).filter(
    ({ phase, direction }) => phase !== 'WRAP_UP' && /CONSULT$|CONFERENCE$/.test(direction),
  );
  return [
    ...others.map(([agentId]) => `${agentId} is alone in ${id}`),
    ...company.map((task) => `${task.id} brings company to nobody`),
    ...(hold || sla ? [`${id} is on hold or timed for nobody`] : []),
  ];
}

/** Once the customer has gone, whoever is left wraps up. */
function deserted({ id, participants, sessions }: Conversation): string[] {
  if (Object.keys(sessions).length > 0) return [];
  return Object.entries(participants).flatMap(([agentId, { role }]) =>
    role === 'WRAP_UP' ? [] : [`${agentId} stays as ${role} in ${id} without a customer`],
  );
}

/** Whoever is logged out is on the way out of every conversation. */
function outsiders({ agents, conversations }: FloorState): string[] {
  return Object.values(conversations).flatMap(({ conversation: { id, participants } }) =>
    Object.entries(participants).flatMap(([agentId, { taskId }]) => {
      const agent = agents[agentId];
      const staying = agent?.state.name === 'LOGOUT' && !agent.slots[taskId]?.evicted;
      return staying ? [`${agentId} has logged out and stays in ${id}`] : [];
    }),
  );
}

/** Each deadline once, and for each a timer that was started for that very instant. */
function deadlines(floor: FloorState): string[] {
  const all = [
    ...deadlinesOf({ agents: floor.agents }),
    ...Object.values(floor.conversations).flatMap(({ conversation }) => deadlinesOf({ conversation })),
  ];
  const byKey = Map.groupBy(all, ({ key }) => key);
  return [
    ...[...byKey].filter(([, same]) => same.length > 1).map(([key]) => `${key} is due twice`),
    ...all.filter((deadline) => !floor.timed(deadline)).map(({ key }) => `${key} has no timer`),
  ];
}

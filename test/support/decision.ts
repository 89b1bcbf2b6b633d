/**
 * Decisions in tests: every one is made on a frozen world and held against the protocol, and read
 * in a few words.
 */
import { expect } from 'vitest';
import type { Conversation, Decision, World } from '../../shared/domain/conversation/conversation.ts';
import { decide, type ConversationEvent } from '../../shared/domain/decide.ts';
import type { Emit } from '../../shared/domain/effect.ts';
import { inLimbo } from '../../shared/domain/custody/custody.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import type { Task, TaskIn } from '../../shared/domain/conversation/task.ts';
import { onCimEvent, shownLive } from '../../shared/domain/shown/wire.ts';
import { NUMBERED_EVENTS } from '../../shared/protocol/manager-events.ts';
import { managerEvents, type ManagerEventName } from '../../shared/protocol/manager-events.ts';
import { explain } from '../../shared/protocol/values.ts';
import { forsaken } from './looked-after.ts';
import { frozen } from './world.ts';

/**
 * Decides, and holds everything that leaves against the protocol. The world that was decided on is
 * frozen.
 */
export function decided(world: World, ...events: [ConversationEvent, ...ConversationEvent[]]): Decision {
  const [first, ...more] = events;
  const decision = decide(frozen(world), first);
  expect(faults(decision)).toEqual([]);
  if (decision.world !== world) expect(inLimbo(decision.world.conversation), 'the customer is nobody’s').toBe(false);
  if (first.type !== 'leave' && first.type !== 'listGone')
    expect(forsaken(world.conversation, decision.world.conversation), 'left to the platform').toBe(false);
  const [next, ...rest] = more;
  return next ? decided(decision.world, next, ...rest) : decision;
}

/**
 * Each frame of a decision that would break a desk, whoever is told something without having been
 * loaded, each number that is not the next one of its agent's log.
 */
function faults({ world, events, effects }: Decision): string[] {
  const { conversation, meta } = world;
  const live = events.filter(shownLive).map((event) => onCimEvent(conversation, meta, event));
  const said = effects.filter((effect) => effect.type === 'emit');
  const broken = [...live, ...said].flatMap(({ event, data }) => {
    const { error } = managerEvents[event].safeParse(data);
    return error ? [`${event} ${explain(error)}`] : [];
  });
  const strangers = effects.flatMap((effect) =>
    effect.type === 'logged' || world.agents[effect.agentId]
      ? []
      : [`${effect.type} to ${effect.agentId}, who was not loaded`],
  );
  return [...broken, ...strangers, ...(events.length > 0 ? misnumbered(world, said) : [])];
}

/** The numbers of an agent's log end with the newest, in the order in which things are said. */
function misnumbered({ agents }: World, emits: readonly Emit[]): string[] {
  const numbered = emits.filter(({ event }) => NUMBERED_EVENTS.some((name) => name === event));
  return numbered.flatMap((emit) => {
    const { agentId, event, agentSeq } = emit;
    const own = numbered.filter((other) => other.agentId === agentId);
    const due = member(agents, agentId).lastAgentSeq - own.length + own.indexOf(emit) + 1;
    return agentSeq === due ? [] : [`${event} to ${agentId} is number ${agentSeq}, not ${due}`];
  });
}

/** The refusal of what is asked. */
export function refusal(world: World, event: ConversationEvent): Rejection {
  try {
    decide(frozen(world), event);
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
  throw new Error(`${event.type} was not refused`);
}

/** What was written into the log, by name. */
export function names({ events }: Pick<Decision, 'events'>): string[] {
  return events.map(({ event }) => event.name);
}

/** The data of the last event of this name. */
export function dataOf({ events }: Pick<Decision, 'events'>, name: string): Record<string, unknown> | undefined {
  return events.findLast(({ event }) => event.name === name)?.event.data;
}

/** What became of tasks, as the log tells it: `t1 CLOSED/RONA media CLOSED`. */
export function taskChanges(decision: Pick<Decision, 'events'>): string[] {
  return decision.events
    .filter(({ event }) => event.name === 'TASK_STATE_CHANGED')
    .map(({ event: { data } }) => {
      const { task } = data as {
        task: { id: string; state: { name: string; reasonCode: string | null }; activeMedia: { state: string }[] };
      };
      const { name, reasonCode } = task.state;
      return `${task.id} ${reasonCode === null ? name : `${name}/${reasonCode}`} media ${task.activeMedia[0]?.state}`;
    });
}

/** What is said to single agents. */
export function emits({ effects }: Pick<Decision, 'effects'>): Emit[] {
  return effects.filter((effect) => effect.type === 'emit');
}

/** What desks are told, in order: `amy: topicUnsubscription UNSUBSCRIBED`. */
export function said({ effects }: Pick<Decision, 'effects'>): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'logged') return [];
    if (effect.type === 'snapshot') return `${effect.agentId}: snapshot`;
    const { reason } = effect.data as { reason?: string };
    return `${effect.agentId}: ${effect.event}${reason === undefined ? '' : ` ${reason}`}`;
  });
}

/** What a desk is told by the first event of this name. */
export function told(decision: Pick<Decision, 'effects'>, agentId: string, event: ManagerEventName): unknown {
  const emits = decision.effects.filter((effect) => effect.type === 'emit');
  return emits.find((effect) => effect.agentId === agentId && effect.event === event)?.data;
}

/** Who is in the conversation, and as what. */
export function roles({ conversation }: Pick<World, 'conversation'>): Record<string, string> {
  return Object.fromEntries(Object.entries(conversation.participants).map(([id, { role }]) => [id, role]));
}

/** The tasks that are open, as `phase priority`. */
export function openTasks({ conversation }: Pick<World, 'conversation'>): string[] {
  return Object.values(conversation.tasks).map(({ phase, priority }) => `${phase} ${priority}`);
}

/** The only task of a conversation. */
export function onlyTask({ tasks }: Pick<Conversation, 'tasks'>): Task {
  const [task, ...others] = Object.values(tasks);
  if (!task || others.length > 0) throw new Error(`expected one task, not ${Object.keys(tasks).join(', ') || 'none'}`);
  return task;
}

/** The only request for an agent that is open: it waits or rings. */
export function pending({ conversation }: Pick<World, 'conversation'>): TaskIn<'QUEUED'> | TaskIn<'RESERVED'> {
  const [task, ...others] = Object.values(conversation.tasks).filter(
    (open) => open.phase === 'QUEUED' || open.phase === 'RESERVED',
  );
  if (!task || others.length > 0)
    throw new Error(`expected one request, not ${others.length > 0 ? 'several' : 'none'}`);
  return task;
}

export function member<T>(record: Readonly<Record<string, T>>, key: string): T {
  const value = record[key];
  if (value === undefined) throw new Error(`there is no ${key}`);
  return value;
}

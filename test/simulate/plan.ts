/**
 * What will happen on a day, before anybody knows how the contact centre copes: who comes when and
 * for how long, who works when and can do what. All of it is luck of their own.
 */
import type { Attributes } from '../../shared/domain/agent/agent.ts';
import type { Config, QueueLoad } from './config.ts';
import { exponential, lasting, luckOf } from './luck.ts';

export interface Customer {
  readonly number: number;
  /** Milliseconds since the doors opened. */
  readonly comesAt: number;
  readonly queue: QueueLoad;
  readonly patienceMs: number;
  readonly handleMs: number;
  /** Moments of the conversation, in milliseconds since somebody answered, in order. */
  readonly moments: readonly Moment[];
  /** How long the agent wraps it up. */
  readonly wrapUpMs: number;
}

export interface Moment {
  readonly at: number;
  readonly does: 'customer writes' | 'agent writes' | 'agent transfers' | 'customer goes';
}

export interface Worker {
  readonly number: number;
  readonly id: string;
  readonly attributes: Attributes;
  /** Milliseconds since the doors opened. */
  readonly comesAt: number;
}

export interface Plan {
  readonly seed: number;
  readonly durationMs: number;
  readonly customers: readonly Customer[];
  readonly workers: readonly Worker[];
}

export interface Size {
  readonly agents: number;
  readonly hours: number;
  readonly seed: number;
}

const HOUR_MS = 3_600_000;

/** How many come in an hour: as the configuration says, or so many that agents are busy enough. */
export function customersPerHour(config: Config, { agents }: Pick<Size, 'agents'>): number {
  if (config.customersPerHour !== undefined) return config.customersPerHour;
  const { breakEveryMinutes, breakMinutes, chatsAtOnce, answerSeconds } = config.agents;
  const shares = config.queues.reduce((sum, { share }) => sum + share, 0);
  const seconds = config.queues.reduce(
    (sum, { share, handleSeconds, wrapUpSeconds, rules: { wrapUp } }) =>
      sum + (share / shares) * (handleSeconds + answerSeconds + (wrapUp.enabled ? wrapUpSeconds : 0)),
    0,
  );
  const working = breakEveryMinutes / (breakEveryMinutes + breakMinutes);
  return (config.load * agents * working * chatsAtOnce * 3_600) / seconds;
}

/** `perHour`: so that two configurations are visited by the same customers. */
export function planOf(config: Config, size: Size, perHour = customersPerHour(config, size)): Plan {
  const { agents, hours, seed } = size;
  const durationMs = hours * HOUR_MS;
  const customers = Array.from({ length: Math.round(perHour * hours) }, (_, number) =>
    customerOf(config, seed, number, durationMs),
  );
  return {
    seed,
    durationMs,
    customers: customers.toSorted((a, b) => a.comesAt - b.comesAt || a.number - b.number),
    workers: Array.from({ length: agents }, (_, number) => workerOf(config, seed, number, durationMs)),
  };
}

function customerOf(config: Config, seed: number, number: number, durationMs: number): Customer {
  const chance = luckOf(seed, `customer ${number}`);
  const comesAt = Math.floor(along(config.curve, chance.next()) * durationMs);
  const queue = queueOf(config, chance.next());
  const patience = exponential(chance, queue.patienceSeconds * 1_000);
  const patienceMs = Math.min(patience, queue.rules.requestTtlSeconds * 1_000);
  const handleMs = lasting(chance, queue.handleSeconds * 1_000);
  const wrapUpMs = lasting(chance, queue.wrapUpSeconds * 1_000);
  const handedOver = chance.next() < (queue.transfers?.share ?? 0);
  const count = Math.round((queue.messages * handleMs) / (queue.handleSeconds * 1_000));
  const each = handleMs / Math.max(1, count);
  const said = Array.from({ length: count }, (_, index): Moment[] => {
    const at = each * (index + 0.4 * chance.next());
    const answered = at + each * (0.2 + 0.35 * chance.next());
    return [
      { at, does: 'customer writes' },
      { at: answered, does: 'agent writes' },
    ];
  });
  const moments: Moment[] = [
    ...said.flat(),
    ...(handedOver ? [{ at: handleMs * (0.2 + 0.4 * chance.next()), does: 'agent transfers' as const }] : []),
    { at: handleMs, does: 'customer goes' },
  ];
  return {
    number,
    comesAt,
    queue,
    patienceMs,
    handleMs,
    wrapUpMs,
    moments: moments.toSorted((a, b) => a.at - b.at),
  };
}

/** Where in the day a share of those who come has come. */
function along(curve: readonly number[], share: number): number {
  let left = share * curve.reduce((sum, weight) => sum + weight, 0);
  for (const [part, weight] of curve.entries()) {
    if (left < weight) return (part + left / weight) / curve.length;
    left -= weight;
  }
  return 1;
}

function queueOf({ queues }: Config, share: number): QueueLoad {
  let left = share * queues.reduce((sum, queue) => sum + queue.share, 0);
  for (const queue of queues) {
    if (left < queue.share) return queue;
    left -= queue.share;
  }
  const [first] = queues;
  if (!first) throw new Error('there is no queue');
  return first;
}

function workerOf(config: Config, seed: number, number: number, durationMs: number): Worker {
  const chance = luckOf(seed, `agent ${number}`);
  const within = Math.min(config.agents.arriveWithinSeconds * 1_000, durationMs / 4);
  const comesAt = Math.floor(chance.next() * within);
  // One draw for each skill, by its name: another skill, or more who have it, changes nothing else.
  const attributes = Object.entries(config.skills).flatMap(([skill, { share, level }]) =>
    luckOf(seed, `agent ${number} ${skill}`).next() < share ? [[skill, level] as const] : [],
  );
  const id = `agent-${String(number).padStart(6, '0')}`;
  return { number, id, comesAt, attributes: Object.fromEntries(attributes) };
}

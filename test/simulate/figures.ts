/** What a day comes to, in numbers. */
import { billOf, components, type Component } from '../../infra/cost/prices.ts';
import type { Config } from './config.ts';
import type { Day } from './day.ts';
import type { HotKey } from './hot-keys.ts';
import type { Visited } from './visit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How many points a curve has. */
const POINTS = 96;

/** Customers of a queue, or all. Waits are in seconds, of those who were answered. */
export interface Service {
  readonly arrived: number;
  /** Somebody answered, the customer gave up before, or they still wait at closing time. */
  readonly served: number;
  readonly abandoned: number;
  readonly waiting: number;
  readonly transferred: number;
  /** A share of those who were served or gave up. */
  readonly serviceLevel: number;
  readonly waitP50: number;
  readonly waitP95: number;
  readonly waitMax: number;
}

/** A part of the day, from `minute` on. */
export interface Point {
  readonly minute: number;
  readonly arrived: number;
  readonly abandoned: number;
  readonly waiting: number;
  readonly waitP95: number;
  readonly agents: number;
  readonly places: number;
  readonly taken: number;
}

export interface Figures {
  readonly all: Service;
  readonly queues: Readonly<Record<string, Service>>;
  readonly agentHours: number;
  readonly occupancy: number;
  readonly offers: number;
  readonly offersPerConversation: number;
  readonly ringOuts: number;
  readonly networkLosses: number;
  readonly conflicts: number;
  /** US dollars for an hour of an agent who is signed in. */
  readonly cost: Readonly<Record<Component, number>> & { readonly total: number };
  readonly hottest: readonly HotKey[];
  readonly violations: readonly string[];
  readonly points: readonly Point[];
}

export function figuresOf(day: Day, config: Config): Figures {
  const within = new Map(config.queues.map(({ id, serviceLevelSeconds }) => [id, serviceLevelSeconds * 1_000]));
  const service = (visits: readonly Visited[]) => serviceOf(visits, day.endsAt, within);
  const all = service(day.visits);
  const agentHours = day.spent.signedInMs / HOUR_MS;
  const { total, ...bill } = billOf(day.usage);
  const perHour = Object.fromEntries(components.map((name) => [name, bill[name] / agentHours]));
  return {
    all,
    queues: Object.fromEntries(
      config.queues.map(({ id }) => [id, service(day.visits.filter(({ queue }) => queue === id))]),
    ),
    agentHours,
    occupancy: day.spent.takenMs / day.spent.placesMs,
    offers: day.offers,
    offersPerConversation: day.offers / Math.max(1, all.served),
    ringOuts: day.ringOuts,
    networkLosses: day.losses,
    conflicts: day.conflicts,
    cost: { ...(perHour as Record<Component, number>), total: total / agentHours },
    hottest: day.hottest,
    violations: day.faults,
    points: pointsOf(day),
  };
}

function serviceOf(visits: readonly Visited[], endsAt: number, within: ReadonlyMap<string, number>): Service {
  const waits: number[] = [];
  let [abandoned, inTime, transferred] = [0, 0, 0];
  for (const { queue, comesAt, answeredAt, goneAt, transferred: handedOver } of visits) {
    if (handedOver) transferred += 1;
    if (answeredAt !== null && answeredAt <= endsAt) {
      waits.push(answeredAt - comesAt);
      if (answeredAt - comesAt <= (within.get(queue) ?? 0)) inTime += 1;
    } else if (goneAt !== null && goneAt <= endsAt) abandoned += 1;
  }
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => quantile(sorted, share) / 1_000;
  return {
    arrived: visits.length,
    served: waits.length,
    abandoned,
    waiting: visits.length - waits.length - abandoned,
    transferred,
    serviceLevel: inTime / Math.max(1, waits.length + abandoned),
    waitP50: at(0.5),
    waitP95: at(0.95),
    waitMax: at(1),
  };
}

/** Of numbers in order; 0 where there are none. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function pointsOf({ visits, minutes, opensAt }: Day): Point[] {
  const step = Math.max(1, Math.ceil(minutes.length / POINTS));
  const count = Math.ceil(minutes.length / step);
  const partOf = (instant: number) => Math.floor((instant - opensAt) / MINUTE_MS / step);
  const [arrived, ended, abandoned] = [zeros(count), zeros(count), zeros(count)];
  const waits = Array.from({ length: count }, (): number[] => []);
  for (const { comesAt, answeredAt, goneAt } of visits) {
    more(arrived, partOf(comesAt));
    const waitedUntil = answeredAt ?? goneAt;
    if (waitedUntil === null) continue;
    more(ended, partOf(waitedUntil));
    if (answeredAt === null) more(abandoned, partOf(waitedUntil));
    else waits[partOf(answeredAt)]?.push(answeredAt - comesAt);
  }
  let waiting = 0;
  return arrived.map((came, part) => {
    waiting += came - (ended[part] ?? 0);
    const minute = part * step;
    const { agents = 0, places = 0, taken = 0 } = minutes[Math.min(minutes.length, minute + step) - 1] ?? {};
    const sorted = (waits[part] ?? []).toSorted((a, b) => a - b);
    return {
      minute,
      arrived: came,
      abandoned: abandoned[part] ?? 0,
      waiting,
      waitP95: quantile(sorted, 0.95) / 1_000,
      agents,
      places,
      taken,
    };
  });
}

const zeros = (count: number) => Array.from({ length: count }, () => 0);

function more(counts: number[], index: number): void {
  if (index < counts.length) counts[index] = (counts[index] ?? 0) + 1;
}

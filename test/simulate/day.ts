/**
 * Plays a day: everybody who was planned comes and goes, and in the end everything has its place.
 */
import type { Functions } from '../../infra/small/functions.ts';
import type { Usage } from '../../infra/cost/prices.ts';
import { Centre } from './centre.ts';
import type { Config } from './config.ts';
import type { HotKey } from './hot-keys.ts';
import type { Plan } from './plan.ts';
import { SESSION, Visit, type Visited } from './visit.ts';
import { Watch } from './watch.ts';
import { Worker, type Surroundings } from './worker.ts';

const MINUTE_MS = 60_000;
const CHECK_MS = 5 * MINUTE_MS;
/**
 * A conversation that is over is nobody's business so much later: by then its timers have fired.
 */
const FORGOTTEN_MS = 20 * MINUTE_MS;
/** After closing time customers are served until nobody is left, but no longer than this. */
const LONGEST_AFTER_MS = 4 * 60 * MINUTE_MS;
/** By then whatever follows has followed. */
const REST_MS = 20 * MINUTE_MS;

/** How it was between this minute and the next. */
export interface Minute {
  readonly agents: number;
  readonly places: number;
  readonly taken: number;
}

/** What came of a day, at closing time. */
export interface Day {
  readonly plan: Plan;
  readonly visits: readonly Visited[];
  readonly minutes: readonly Minute[];
  readonly opensAt: number;
  readonly endsAt: number;
  readonly offers: number;
  readonly ringOuts: number;
  readonly losses: number;
  readonly conflicts: number;
  readonly usage: Usage;
  readonly hottest: readonly HotKey[];
  readonly spent: Watch['spent'];
  /** The whole day, and until all had gone home. */
  readonly faults: readonly string[];
}

export interface Playing {
  /** Called once in a simulated minute. */
  readonly progress?: (minute: number) => void;
  /** Does something to the centre that nobody expects, so long after the doors opened. */
  readonly mischief?: { readonly afterMs: number; readonly does: (centre: Centre) => unknown };
}

export async function play(functions: Functions, config: Config, plan: Plan, playing: Playing = {}): Promise<Day> {
  const floor = new Floor();
  const watch: Watch = new Watch(config, () => centre.clock.now(), {
    served: (sessionId, agentId) => floor.served(sessionId, agentId),
    closed(conversationId, sessionId) {
      const number = sessionId.slice(SESSION.length);
      const forgotten = [`CONVERSATION#${conversationId}`, `SESSION#${sessionId}`, `CUSTOMER#c-${number}`];
      centre.clock.at(centre.clock.now() + FORGOTTEN_MS, () => forgotten.forEach((pk) => centre.world.rows.forget(pk)));
    },
  });
  const centre = new Centre(functions, config, plan.seed, watch);
  const { clock } = centre;
  const opensAt = clock.now();
  const endsAt = opensAt + plan.durationMs;
  await centre.configure(config);
  for (const planned of plan.workers) {
    await centre.profile(planned.id, planned.attributes);
    const worker = new Worker(centre, config.agents, floor.surroundings(watch), planned, plan.seed);
    floor.workers.set(worker.id, worker);
  }
  centre.open();
  const comes = (next: number) => {
    const planned = plan.customers[next];
    if (!planned) return;
    clock.at(opensAt + planned.comesAt, () => {
      const visit = new Visit(centre, planned, (fault) => watch.fault(fault));
      floor.visits.set(visit.sessionId, visit);
      void visit.come();
      comes(next + 1);
    });
  };
  comes(0);
  const { mischief, progress } = playing;
  if (mischief) clock.at(opensAt + mischief.afterMs, () => mischief.does(centre));

  const minutes: Minute[] = [];
  const aMinute = async () => {
    await clock.rushUntil(clock.now() + MINUTE_MS);
    if ((clock.now() - opensAt) % CHECK_MS === 0) watch.check();
    centre.world.rows.expire(clock.now());
    progress?.(Math.round((clock.now() - opensAt) / MINUTE_MS));
  };
  while (clock.now() < endsAt) {
    await aMinute();
    minutes.push(watch.floor());
  }
  watch.check();
  const workers = [...floor.workers.values()];
  for (const worker of workers) worker.count();
  const day = {
    plan,
    visits: [...floor.visits.values()].map((visit) => visit.told()),
    minutes,
    opensAt,
    endsAt,
    offers: watch.offers,
    ringOuts: workers.reduce((sum, { ringOuts }) => sum + ringOuts, 0),
    losses: workers.reduce((sum, { losses }) => sum + losses, 0),
    conflicts: centre.conflicts,
    usage: { ...centre.usage(), 'WebSocket connections': floor.connectedMs / MINUTE_MS },
    hottest: centre.keys.hottest(),
    spent: { ...watch.spent },
  };
  for (const worker of workers) worker.leave();
  while (!floor.over() && clock.now() < endsAt + LONGEST_AFTER_MS) await aMinute();
  if (!floor.over()) watch.fault('not everybody has gone home');
  for (const end = clock.now() + REST_MS; clock.now() < end;) await aMinute();
  watch.check(true);
  return { ...day, faults: watch.faults };
}

/** Who is there. */
class Floor {
  readonly workers = new Map<string, Worker>();
  /** By the id of their channel session. */
  readonly visits = new Map<string, Visit>();
  connectedMs = 0;

  served(sessionId: string, agentId: string | null): void {
    this.visits.get(sessionId)?.served(agentId === null ? null : (this.workers.get(agentId) ?? null));
  }

  over(): boolean {
    return (
      [...this.workers.values()].every(({ gone }) => gone) &&
      [...this.visits.values()].every(({ goneAt }) => goneAt !== null)
    );
  }

  surroundings(watch: Watch): Surroundings {
    return {
      wrapUpMs: (conversationId) => this.visits.get(watch.sessionOf(conversationId))?.planned.wrapUpMs ?? 0,
      fault: (fault) => watch.fault(fault),
      connected: (ms) => (this.connectedMs += ms),
    };
  }
}

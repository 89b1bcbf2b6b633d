/** What a bridge counts, as Prometheus reads it. Nothing in it names an agent or a customer. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Upper bounds, in seconds, of how long the manager took to answer. */
const ANSWERED_WITHIN = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PREFIX = 'agent_manager_bridge_';

/** Why a desk was told to connect anew. */
export type Cut = 'slow' | 'unreachable' | 'refused' | 'draining';

export class Metrics {
  /** Desks that are connected. */
  desks = 0;
  /** Sessions with the manager, whether a connection is open or being opened. */
  upstreams = 0;
  readonly messages = { to_manager: 0, to_desk: 0 };
  readonly refusals = { handshake: 0, request: 0, too_many: 0 };
  /** Tokens that were asked for in the place of desks. */
  readonly refreshes = { newer: 0, over: 0, unreachable: 0 };
  readonly cuts: Record<Cut, number> = { slow: 0, unreachable: 0, refused: 0, draining: 0 };
  readonly #within = ANSWERED_WITHIN.map(() => 0);
  #answers = 0;
  #answeredSeconds = 0;
  readonly #lag = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#lag.enable();
  }

  answered(ms: number): void {
    this.#answers += 1;
    this.#answeredSeconds += ms / 1000;
    for (const [index, bound] of ANSWERED_WITHIN.entries()) if (ms / 1000 <= bound) this.#within[index]! += 1;
  }

  stop(): void {
    this.#lag.disable();
  }

  /** In the text format 0.0.4. */
  text(): string {
    const lagSeconds = Number.isFinite(this.#lag.max) ? this.#lag.max / 1e9 : 0;
    this.#lag.reset();
    const buckets = ANSWERED_WITHIN.map((bound, index): Sample => [`_bucket{le="${bound}"}`, this.#within[index] ?? 0]);
    const answers: Sample[] = [
      ...buckets,
      ['_bucket{le="+Inf"}', this.#answers],
      ['_sum', this.#answeredSeconds],
      ['_count', this.#answers],
    ];
    return [
      family('desks', 'gauge', 'Desks that are connected.', [['', this.desks]]),
      family('upstreams', 'gauge', 'Sessions with the manager.', [['', this.upstreams]]),
      family('messages_total', 'counter', 'Events that were passed on.', labelled('direction', this.messages)),
      family('refusals_total', 'counter', 'What was refused.', labelled('kind', this.refusals)),
      family('cuts_total', 'counter', 'Desks that were told to connect anew.', labelled('reason', this.cuts)),
      family(
        'refreshes_total',
        'counter',
        'What came of asking for newer tokens.',
        labelled('outcome', this.refreshes),
      ),
      family('answer_seconds', 'histogram', 'From what a desk asks to its acknowledgement.', answers),
      family('loop_lag_seconds', 'gauge', 'The longest that the process was held up since this was read last.', [
        ['', lagSeconds],
      ]),
      family('memory_bytes', 'gauge', 'Resident memory.', [['', process.memoryUsage.rss()]]),
    ].join('');
  }
}

type Sample = [suffix: string, value: number];

function labelled(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([value, count]) => [`{${label}="${value}"}`, count]);
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([suffix, value]) => `${PREFIX}${name}${suffix} ${value}\n`);
  return `# HELP ${PREFIX}${name} ${help}\n# TYPE ${PREFIX}${name} ${type}\n${lines.join('')}`;
}

/**
 * A small world: the ports of shared/edge on maps, as many worlds in a process as are wanted.
 * `const small = smallWorld()`; hand `small.app()` to route, greet, fire and the platform's
 * handlers, attach desks to `small.wires`, say who consumes `small.timers`, `greetings`, `news` and
 * `stream`, and let time pass by `small.clock`.
 */
import type { App, Greeting, Log, Settings } from '../edge/app.ts';
import type { Deadline } from '../domain/effect.ts';
import type { ListNews } from '../domain/handling/pull-list.ts';
import { Buckets } from '../edge/pace.ts';
import { portsOn } from '../rows/ports.ts';
import { plainly, type Around } from './call.ts';
import { VirtualClock, type Clock } from './clock.ts';
import type { Meter } from './meter.ts';
import { Queue } from './queue.ts';
import { random } from './random.ts';
import { socketsOn, Wires } from './sockets.ts';
import { Stream } from './stream.ts';
import { Rows, tableOn, type Changed } from './table.ts';

export interface Options<C extends Clock> {
  readonly clock?: C;
  readonly settings?: Partial<Settings>;
  readonly seed?: number;
  readonly log?: Log;
  readonly meter?: Meter;
  /** Rows are written by this code alone, and read without holding them against their schemas. */
  readonly trusted?: boolean;
  /** Told of what is written, at once and before anybody reads it. */
  readonly onChange?: (changes: readonly Changed[]) => void;
}

export type TimerMessage = Pick<Deadline, 'timer' | 'dueAt'>;

export interface SmallWorld<C extends Clock> {
  readonly clock: C;
  readonly rows: Rows;
  readonly stream: Stream;
  readonly wires: Wires;
  /** Queues; a timer is handed over when it is due. */
  readonly timers: Queue<TimerMessage>;
  readonly greetings: Queue<Greeting>;
  readonly news: Queue<ListNews>;
  /** The ports, with something around each call, for the whole world or for one who runs in it. */
  app(around?: Around): App;
}

const SILENT: Log = { info() {}, warn() {}, error() {} };
const SETTINGS: Settings = {
  graceSeconds: 60,
  leaseSeconds: 45,
  tokenGraceSeconds: 60,
  framesPerSecond: 50,
  framesOverSeconds: 5,
  retentionDays: 0,
};

export function smallWorld(): SmallWorld<VirtualClock>;
export function smallWorld<C extends Clock = VirtualClock>(options: Options<C>): SmallWorld<C>;
export function smallWorld({ clock = new VirtualClock(), ...options }: Options<Clock> = {}): SmallWorld<Clock> {
  const stream = new Stream(clock);
  const rows = new Rows(
    (changes) => {
      options.onChange?.(changes);
      stream.onChange(changes);
    },
    options.meter,
    options.trusted,
  );
  const wires = new Wires();
  const timers = new Queue<TimerMessage>(clock);
  const news = new Queue<ListNews>(clock, ({ conversationId }) => conversationId);
  const chance = random(options.seed ?? 1);
  const app = (around: Around = plainly): App => ({
    ...portsOn(tableOn(rows, around), () => clock.now()),
    pace: new Buckets(),
    settings: { ...SETTINGS, ...options.settings },
    log: options.log ?? SILENT,
    newId: () => chance.id(),
    random: () => chance.next(),
    sleep: (ms) => around({ port: 'sleep', does: 'sleep', about: '' }, () => clock.sleep(ms)),
    sockets: socketsOn(wires, around),
    timers: {
      start: (deadlines) =>
        around({ port: 'timers', does: 'start', about: deadlines.map(({ key }) => key).join(' ') }, async () => {
          for (const { timer, dueAt } of deadlines) timers.send({ timer, dueAt }, dueAt);
        }),
    },
    lists: {
      announce: (about) =>
        around({ port: 'lists', does: 'announce', about: about.listId }, async () => news.send(about)),
    },
  });
  return { clock, rows, stream, wires, timers, greetings: new Queue<Greeting>(clock), news, app };
}

/**
 * One schedule: people do things, calls go on in any order, messages and timers come late, early
 * and twice, and in a wild one calls fail, posts get lost and processes die. After each step that
 * wrote something nothing may be wrong, and when all has come to rest nothing may be left.
 */
import { Conflict } from '../../shared/edge/app.ts';
import { BACKUP_MS } from '../../shared/domain/effect.ts';
import type { Call } from '../../shared/memory/call.ts';
import { Centre, type Message } from './centre.ts';
import { deeds } from './deeds.ts';
import { leftovers } from '../support/faults.ts';
import { unheard } from './heard.ts';
import { listIds, people } from './people.ts';
import { rest, type Fate, type Run } from './run.ts';
import type { Tally } from './tally.ts';
import { haverWord, listWord, wordsOf } from './words.ts';

export interface Told {
  readonly faults: readonly string[];
  /** How many things people and the platform did. */
  readonly deeds: number;
  /** How many functions ran, and how many calls they made. */
  readonly runs: number;
  readonly calls: number;
}

export interface Options {
  /** Each frame is held against the protocol, too. */
  readonly strict?: boolean;
  /** So many deeds at most. */
  readonly most?: number;
  /** Deeds that are left out, by their place. */
  readonly without?: ReadonlySet<number>;
  readonly tally?: Tally;
  /** Is told what happens. */
  readonly say?: (line: string) => void;
}

/** A call that takes longer than this is of a process that is given up. */
const LONGEST_RUN_MS = 1_500;
const PASSING_MS = [300, 1_000, 3_000, 20_000, 31_000, 61_000];
/** Longer than anything is due, such as a hold. */
const AFTERWARDS_MS = 400_000;
const EARLY_MS = 2_000;
const MOST_STEPS = 40_000;

const often = [
  'becomes ready',
  'accepts an offer',
  'accepts an offer',
  'accepts an offer',
  'answers the customer',
  'and a customer comes',
  'and a customer comes',
  'consults',
  'consults',
  'transfers after consulting',
  'confers after consulting',
  'asks for a conference',
  'transfers',
  'has the offer',
  'watches',
  'watches',
  'barges in',
  'whispers',
  'and a customer calls',
  'and a customer goes',
  'and a customer writes',
  'picks',
  'holds',
  'leaves',
  'leaves',
  'joins the others',
  'closes wrap-up',
  'stops and logs out',
  'orders',
  'orders',
  'and a queue changes',
  'and who waits is moved',
  'connects',
  'loses the network',
];
const all = Object.keys(deeds);
const usual = [
  'and a customer comes',
  'and a customer comes',
  'and a customer comes to a list',
  'and a customer comes to the platform',
  'becomes ready',
  'picks',
  'consults',
  'asks for a conference',
  'transfers',
  'watches',
  'whispers',
  'barges in',
  'answers the customer',
  'and a customer writes',
  'and a customer opens a session',
];

/** Everybody has come to work, and three customers wait. */
async function morning(): Promise<Centre> {
  const centre = new Centre(BEFORE, true);
  await centre.configure();
  for (const who of people) {
    centre.connect(who);
    await settle(centre, centre.now);
    deeds['becomes ready']?.(centre, who);
    for (const listId of listIds) {
      const desk = centre.newest.get(who);
      if (desk) centre.frame(desk, 'subscribePullModeList', { listId });
    }
    await settle(centre, centre.now);
  }
  for (const home of ['and a customer comes', 'and a customer comes to an open list', 'and a customer comes']) {
    deeds[home]?.(centre, '');
    await settle(centre, centre.now);
  }
  return centre;
}

/**
 * What schedules go on from: every other time an hour in which everybody is busier than in the one
 * before, else a scene, right in the morning.
 */
const hours: Promise<Centre>[] = [];
const HOURS = 36;
const DEEDS_AN_HOUR = 3;
/** No number of a schedule, or its ids would be used already. */
const BEFORE = 2 ** 31;

type Scene = readonly (readonly [what: string, who: string])[];

const talking: Scene = [
  ['accepts an offer', 'amy'],
  ['accepts an offer', 'amy'],
];
/** One joins the other, until there is no room. */
const crowd: Scene = people.filter((who) => who !== 'sam').map((who) => ['joins the others', who]);
const watching: Scene = [
  ['watches', ''],
  ['watches', ''],
  ['watches', ''],
];

/** What hardly ever comes together. */
const scenes: readonly Scene[] = [
  crowd,
  [...crowd, ...watching, ['whispers', 'sam'], ['barges in', 'sam']],
  // A supervisor stays in front of the customer whom the agent hands over.
  [...talking, ...watching, ['barges in', 'sam'], ['transfers', '']],
  [...talking, ['transfers', ''], ['accepts an offer', 'amy']],
  // A call interrupts.
  [...talking, ['and a customer calls', ''], ['accepts an offer', 'amy']],
  [...talking, ['consults', ''], ['accepts an offer', 'amy'], ['transfers after consulting', 'amy'], ['consults', '']],
  [...talking, ['consults', ''], ['accepts an offer', 'amy'], ['confers after consulting', 'amy']],
  // Somebody wraps up a customer whom nobody else could join.
  [
    ['and a customer comes to the exclusive list', ''],
    ['picks from the exclusive list', 'bob'],
    ['and who is on the exclusive list goes', ''],
  ],
  // All promise to confirm what they are offered.
  [...people.map((who) => ['connects and will confirm', who] as const), ...talking],
];

/** One deed after the other, each to its end, and nothing fails. */
async function hourAfter(base: Promise<Centre>, hour: number, scene: Scene | undefined): Promise<Centre> {
  const centre = new Centre(BEFORE + hour, true, await base);
  const { chance } = centre;
  const anyone = () => chance.one(people) ?? '';
  const busy = () => [[chance.one(usual) ?? '', anyone()] as const, ['accepts an offer', anyone()] as const];
  for (const [what, who] of scene ?? Array.from({ length: DEEDS_AN_HOUR }, busy).flat()) {
    deeds[what]?.(centre, who);
    await settle(centre, centre.now + 1_000);
  }
  return centre;
}

async function anHour(which: number): Promise<Centre> {
  for (let hour = hours.length; hour <= which; hour++) hours.push(hour === 0 ? morning() : begins(hour));
  const centre = await (hours[which] ?? morning());
  if (centre.faults.length > 0) throw new Error(`before anything went wrong: ${centre.faults.join('; ')}`);
  return centre;
}

function begins(hour: number): Promise<Centre> {
  const scene = hour % 2 === 1 ? scenes[((hour - 1) / 2) % scenes.length] : undefined;
  return hourAfter(hours[scene ? 0 : hour - 2] ?? morning(), hour, scene);
}

/** Plays the schedule of this number. */
export async function play(number: number, options: Options = {}): Promise<Told> {
  const base = await anHour(number % HOURS);
  const centre = new Centre(number, options.strict ?? false, base);
  return new Schedule(centre, base, options).play();
}

class Schedule {
  readonly #centre: Centre;
  readonly #base: Centre;
  readonly #options: Options;
  readonly #wild: boolean;
  readonly #length: number;
  #deeds = 0;

  constructor(centre: Centre, base: Centre, options: Options) {
    this.#centre = centre;
    this.#base = base;
    this.#options = options;
    this.#wild = centre.chance.below(3) > 0;
    this.#length = Math.min(6 + centre.chance.below(30), options.most ?? Infinity);
  }

  async play(): Promise<Told> {
    const centre = this.#centre;
    centre.expectsErrors = this.#wild;
    while (this.#deeds < this.#length && centre.faults.length === 0) {
      this.#next();
      await rest();
    }
    await this.#toRest();
    for (const [id, open] of this.#options.tally ? centre.view.conversations : []) {
      const before = this.#base.view.conversations.get(id)?.log.length ?? 0;
      for (const word of wordsOf(open.log.slice(before))) this.#options.tally?.add(`logged: ${word}`);
      const onList = listWord(open);
      if (onList) this.#options.tally?.add(`on a list: ${onList}`);
      this.#options.tally?.add(`is had by: ${haverWord(open)}`);
    }
    for (const { refusals } of this.#options.tally ? centre.desks.values() : [])
      for (const refusal of refusals) this.#options.tally?.add(`refused: ${refusal}`);
    return { faults: centre.faults, deeds: this.#deeds, ...centre.count };
  }

  #next(): void {
    const centre = this.#centre;
    const { chance } = centre;
    const roll = chance.below(100);
    const one = chance.one(centre.waitingRuns());
    const busy = one !== undefined && (!this.#wild || chance.below(8) > 0);
    if (one && (roll < 70 || (busy && roll >= 86 && roll < 90))) this.#goOn(one);
    else if (roll < 86) this.#deliver(chance.one(ready(centre, this.#wild && chance.below(4) === 0 ? EARLY_MS : 0)));
    else if (roll < 90) this.#pass(chance.one(PASSING_MS) ?? 0);
    else this.#do();
  }

  #happens(kind: string, what: string, about = ''): void {
    const { say, tally } = this.#options;
    tally?.add(`${kind}: ${what}`);
    say?.(`${((this.#centre.now - MORNING) / 1000).toFixed(1).padStart(7)} s  ${kind}: ${what} ${about}`.trimEnd());
  }

  #goOn(one: Run): void {
    const { chance } = this.#centre;
    const index = chance.below(one.parked.length);
    const call = one.parked[index]?.call;
    if (!call) return;
    const what = `${call.port} ${call.does}`;
    if (this.#wild && chance.below(one.wrote ? 12 : 150) === 0) {
      this.#happens('died before', what, `in ${one.kind}`);
      return one.die();
    }
    const [fate, error] = this.#wild ? this.#fateOf(call) : MADE;
    if (fate !== 'made') this.#happens(error instanceof Conflict ? `conflict, ${fate}` : fate, what, `in ${one.kind}`);
    else this.#options.say?.(`             ${one.kind}: ${what} ${call.about}`);
    one.step(index, fate, error);
  }

  /** Mostly a call is made. Of a write that fails its caller is mostly told that it lost a race. */
  #fateOf({ port, does }: Call): [Fate, Error] {
    const { chance } = this.#centre;
    if (port === 'sleep' || chance.below(port === 'sockets' ? 8 : does === 'write' ? 10 : 25) > 0) return MADE;
    if (port === 'sockets')
      return does === 'post' ? [chance.one(['unsure, made', 'unsure, not made'] as const) ?? 'made', LATE] : MADE;
    const fate = chance.one(['failed', 'answer lost'] as const) ?? 'made';
    return [fate, does === 'write' && chance.below(4) > 0 ? new Conflict('others were quicker') : LATE];
  }

  #deliver(message: Message | undefined): void {
    const centre = this.#centre;
    if (!message) return;
    const { to, dueAt } = message;
    if (to === 'socket/disconnect' && this.#wild && centre.chance.below(4) === 0) {
      this.#happens('never comes', to);
      return centre.drop(message);
    }
    const again = centre.chance.below(10) === 0;
    const late = centre.now - dueAt;
    const how = late < 0 ? 'early' : late > 1_000 ? 'late' : 'in time';
    this.#happens(again ? `${how}, and again` : how, nameOf(message), JSON.stringify(message.body));
    centre.deliver(message, again);
  }

  /** Time passes. What runs for too long is given up, as Lambda does. */
  #pass(ms: number): void {
    const centre = this.#centre;
    this.#happens('time passes', `${ms} ms`);
    centre.now += ms;
    for (const one of centre.runs) {
      if (centre.now - one.since <= LONGEST_RUN_MS) continue;
      this.#happens(
        'timed out before',
        one.parked.map(({ call }) => `${call.port} ${call.does}`)[0] ?? 'nothing',
        `in ${one.kind}`,
      );
      one.die();
    }
  }

  #do(): void {
    const centre = this.#centre;
    const { chance } = centre;
    const what = (chance.below(3) > 0 ? chance.one(often) : chance.one(all)) ?? '';
    const who = chance.one(people) ?? '';
    const place = this.#deeds++;
    if (this.#options.without?.has(place)) return;
    centre.lastSaid = '';
    deeds[what]?.(centre, who);
    if (centre.lastSaid !== '') this.#happens('done', what, `${place}, ${centre.lastSaid}`);
    else this.#happens('could not be', what, `${place}`);
  }

  /**
   * All goes on, then what backs up whoever died, and in every third schedule all that is ever due.
   * What a process did not do comes by its timer, `BACKUP_MS` after the write at the latest, or
   * after a race that this one lost; tasks are taken from an agent one after the other.
   */
  async #toRest(): Promise<void> {
    const centre = this.#centre;
    await this.#settled(centre.now);
    centre.expectsErrors = false;
    if (centre.faults.length === 0 && !this.#wild) centre.faults.push(...unheard(centre));
    await this.#left(Math.max(centre.now + BACKUP_MS, ...checks(centre)));
    if (centre.chance.below(3) === 0) await this.#left(centre.now + AFTERWARDS_MS);
  }

  async #left(until: number): Promise<void> {
    const { faults, view } = this.#centre;
    if (faults.length > 0) return;
    await this.#settled(until);
    view.at = this.#centre.now;
    if (faults.length === 0) faults.push(...leftovers(view));
  }

  #settled(until: number): Promise<void> {
    const { chance } = this.#centre;
    return settle(this.#centre, until, {
      tries: (message, how) => IDLE[how].has(nameOf(message)) && chance.below(4) === 0,
      begins: (message) => this.#happens('afterwards', nameOf(message), JSON.stringify(message.body)),
    });
  }
}

const MORNING = Date.UTC(2030, 0, 1, 8);
const LATE = new Error('no answer in time');
const MADE: [Fate, Error] = ['made', LATE];

const FINAL = [
  'offerExpired',
  'requestExpired',
  'entrustExpired',
  'wrapUpExpired',
  'estimateDue',
  'holdExpired',
  'slaReached',
  'graceExpired',
];
const named = (kinds: readonly string[]) => new Set(kinds.map((kind) => `timers/due ${kind}`));

/**
 * Timers that change nothing before their time, and where they have fired already. That of a
 * receipt looks at any time whether the desk is there.
 */
const IDLE = { early: named([...FINAL, 'snapshotDue']), twice: named([...FINAL, 'receiptDue']) };

export function nameOf({ to, body }: Message): string {
  const { timer } = body as { timer?: { kind: string } };
  return timer ? `${to} ${timer.kind}` : to;
}

/** When the tasks that are to be taken from their agents are looked at. */
function checks({ view }: Centre): number[] {
  return [...view.agents.values()].flatMap(({ slots }) =>
    Object.values(slots).flatMap(({ evicted }) => evicted?.checkAt ?? []),
  );
}

/** Messages that may be handed over now: whose time has come, or nearly; of a group the first. */
function ready({ messages, now }: Centre, early: number): Message[] {
  const groups = new Set<string>();
  return messages.filter(({ dueAt, group }) => {
    if (group === undefined) return dueAt <= now + early;
    const first = !groups.has(group);
    groups.add(group);
    return first && dueAt <= now + early;
  });
}

interface Settling {
  /** Shall it be handed over before its time as well, and once more, to change nothing? */
  readonly tries?: (message: Message, how: keyof typeof IDLE) => boolean;
  readonly begins?: (message: Message) => void;
}

/**
 * Everything that runs goes on, one after the other, and what is due until then is handed over when
 * its time comes; nothing fails.
 */
async function settle(centre: Centre, until: number, { tries, begins }: Settling = {}): Promise<void> {
  centre.free = true;
  for (const one of centre.runs) {
    while (one.parked.length > 0) one.step(0);
    await rest();
  }
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    if (centre.faults.length > 0) return;
    const next = centre.next();
    if (!next || next.dueAt > until) {
      centre.now = Math.max(centre.now, until);
      return;
    }
    if (next.dueAt > centre.now && tries?.(next, 'early') && !next.again) await changesNothing(centre, next, 'early');
    centre.now = Math.max(centre.now, next.dueAt);
    begins?.(next);
    centre.deliver(next, false);
    await rest();
    if (tries?.(next, 'twice')) await changesNothing(centre, next, 'twice');
  }
  throw new Error('it does not come to rest');
}

/**
 * What a timer is about. Whoever it tells once more what they were told may be found gone by that,
 * which is no change of it.
 */
function subjectOf({ agents, conversations }: Centre['view'], { body }: Message): unknown {
  const { timer } = body as { timer: { conversationId?: string; taskId?: string; agentId?: string } };
  const conversation = conversations.get(timer.conversationId ?? '')?.conversation;
  if (!conversation) return agents.get(timer.agentId ?? '')?.state.name;
  return timer.taskId === undefined ? conversation.version : conversation.tasks[timer.taskId]?.phase;
}

/** A timer is handed over as if it were due now. */
async function changesNothing(centre: Centre, message: Message, how: keyof typeof IDLE): Promise<void> {
  const before = subjectOf(centre.view, message);
  const body = JSON.stringify({ ...(message.body as object), dueAt: centre.now });
  centre.begin(message.to, { Records: [{ messageId: 'm', body }] });
  await rest();
  if (subjectOf(centre.view, message) !== before) centre.faults.push(`${nameOf(message)} counted ${how}`);
}

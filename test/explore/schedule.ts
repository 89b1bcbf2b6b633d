/**
 * One schedule: people do things, calls go on in any order, messages and timers come late, early
 * and twice, and in a wild one calls fail, posts get lost and processes die. After each step that
 * wrote something nothing may be wrong, and when all has come to rest nothing may be left.
 */
import { rest } from '../../shared/memory/clock.ts';
import { Conflict } from '../../shared/edge/app.ts';
import { agentPresence } from '../../shared/domain/shown/presence.ts';
import { shownLive } from '../../shared/domain/shown/wire.ts';
import { Centre, type Message } from './centre.ts';
import { deeds } from './deeds.ts';
import { shownOf } from './desk.ts';
import { faultsOf, leftovers } from '../support/floor-faults.ts';
import { listIds, people } from './people.ts';
import type { Fate, Run } from './run.ts';

export interface Told {
  readonly faults: string[];
  /**
   * What people did and what became of it, for whoever asks whether the schedules were about
   * anything.
   */
  readonly words: Set<string>;
  readonly steps: number;
}

/** A call that takes longer than this is of a process that is given up. */
const LONGEST_RUN_MS = 1_500;
const PASSING_MS = [300, 1_000, 3_000, 20_000, 31_000, 61_000];
/** By then whoever died is stood in for; and by then everything that is due at all. */
const BACKUPS_MS = 5_000;
const AFTERWARDS_MS = 400_000;
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
  'asks for a conference',
  'transfers',
  'watches',
  'picks',
  'holds',
  'leaves',
  'closes wrap-up',
  'connects',
  'loses the network',
];
const all = Object.keys(deeds);

/** Everybody has come to work, and two customers wait. Made once. */
let morning: Promise<Centre> | undefined;

async function opened(): Promise<Centre> {
  const centre = new Centre(1, true);
  await centre.configure();
  for (const who of people) {
    centre.connect(who, undefined);
    await settle(centre, 0);
    deeds['becomes ready']?.(centre, who);
    for (const listId of listIds) {
      const desk = centre.newest.get(who);
      if (desk && who !== 'bob') centre.frame(desk, 'subscribePullModeList', { listId });
    }
    await settle(centre, 0);
  }
  for (const home of ['and a customer comes', 'and a customer comes to a list', 'and a customer comes']) {
    deeds[home]?.(centre, '');
    await settle(centre, 0);
  }
  return centre;
}

/** Plays the schedule of this number. `strict` holds each frame against the protocol, too. */
export async function play(number: number, strict = true): Promise<Told> {
  morning ??= opened();
  const centre = new Centre(number, strict, await morning);
  const { chance } = centre;
  const wild = chance.below(3) > 0;
  const length = 6 + chance.below(30);
  const told = new Set<string>();
  let steps = 0;
  let checked = centre.view.version;
  const wrong = (): string[] => {
    centre.view.at = centre.now;
    const shown = [...deskFaults(centre), ...notShown(centre)];
    if (centre.view.version === checked) return shown;
    checked = centre.view.version;
    return [...centre.view.faults, ...faultsOf(centre.view), ...shown];
  };
  for (let deed = 0; deed < length; steps++) {
    const roll = chance.below(100);
    const running = [...centre.runs].filter(({ parked }) => parked.length > 0);
    const one = chance.one(running);
    const busy = one !== undefined && (!wild || chance.below(8) > 0);
    if (one && (roll < 70 || (busy && roll >= 86 && roll < 90))) {
      if (wild && chance.below(one.wrote ? 12 : 200) === 0) one.die();
      else centre.step(one, chance.below(one.parked.length), wild ? fateOf(centre, one) : 'made', trouble(centre, one));
    } else if (roll < 86) {
      const message = chance.one(ready(centre, wild ? 2_000 : 0));
      if (message) centre.deliver(message, chance.below(10) === 0);
    } else if (roll < 90) {
      pass(centre, chance.one(PASSING_MS) ?? 0);
    } else {
      deed += 1;
      const what = (chance.below(3) > 0 ? chance.one(often) : chance.one(all)) ?? '';
      deeds[what]?.(centre, chance.one(people) ?? '');
      told.add(what);
    }
    await rest();
    const faults = wrong();
    if (faults.length > 0) return { faults, words: told, steps };
  }
  let faults: string[] = [];
  const check = () => {
    faults = wrong();
    return faults.length === 0;
  };
  steps += await settle(centre, 0, check);
  if (faults.length === 0 && !wild) faults = unheard(centre);
  for (const within of [BACKUPS_MS, AFTERWARDS_MS]) {
    if (faults.length > 0) break;
    steps += await settle(centre, within, check);
    if (faults.length === 0) faults = leftovers(centre.view);
  }
  for (const word of wordsOf(centre)) told.add(word);
  return { faults, words: told, steps };
}

/** Messages that may be handed over now: whose time has come, or nearly; of a group the first. */
function ready({ messages, now }: Centre, early: number): Message[] {
  return messages.filter(
    (message, index) =>
      message.dueAt <= now + early &&
      (message.group === undefined || !messages.slice(0, index).some(({ group }) => group === message.group)),
  );
}

/** Time passes. What runs for too long is given up, as Lambda does. */
function pass(centre: Centre, ms: number): void {
  centre.now += ms;
  for (const one of centre.runs) if (centre.now - one.since > LONGEST_RUN_MS) one.die();
}

/** Mostly a call is made. */
function fateOf({ chance }: Centre, one: Run): Fate {
  const call = one.parked[0]?.call;
  if (one.parked.length > 1 || !call) return 'made';
  if (chance.below(call.port === 'sockets' ? 8 : 25) > 0) return 'made';
  if (call.port === 'sockets' && call.does === 'post')
    return chance.one(['unsure, made', 'unsure, not made'] as const) ?? 'made';
  if (call.port === 'sockets' || call.port === 'sleep') return 'made';
  return chance.one(['failed', 'answer lost'] as const) ?? 'made';
}

/** What the caller is told of a call that failed: of a write mostly that it lost a race. */
function trouble({ chance }: Centre, one: Run): Error {
  const write = one.parked.some(({ call }) => call.does === 'write');
  return write && chance.below(4) > 0 ? new Conflict('others were quicker') : new Error('no answer in time');
}

/**
 * Everything that runs goes on, and what is due within so long is handed over, each when its time
 * comes; nothing fails.
 */
async function settle(centre: Centre, within: number, check: () => boolean = () => true): Promise<number> {
  const until = centre.now + within;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    await rest();
    if (!check()) return steps;
    const one = [...centre.runs].find(({ parked }) => parked.length > 0);
    if (one) {
      centre.step(one, 0, 'made', new Error('nothing fails'));
      continue;
    }
    const [now] = ready(centre, 0);
    if (now) {
      centre.deliver(now, false);
      continue;
    }
    const next = centre.messages.reduce((least, { dueAt }) => Math.min(least, dueAt), Infinity);
    if (next > until) {
      centre.now = until;
      return steps;
    }
    centre.now = Math.max(centre.now, next);
  }
  throw new Error('it does not come to rest');
}

function* deskFaults({ desks }: Centre): Generator<string> {
  for (const desk of desks.values()) yield* desk.faults;
}

/** Whoever is live in a conversation was shown it, over this connection, since they are in it. */
function notShown({ view, desks }: Centre): string[] {
  return Object.values(view.conversations).flatMap(({ conversation: { id, participants } }) =>
    Object.entries(participants).flatMap(([agentId, { live, connectionId, joinedAt }]) => {
      const shown = desks.get(connectionId)?.shown.get(id) ?? -Infinity;
      return live && shown < joinedAt ? [`${agentId} is live in ${id}, and their desk was not shown it`] : [];
    }),
  );
}

/**
 * Where nothing failed every desk has heard everything: each event after its snapshot, and the
 * present state of its agent.
 */
function unheard({ view, desks }: Centre): string[] {
  const events = Object.values(view.conversations).flatMap(({ conversation: { id, participants }, log }) =>
    Object.entries(participants).flatMap(([agentId, { live, connectionId }]) => {
      const desk = desks.get(connectionId);
      const held = desk?.held.get(id);
      if (!live || !desk?.open || !held) return [];
      const missing = log.filter((logged) => logged.seq > held.from && shownLive(logged) && !held.seen.has(logged.seq));
      return missing.map(({ seq, event }) => `${agentId} was not told of ${event.name}, ${seq} of ${id}`);
    }),
  );
  const presences = Object.values(view.agents).flatMap((agent) => {
    const { session } = agent;
    const desk = session && desks.get(session.connectionId);
    if (!session?.greeted || session.lost || !desk?.open || agent.state.name === 'LOGOUT') return [];
    const shown = shownOf({ agentPresence: agentPresence(agent) });
    return desk.presences.has(shown) ? [] : [`${agent.id} was not told their presence ${shown}`];
  });
  return [...events, ...presences];
}

/** What the logs of a schedule tell: how tasks ended, in which direction, who left why. */
function wordsOf({ view }: Centre): string[] {
  return Object.values(view.conversations).flatMap(({ log }) =>
    log.map(({ event: { name, data } }) => {
      const { state, type, reason, requestType } = JSON.parse(JSON.stringify(data)) as {
        state?: { name?: string; reasonCode?: string };
        type?: { direction: string; mode: string };
        reason?: string;
        requestType?: { direction: string; mode: string };
      };
      if (name === 'TASK_STATE_CHANGED') return `${type?.direction} ${state?.name} ${state?.reasonCode}`;
      if (name === 'NO_AGENT_AVAILABLE') return `${name} ${requestType?.direction} ${requestType?.mode}`;
      return reason === undefined ? name : `${name} ${reason}`;
    }),
  );
}

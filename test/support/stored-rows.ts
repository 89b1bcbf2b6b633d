/**
 * Rows as a busy floor leaves them in the table, and the shapes that they have: which members, of
 * which types. Rows of each schema are kept (test/fixtures/stored), so that what was stored once is
 * read for ever.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isRecord } from '../../shared/protocol/values.ts';
import { agentMessage, webSession, type Centre } from './contact-centre.ts';
import { listOf, joins as picks, waitsOn, watcher } from './lists.ts';
import { agentOf, logOf } from './platform.ts';
import { agent, colleague, forget, queue, scene, watched } from './scene.ts';
import { items } from './table.ts';
import { newTeam, watching } from './team.ts';

export type Row = { pk: string; sk: string } & Record<string, unknown>;

const file = (schema: number) => join(import.meta.dirname, '..', 'fixtures', 'stored', `${schema}.json`);

/** The rows that were kept of a schema; null: it has none. */
export function keptRows(schema: number): Row[] | null {
  return existsSync(file(schema)) ? (JSON.parse(readFileSync(file(schema), 'utf8')) as Row[]) : null;
}

/**
 * Keeps one row of each shape, and of those that were kept before what shows a member that no row
 * has this time: what a floor leaves depends on how quick it is.
 */
export function keepRows(schema: number, rows: readonly Row[]): void {
  const one = new Map(rows.map((row) => [`${kindOf(row)} ${JSON.stringify(shapeOf(row))}`, row]));
  const seen = shapesOf(rows);
  const before = (keptRows(schema) ?? []).filter((row) =>
    shapeOf(row).some((member) => !seen[kindOf(row)]?.includes(member)),
  );
  const all = [...one.values(), ...before].map((row) => JSON.stringify(row));
  writeFileSync(file(schema), `[\n${all.join(',\n')}\n]\n`);
}

/** Plays something of everything, and returns every row that the table then has. */
export async function busyFloor(centre: Centre): Promise<Row[]> {
  const wrapUp = { enabled: true, seconds: 600 };
  // One asks a queue for advice, which rings; a supervisor watches them; they raise their hand.
  const consulted = await watched(centre, { support: { wrapUp, agentSlaSeconds: 600 } });
  const { amy, bob, conversationId, sales, customer } = consulted;
  const request = { conversationId, ...queue(sales, { note: 'May I?' }) };
  expect(await amy.desk.ask('consultRequest', request)).toMatchObject({ status: 'ok' });
  await bob.desk.next('taskRequest');
  const hand = { ...agentMessage(''), name: 'HAND_RAISED', type: 'NOTIFICATION' };
  expect(await amy.desk.ask('publishCimEvent', { conversationId, cimEvent: hand })).toMatchObject({ status: 'ok' });
  await customer.says('Are you there?');
  // Another has asked a colleague by name; a third holds; a fourth wraps up.
  const named = await scene(centre);
  const asked = { conversationId: named.conversationId, ...agent(named.bob.id) };
  expect(await named.amy.desk.ask('consultRequest', asked)).toMatchObject({ status: 'ok' });
  await named.bob.desk.next('taskRequest');
  const held = await scene(centre);
  const hold = { conversationId: held.conversationId, duration: 600, state: 'ON_HOLD' };
  expect(await held.amy.desk.ask('pauseConversation', hold)).toMatchObject({ status: 'ok' });
  const ending = await scene(centre, { support: { wrapUp } });
  const goodbye = { conversationId: ending.conversationId };
  expect(await ending.amy.desk.ask('topicUnsubscription_', goodbye)).toMatchObject({ status: 'ok' });
  await ending.amy.desk.next('wrapupTimerStarted');
  // One stands on a pull list, one was picked from it, and one has ended.
  const list = await listOf(centre);
  const lists = await watcher(centre, list);
  await picks(lists, (await waitsOn(centre, list)).conversationId);
  await waitsOn(centre, list);
  const over = await scene(centre);
  await over.customer.leaves();
  // Somebody waits for whom there is nobody, one is away with a reason, one beats, one was lost,
  // one went on elsewhere.
  const nobody = await centre.queue();
  const waiting = await centre.customer(nobody, { conversationData: { order: '17' } });
  await centre.eventually(async () => {
    const { body } = await centre.call('GET', `/conversations/${waiting.conversationId}/routing`);
    return body.tasks.some(({ lastDecision }: { lastDecision: unknown }) => lastDecision) || undefined;
  });
  const away = await colleague(centre, nobody + '-not');
  const { body: reasons } = await centre.call('GET', '/config/reason-codes');
  await away.desk.become(
    'NOT_READY',
    reasons.items.find(({ type }: { type: string }) => type === 'NOT_READY'),
  );
  expect(await away.desk.ask('heartbeat')).toMatchObject({ status: 'ok' });
  const lost = await colleague(centre, nobody + '-not');
  lost.desk.vanish();
  await centre.eventually(async () => ((await agentOf(centre, lost.id)).connected ? undefined : true));
  const moving = await centre.person();
  const { data: session } = await (await moving.open()).next('onSessionReady');
  await (await moving.open(session.sessionKey)).next('onSessionReady');
  await watching(centre, newTeam(centre));
  await customersOfAllKinds(centre);
  return (await items(centre.stack)).map((item) => item as Row);
}

/**
 * One is parked, one is asked whether they are still there, one was declined, one has a last agent,
 * one wants somebody in particular and was moved, one is the platform's, and one waits on.
 */
async function customersOfAllKinds(centre: Centre): Promise<void> {
  const inactivity = [{ inactivitySeconds: 1, text: 'Are you still there?' }];
  const parked = await scene(centre, {
    support: { inactivity, agentSlaSeconds: 600, wrapUp: { mode: 'AGENT_CHOICE' } },
  });
  await parked.amy.desk.ask('extendWrapup', { conversationId: parked.conversationId, seconds: 60 });
  const release = { conversationId: parked.conversationId, duration: 600, release: true };
  expect(await parked.amy.desk.ask('pauseConversation', release)).toMatchObject({ status: 'ok' });
  const silent = await scene(centre, { support: { inactivity } });
  await silent.amy.desk.ask('publishCimEvent', {
    conversationId: silent.conversationId,
    cimEvent: agentMessage('Well?'),
  });
  await silent.amy.desk.cim('CUSTOMER_ACTIVITY_TIMEOUT');

  const picky = await centre.queue({ ronaPolicy: 'KEEP', overflow: { to: 'WAIT' }, requestTtlSeconds: 1 });
  const able = await colleague(centre, picky);
  const session = webSession(randomUUID());
  const routingPolicy = { routingMode: 'PUSH', routeToLastAgent: true };
  const channelSession = { ...session, channel: { ...session.channel, channelConfig: { routingPolicy } } };
  const known = await centre.customer(picky, { channelSession });
  await able.desk.accept();
  await able.desk.ask('topicUnsubscription_', { conversationId: known.conversationId });
  await able.desk.become('NOT_READY');
  await able.desk.become('READY');
  forget(able);
  const declined = await centre.customer(picky);
  const { data } = await able.desk.next('taskRequest');
  await able.desk.ask('declineTask', { conversationId: declined.conversationId, taskId: data.taskId });
  const wants = [{ allOf: [{ attribute: 'swedish', operator: '>=', value: 5, expiresAfterSeconds: 600 }] }];
  const preferredAgents = { agentIds: [able.id], waitSeconds: 60 };
  // One rings at the next agent, who is another attempt, because the first has declined.
  const both = await centre.queue();
  const [first, second] = [await colleague(centre, both), await colleague(centre, both)];
  const again = await centre.customer(both);
  const offered = await first.desk.next('taskRequest');
  await first.desk.ask('declineTask', { conversationId: again.conversationId, taskId: offered.data.taskId });
  await second.desk.next('taskRequest');
  const moved = await centre.customer(picky, { requiredAttributes: wants, preferredAgents });
  const to = { queue: picky, priority: 7, agentRequestTtl: 600 };
  expect(await centre.call('POST', `/conversations/${moved.conversationId}/queue`, to)).toMatchObject({ status: 202 });
  const bots = { channelSession: webSession(randomUUID()) };
  expect(await centre.call('POST', '/conversations', bots)).toMatchObject({ status: 201 });
  await centre.eventually(async () => {
    const log = await logOf(centre, declined.conversationId);
    return log.some(({ name }) => name === 'NO_AGENT_AVAILABLE') || undefined;
  });
}

/** The row's kind, without what names the one thing: `CONVERSATION / EVENT`. */
export function kindOf({ pk, sk }: Row): string {
  const [partition = ''] = pk.split('#');
  const [name = ''] = sk.split('#');
  return partition === 'CONFIG' ? `${pk} / id` : `${partition} / ${/^[A-Z]+$/.test(name) ? name : 'id'}`;
}

/**
 * Members whose own members are named by ids or by others: what stands under any name has one
 * shape.
 */
export const NAMED = new Set([
  'participants',
  'tasks',
  'sessions',
  'mrds',
  'slots',
  'lists',
  'attributes',
  'passOver',
  'unanswered',
  'answeredOffers',
  'held',
]);
/** What others wrote is theirs to change. */
export const THEIRS = new Set([
  'data',
  'conversationData',
  'additionalAttributes',
  'event',
  'channelSession',
  'customer',
  'ack',
]);

/** Every member of a row with its type, as `tasks.*.phase: string`. */
export function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((element) => shapeOf(element, `${path}[]`)))];
  if (!isRecord(value)) return [`${path}: ${value === null ? 'null' : typeof value}`];
  const last = path.split('.').at(-1) ?? '';
  if (THEIRS.has(last)) return [`${path}: theirs`];
  const members = Object.entries(value).flatMap(([name, member]) =>
    shapeOf(member, [path, NAMED.has(last) ? '*' : name].filter(Boolean).join('.')),
  );
  return [...new Set(members)].toSorted();
}

/** All members that rows of a kind have, by kind. */
export function shapesOf(rows: readonly Row[]): Record<string, string[]> {
  const shapes = new Map<string, Set<string>>();
  for (const row of rows) {
    const shape = shapes.get(kindOf(row)) ?? new Set();
    for (const member of shapeOf(row)) shape.add(member);
    shapes.set(kindOf(row), shape);
  }
  return Object.fromEntries([...shapes].map(([kind, members]) => [kind, [...members].toSorted()]));
}

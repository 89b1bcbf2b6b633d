/**
 * Configuration through the platform API: checked by its kind's schema, and never left pointing at
 * nothing.
 */
import { byteLength } from '../../protocol/bytes.ts';
import * as z from 'zod';
import { type ConfigQuery, MOST_AT_ONCE } from '../../protocol/platform.ts';
import { explain } from '../../protocol/values.ts';
import {
  configSchemas,
  isConfigKind,
  MOST_BYTES,
  MOST_MRDS,
  type ConfigKind,
  type ConfigOf,
  type Queue,
} from '../../protocol/shapes/config.ts';
import { Rejection } from '../../domain/rejection.ts';
import { concernedBy, inForce } from '../../domain/routing/in-force.ts';
import { poolOfMrd } from '../../domain/routing/lines.ts';
import { finds, wordsIn } from '../../domain/shown/search.ts';
import { mustFitFrames } from '../../domain/shares.ts';
import type { App } from '../app.ts';
import type { Loop } from '../loop/run.ts';
import { hasRole, ROLES, type Identity } from '../identity.ts';
import { profileOf, setupOf } from '../profile.ts';

/**
 * Who may read it: the platform, and desks, which let agents choose a reason, a queue, a list or a
 * colleague.
 */
export const READING = { roles: [...ROLES.platform, ...ROLES.desk] };

/**
 * What a caller sees of it. Of colleagues an agent sees who they are, not what they are good at.
 */
export function shownTo(by: Identity, item: ConfigOf<ConfigKind>): Partial<ConfigOf<ConfigKind>> {
  if (hasRole(by, ROLES.platform) || !('supervisedTeams' in item)) return item;
  const { id, name, username, firstName, lastName, team } = item;
  return { id, name, username, firstName, lastName, team };
}

export function kindOf(kind: string | undefined): ConfigKind {
  if (kind !== undefined && isConfigKind(kind)) return kind;
  throw new Rejection('config.unknownKind', `There is no kind of configuration ${kind}.`);
}

/**
 * A page of a kind, or of what is found of it. `nextAfter` is the `after` of the next page, null
 * where there is none.
 */
export interface Page {
  readonly items: ConfigOf<ConfigKind>[];
  readonly nextAfter: string | null;
}

/**
 * All of a kind where nothing is asked for. Agents are found without being read; there are not so
 * many of the other kinds.
 */
export async function listConfig(
  { config }: Pick<App, 'config'>,
  kind: ConfigKind,
  query: z.output<typeof ConfigQuery>,
): Promise<Page | Pick<Page, 'items'>> {
  if (Object.values(query).every((value) => value === undefined)) return { items: await config.list(kind) };
  const { limit = MOST_AT_ONCE } = query;
  const after = query.after || null;
  const words = wordsIn(query.search ?? '');
  if (kind === 'agents' && words.length > 0) return config.find(words, { after, limit });
  const behind = await config.list(kind, { after, ...(words.length === 0 && { limit }) });
  const items = behind.filter((item) => finds(words, item)).slice(0, limit);
  return { items, nextAfter: items.length === limit ? (items.at(-1)?.id ?? null) : null };
}

export async function getConfig(app: Pick<App, 'config'>, kind: ConfigKind, id: string): Promise<ConfigOf<ConfigKind>> {
  const item = await app.config.get(kind, id);
  if (!item) throw new Rejection('config.notFound', `There is no ${id} in ${kind}.`);
  return item;
}

/**
 * A change of an agent's profile is in force with the answer; one of an MRD or of a queue soon
 * after, for everybody whom it concerns.
 */
export async function putConfig(
  app: App,
  loop: Loop,
  kind: ConfigKind,
  id: string,
  body: unknown,
): Promise<ConfigOf<ConfigKind>> {
  const parsed = configSchemas[kind].safeParse(body);
  if (!parsed.success) throw new Rejection('config.invalid', explain(parsed.error));
  const item = { ...parsed.data, id };
  await namesMrds(app, kind, item);
  if ('overflow' in item) await leadsSomewhere(app, item);
  if (kind === 'mrds' || kind === 'channel-types') await leavesRoom(app, kind, item);
  mustFitFrames(item);
  await change(app, kind, id, item, () => app.config.put(kind, item));
  if (kind === 'agents') await refresh(app, loop, id);
  return item;
}

/** An MRD that is not there takes no customers, routes no channel and interrupts nobody. */
async function namesMrds(app: App, kind: ConfigKind, item: ConfigOf<ConfigKind>): Promise<void> {
  const named = mrdsNamedBy(item);
  if (kind === 'mrds' && named.includes(item.id))
    throw new Rejection('config.invalid', 'interruptedBy: Expected other MRDs');
  for (const id of named)
    if (!(await app.config.get('mrds', id))) throw new Rejection('queue.mrdUnknown', `There is no MRD ${id}.`);
}

/** Agents name limits, which count as soon as there is such an MRD. */
function mrdsNamedBy(item: ConfigOf<ConfigKind>): string[] {
  if ('mrdId' in item) return [item.mrdId];
  if ('interruptedBy' in item) return (item.interruptedBy ?? []).map(({ mrdId }) => mrdId);
  return 'mediaRoutingDomain' in item && item.mediaRoutingDomain !== null ? [item.mediaRoutingDomain] : [];
}

/** A queue sends customers to other queues, and to lists, of its own MRD. */
async function leadsSomewhere(app: App, queue: Queue): Promise<void> {
  for (const [field, to] of leadingTo(queue)) {
    const [code, place] =
      to.kind === 'lists'
        ? (['list.unknown', await app.config.get('lists', to.id)] as const)
        : (['queue.unknown', await app.config.get('queues', to.id)] as const);
    if (to.kind === 'queues' && to.id === queue.id)
      throw new Rejection('config.invalid', `${field}.queueId: Expected another queue`);
    if (!place) throw new Rejection(code, `${field}: There is no such place.`);
    if (place.mrdId !== queue.mrdId)
      throw new Rejection('config.invalid', `${field}: ${place.id} is on another MRD, ${place.mrdId}.`);
  }
}

/** Where a queue sends customers, and by which of its members. */
function leadingTo({ overflow, whenFull, hours }: Queue) {
  const ways = { overflow, whenFull, ...(hours ? { 'hours.outside': hours.outside } : {}) };
  return Object.entries(ways).flatMap(([field, way]): [string, { kind: 'queues' | 'lists'; id: string }][] => {
    if (way.to === 'QUEUE') return [[field, { kind: 'queues', id: way.queueId }]];
    return way.to === 'LIST' ? [[field, { kind: 'lists', id: way.listId }]] : [];
  });
}

/**
 * Every agent has all MRDs and is told of all channel types. Two who write at the same moment may
 * go one beyond it, which still has room.
 */
async function leavesRoom(app: App, kind: keyof typeof MOST_BYTES, item: { id: string }): Promise<void> {
  const others = (await app.config.list(kind)).filter(({ id }) => id !== item.id);
  if (kind === 'mrds' && others.length >= MOST_MRDS)
    throw new Rejection('config.tooMany', `There are ${MOST_MRDS} MRDs already.`);
  if (byteLength(JSON.stringify([...others, item])) > MOST_BYTES[kind])
    throw new Rejection('config.tooMany', `All ${kind} together would be more than ${MOST_BYTES[kind] / 1024} KB.`);
}

export async function deleteConfig(app: App, loop: Loop, kind: ConfigKind, id: string): Promise<void> {
  if (kind === 'mrds') {
    const all = await Promise.all(NAMING_MRDS.map((named) => app.config.list(named)));
    const user = all.flat().find((item) => mrdsNamedBy(item).includes(id));
    if (user) throw new Rejection('config.inUse', `${user.id} still uses MRD ${id}.`);
    if ((await app.store.waiting(poolOfMrd(id), { limit: 1 })).length > 0)
      throw new Rejection('config.inUse', `Customers of queues that are gone wait on MRD ${id}.`);
  }
  if (kind === 'queues' || kind === 'lists') {
    const leads = (queue: Queue) => leadingTo(queue).some(([, to]) => to.kind === kind && to.id === id);
    const queue = (await app.config.list('queues')).find(leads);
    if (queue) throw new Rejection('config.inUse', `${queue.id} overflows to ${id}.`);
  }
  if (kind === 'lists' && (await app.store.listed(id)).length > 0)
    throw new Rejection('config.inUse', `Customers wait on list ${id}.`);
  const deleted = await change(app, kind, id, null, () => app.config.delete(kind, id));
  if (!deleted) throw new Rejection('config.notFound', `There is no ${id} in ${kind}.`);
  if (kind === 'agents') await refresh(app, loop, id);
}

const NAMING_MRDS = ['queues', 'lists', 'mrds', 'channel-types'] as const;

async function change<T>(
  app: App,
  kind: ConfigKind,
  id: string,
  item: ConfigOf<ConfigKind> | null,
  save: () => Promise<T>,
): Promise<T> {
  const concerned = concernedBy(kind, id, await app.config.get(kind, id), item);
  const { before, after } = inForce(concerned, app.now());
  await app.timers.start(before);
  const saved = await save();
  await app.timers.start(after);
  return saved;
}

async function refresh(app: App, loop: Loop, id: string): Promise<void> {
  const agent = await app.store.agent(id);
  if (!agent || agent.state.name === 'LOGOUT') return;
  const profile = await profileOf(app, { id, user: agent.user }, await setupOf(app));
  await loop.applyToAgent(id, { type: 'profileChanged', at: app.now(), profile });
}

/**
 * Pull lists on the wire: what a desk is shown of them, when it begins to watch and whenever it
 * connects; and what it asks of them.
 */
import type { Agent } from '../../domain/agent/agent.ts';
import { pullModeRequests, requestNews } from '../../domain/handling/pull-list.ts';
import { Rejection } from '../../domain/rejection.ts';
import { pagesWithin } from '../../domain/shown/wire.ts';
import type { PullList, PullModeRequest } from '../../protocol/shapes/desk-shapes.ts';
import { roomBeside } from '../../protocol/frame.ts';
import type { ManagerEventName, ManagerPayload } from '../../protocol/manager-events.ts';
import { answerWith } from './answer.ts';
import type { App } from '../app.ts';
import { claimsOf } from '../token.ts';
import { listOf } from '../home.ts';
import type { Caller } from '../loop/caller.ts';
import { frameOf } from '../loop/frames.ts';
import type { Call } from './route.ts';

type Say = <E extends ManagerEventName>(event: E, data: ManagerPayload<E>) => Promise<unknown>;

export async function subscribe({
  app,
  loop,
  identity,
  data: { listId },
  by,
}: Call<'subscribePullModeList'>): Promise<void> {
  await listOf(app, listId);
  const { after } = await loop.applyToAgent(identity.id, { type: 'watchList', at: app.now(), listId }, { by });
  const say = answerer(app, by);
  await say('onPullModeSubscribedList', await listsOf(app, after));
  for (const page of pagesOf(await requestsOn(app, [listId]))) await say('addPullModeSubscribedListRequests', page);
}

export async function unsubscribe({ app, loop, identity, data, by }: Call<'unsubscribePullModeList'>): Promise<void> {
  const { listId } = data;
  const { before, after } = await loop.applyToAgent(
    identity.id,
    { type: 'unwatchList', at: app.now(), listId },
    { by },
  );
  if (before === after) await listOf(app, listId); // a list that was deleted can still be taken from those who watched it
  const say = answerer(app, by);
  await say('onPullModeSubscribedList', await listsOf(app, after));
  await say('removePullModeSubscribedListRequests', listId);
}

/**
 * The lists as they are, and what is on them: so that a checkbox that was refused goes back, and a
 * repeated frame shows what got lost.
 */
export async function tellLists({ app, by }: Pick<Call<'subscribePullModeList'>, 'app' | 'by'>): Promise<void> {
  const agent = await app.store.agent(by.agentId);
  if (agent) await showLists(app, agent, (event, data) => app.sockets.post(by.connectionId, frameOf({ event, data })));
}

export async function join({ app, loop, identity, data, by }: Call<'joinPullModeRequest'>): Promise<void> {
  const { connectionId } = by;
  await loop.applyToConversation(
    data.requestId,
    { type: 'join', at: app.now(), agentId: identity.id, connectionId },
    { by },
  );
}

/** Needs the permission `manage` on the resource `subscribed-list`, as Keycloak grants it. */
export async function close({ app, loop, identity, data, by }: Call<'deletePullModeRequest'>): Promise<void> {
  const { permissions } = await claimsOf(app, identity);
  const manages = permissions.some(({ rsname, scopes }) => rsname === 'subscribed-list' && scopes.includes('manage'));
  if (!manages) throw new Rejection('role.forbidden', 'This needs the permission to manage subscribed lists.');
  await loop.applyToConversation(data.id, { type: 'closeRequest', at: app.now(), agentId: identity.id }, { by });
}

/** Says what is on the agent's lists to a desk whatever it holds, and returns it. */
export async function showLists(app: App, agent: Agent, say: Say): Promise<PullModeRequest[]> {
  const watched = Object.keys(agent.lists);
  await say('onPullModeSubscribedList', watched.length > 0 ? await listsOf(app, agent) : []);
  const requests = watched.length > 0 ? await requestsOn(app, watched) : [];
  const [first = [], ...more] = pagesOf(requests);
  await say('pullModeSubscribedListRequests', first);
  for (const page of more) await say('addPullModeSubscribedListRequests', page);
  return requests;
}

/**
 * What has happened on the lists since `shown`, until nothing has: only from the end of the
 * greeting on is a desk told by itself.
 */
export async function catchUp(app: App, { lists }: Agent, shown: readonly PullModeRequest[], say: Say): Promise<void> {
  const watched = Object.keys(lists);
  if (watched.length === 0) return;
  for (let held = shown; ;) {
    const now = await requestsOn(app, watched);
    const news = now.filter(({ id, listId, status }) => {
      const known = held.find((request) => request.id === id && request.listId === listId);
      return known?.status !== status;
    });
    const gone = held.filter(
      ({ id, listId }) => !now.some((request) => request.id === id && request.listId === listId),
    );
    if (news.length + gone.length === 0) return;
    for (const request of news) await say('onPullModeSubscribedListRequest', requestNews(request));
    for (const request of gone)
      await say('onPullModeSubscribedListRequest', requestNews({ ...request, status: 'CLOSING' }));
    held = now;
  }
}

function pagesOf(requests: readonly PullModeRequest[]): PullModeRequest[][] {
  return pagesWithin(roomBeside({ event: 'addPullModeSubscribedListRequests', data: [] }), requests);
}

function answerer(app: App, by: Caller): Say {
  return (event, data) => answerWith(app, by, frameOf({ event, data }));
}

/** The lists that the agent watches, as far as there still are such lists. */
async function listsOf(app: App, agent: Agent): Promise<PullList[]> {
  const lists = await app.config.list('lists');
  return lists
    .filter(({ id }) => agent.lists[id] !== undefined)
    .map(({ id, name, description }) => ({ id, name, description }));
}

async function requestsOn(app: App, listIds: readonly string[]): Promise<PullModeRequest[]> {
  const rows = (await Promise.all(listIds.map((listId) => app.store.listed(listId)))).flat();
  const metas = await app.store.metas(rows.map(({ conversationId }) => conversationId));
  return pullModeRequests(rows, metas);
}

/**
 * Pull lists in stories: a list of the test's own, customers who wait on it, agents who watch it,
 * and what desks hold of it.
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { PullModeRequest } from '../../shared/protocol/shapes/desk-shapes.ts';
import type { Centre, Customer, Person } from './contact-centre.ts';
import type { Desk } from './desk.ts';

export interface Watcher {
  readonly id: string;
  readonly person: Person;
  readonly desk: Desk;
}

/** A list of its own on CHAT, without wrap-up unless the settings say otherwise. */
export async function listOf(centre: Centre, settings: Record<string, unknown> = {}): Promise<string> {
  const id = `l-${randomUUID().slice(0, 8)}`;
  const list = { name: id, description: 'for a test', mrdId: 'CHAT', wrapUp: { enabled: false }, ...settings };
  expect((await centre.call('PUT', `/config/lists/${id}`, list)).status).toBe(200);
  return id;
}

/** A customer who waits on a list. */
export function waitsOn(centre: Centre, list: string, more: Record<string, unknown> = {}): Promise<Customer> {
  return centre.customer('', { queue: undefined, list, ...more });
}

/**
 * Somebody at their desk, not ready, who watches these lists. What the desk was told until then is
 * forgotten.
 */
export async function watcher(centre: Centre, ...lists: string[]): Promise<Watcher> {
  const person = await centre.person();
  const desk = await person.connect();
  for (const listId of lists) {
    expect(await desk.ask('subscribePullModeList', { listId })).toMatchObject({ status: 'ok' });
  }
  desk.frames.length = 0;
  return { id: person.id, person, desk };
}

/** The next news of a request with this status: the type of the news, and the request. */
export async function news(
  desk: Desk,
  requestId: string,
  status: string,
): Promise<{ type: string; request: PullModeRequest }> {
  const { data } = await desk.next('onPullModeSubscribedListRequest', ({ pullModeEvent }) => {
    const request = JSON.parse(pullModeEvent) as PullModeRequest;
    return request.id === requestId && request.status === status;
  });
  return { type: data.type, request: JSON.parse(data.pullModeEvent) as PullModeRequest };
}

/** They pick the request and hold the conversation. What they heard of it is forgotten. */
export async function joins({ desk }: Pick<Watcher, 'desk'>, requestId: string): Promise<void> {
  expect(await desk.ask('joinPullModeRequest', { requestId })).toMatchObject({ status: 'ok' });
  await desk.next('onTopicData', ({ conversationId }) => conversationId === requestId);
}

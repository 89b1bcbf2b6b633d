/**
 * A conversation on a pull list, for tests of the rules: who watches it, who picks it, and what
 * desks are told of it.
 */
import { expect } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { Home, World } from '../../shared/domain/conversation/conversation.ts';
import { newConversation, type ConversationEvent } from '../../shared/domain/decide.ts';
import { homeOnList, listNews, pullModeRequest, requestNews } from '../../shared/domain/handling/pull-list.ts';
import { WrapUp } from '../../shared/protocol/shapes/wrap-up.ts';
import { PullModeRequest } from '../../shared/protocol/shapes/desk-shapes.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { decided } from './decision.ts';
import { queueRules } from './requests.ts';
import { after, agent, among, BEFORE, channelSession, NOW, robin } from './world.ts';

export const backlog = { id: 'backlog', name: 'Backlog', description: '', mrdId: 'CHAT', exclusive: false };
/** A wrap-up as it is where nothing is said of it, and none. */
export const usual = WrapUp.parse({});
export const off = { ...usual, enabled: false };

export function home(more: Partial<Parameters<typeof homeOnList>[0]> = {}): Home {
  return homeOnList({ ...backlog, wrapUp: off, ...more }, BEFORE);
}

/** Who watches the list, at their desk and not ready: picking needs no more. */
export function watching(id: string, mrds: Parameters<typeof agent>[1] = { CHAT: { state: 'NOT_READY' } }): Agent {
  return after(agent(id, mrds, { state: 'NOT_READY' }), { type: 'watchList', at: BEFORE, listId: 'backlog' });
}

/** A customer who has just come to a list that these agents watch. */
export function waiting(
  place = home(),
  people: readonly Agent[] = ['amy', 'bob', 'carol', 'dan', 'eve'].map((id) => watching(id)),
): World {
  const empty = newConversation('c1', BEFORE, channelSession(), robin, {});
  const { world } = decided(empty, { type: 'start', at: BEFORE, home: place, priority: 1 });
  return among(world, ...people);
}

export const picks = (agentId: string): ConversationEvent => ({
  type: 'join',
  at: NOW,
  agentId,
  connectionId: `${agentId}-desk`,
});
export const closes = (agentId: string): ConversationEvent => ({ type: 'closeRequest', at: NOW, agentId });
export const toList = (agentId: string, place: Home): ConversationEvent => ({
  type: 'moveToList',
  at: NOW,
  agentId,
  home: place,
});
export const intoQueue = (name = 'support'): ConversationEvent => ({
  type: 'moveToQueue',
  at: NOW,
  rules: queueRules(name),
  mrdId: 'CHAT',
  priority: 1,
});

/** What a desk that watches the list is told of these steps, in order. */
export function news(world: World, ...events: ConversationEvent[]): string[] {
  const told: string[] = [];
  let now = world;
  for (const event of events) {
    const { world: next } = decided(now, event);
    for (const { listId } of listNews(now.conversation, next.conversation)) {
      if (!next.meta) throw new Error('there is no META');
      const data = requestNews(pullModeRequest(next.conversation, next.meta, listId));
      expect(managerEvents.onPullModeSubscribedListRequest.safeParse(data).error).toBeUndefined();
      const { status } = PullModeRequest.parse(JSON.parse(data.pullModeEvent));
      told.push(`${listId} ${data.type.replace('PULL_MODE_LIST_REQUEST_', '')} ${status}`);
    }
    now = next;
  }
  return told;
}

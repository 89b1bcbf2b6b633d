/**
 * Telling all who watch a pull list when something on it changes. What is told is always what is so
 * at that moment; news of one request leave one after the other, so the last one told is true.
 */
import { pullModeRequest, requestNews, type ListNews } from '../../domain/handling/pull-list.ts';
import type { App } from '../app.ts';
import { frameOf } from '../loop/frames.ts';
import { described } from '../loop/history.ts';
import { inLoop, type Loop } from '../loop/run.ts';
import { tellDesks } from './fan-out.ts';

/**
 * Everybody who watches the list is told how the request is now. Desks that have gone are skipped,
 * and known to be gone from then on.
 */
export async function tellSubscribers(app: App, { listId, conversationId }: ListNews): Promise<void> {
  await inLoop(app, async (loop) => {
    const whole = await described(app, conversationId);
    if (!whole) return;
    const gone = !(await app.config.get('lists', listId));
    const { conversation } = gone ? await withoutList(app, loop, { listId, conversationId }) : whole;
    const data = requestNews(pullModeRequest(conversation, whole.meta, listId));
    const frame = frameOf({ event: 'onPullModeSubscribedListRequest', data });
    for await (const page of app.store.subscribers(listId)) await tellDesks(app, loop, page, () => [frame]);
  });
}

async function withoutList(
  app: App,
  loop: Loop,
  { listId, conversationId }: Pick<ListNews, 'listId' | 'conversationId'>,
) {
  const event = { type: 'listGone' as const, at: app.now(), listId };
  return (await loop.applyToConversation(conversationId, event)).world;
}

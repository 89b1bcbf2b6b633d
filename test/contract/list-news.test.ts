/** The queue by which news of pull lists leave: each piece once, and no other is taken for it. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { ListNews } from '../../shared/domain/handling/pull-list.ts';
import type { Lists } from '../../shared/edge/app.ts';
import { engines } from '../support/ports.ts';

const here = engines();
let lists: Lists;
beforeAll(async () => {
  ({ lists } = await import('../../shared/aws/list-news.ts'));
});

it('what is new has a key of its own, what is said again has none, and a conversation keeps its order', async () => {
  const about = { listId: randomUUID(), conversationId: randomUUID(), seq: 1 };
  const other = { ...about, conversationId: randomUUID() };
  const said = [about, about, { ...about, seq: 2 }, other, { ...about, listId: randomUUID() }];
  for (const news of said) await lists.announce(news);
  const sent = here.sqs.calls.map(({ input }) => input);
  expect(sent.map(({ MessageBody }) => ListNews.parse(JSON.parse(String(MessageBody))))).toEqual(said);
  expect(sent.map(({ MessageGroupId }) => MessageGroupId)).toEqual(said.map(({ conversationId }) => conversationId));
  const [first, again, ...more] = sent.map(({ MessageDeduplicationId }) => MessageDeduplicationId);
  expect(again).toBe(first);
  expect(new Set([first, ...more]).size).toBe(4);
});

/**
 * Watching lists on the wire: what a desk is shown when it begins to, whenever it comes back, and
 * that it misses nothing in between.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { fire } from '../support/engines.ts';
import { holdPost } from '../support/held-post.ts';
import { joins, listOf, news, waitsOn, watcher } from '../support/lists.ts';

const centre = contactCentre();

/** The ids of the requests that a desk holds after its greeting, in order. */
async function greetedWith(desk: Desk): Promise<{ lists: string[]; requests: string[] }> {
  const lists = await desk.next('onPullModeSubscribedList');
  const requests = await desk.next('pullModeSubscribedListRequests');
  return { lists: lists.data.map(({ id }) => id), requests: requests.data.map(({ id }) => id) };
}

describe('A desk that begins to watch a list', () => {
  it('gets all its lists, and what is on the new one', async () => {
    const [one, other] = await Promise.all([listOf(centre), listOf(centre)]);
    const customers = [await waitsOn(centre, one), await waitsOn(centre, one)];
    const person = await centre.person();
    const desk = await person.connect();
    await desk.ask('subscribePullModeList', { listId: other });
    expect((await desk.next('addPullModeSubscribedListRequests')).data).toEqual([]);
    desk.frames.length = 0;

    const list = { id: one, name: one, description: 'for a test' };
    await desk.ask('subscribePullModeList', { agentId: person.id, listId: one, list });
    const { data: lists } = await desk.next('onPullModeSubscribedList');
    expect(lists.map(({ id }) => id).toSorted()).toEqual([one, other].toSorted());
    expect(lists).toContainEqual(list);
    const { data: added } = await desk.next('addPullModeSubscribedListRequests');
    expect(added.map(({ id, listId, status }) => ({ id, listId, status }))).toEqual(
      customers.map(({ conversationId: id }) => ({ id, listId: one, status: 'CREATED' })),
    );
  });

  it('gets it again where it watches the list already', async () => {
    const list = await listOf(centre);
    const { desk } = await watcher(centre, list);
    const { conversationId } = await waitsOn(centre, list);
    await news(desk, conversationId, 'CREATED');
    await desk.ask('subscribePullModeList', { listId: list });
    expect((await desk.next('addPullModeSubscribedListRequests')).data).toMatchObject([{ id: conversationId }]);
  });

  it('gets a long list in frames that the gateway carries', async () => {
    const list = await listOf(centre);
    const big = { customer: { _id: 'c', firstName: 'Jo', notes: 'y'.repeat(1_500) } };
    for (let count = 0; count < 16; count++) await waitsOn(centre, list, big);
    const person = await centre.person();
    const desk = await person.connect();
    desk.frames.length = 0;
    await desk.ask('subscribePullModeList', { listId: list });
    const pages = desk.frames.filter(({ event }) => event === 'addPullModeSubscribedListRequests');
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThanOrEqual(32 * 1024);
    expect(pages.flatMap(({ data }) => data as unknown[])).toHaveLength(16);

    await desk.close();
    const back = await person.open();
    const first = await back.next('pullModeSubscribedListRequests');
    await centre.poll(() => first.data.length + held(back).length).toBe(16);
  });
});

describe('A desk that watches a list no longer', () => {
  it('is told so, and hears nothing more of it; what was joined stays', async () => {
    const [list, kept] = await Promise.all([listOf(centre), listOf(centre)]);
    const amy = await watcher(centre, list, kept);
    const { conversationId, says } = await waitsOn(centre, list);
    await news(amy.desk, conversationId, 'CREATED');
    await joins(amy, conversationId);
    await news(amy.desk, conversationId, 'ACTIVE');
    await amy.desk.ask('unsubscribePullModeList', { listId: list });
    expect((await amy.desk.next('onPullModeSubscribedList')).data.map(({ id }) => id)).toEqual([kept]);
    expect((await amy.desk.next('removePullModeSubscribedListRequests')).data).toBe(list);
    await waitsOn(centre, list);
    const { conversationId: other } = await waitsOn(centre, kept);
    await news(amy.desk, other, 'CREATED');
    await amy.desk.never('onPullModeSubscribedListRequest', 300);
    await says('Still there?');
    await amy.desk.cim('CUSTOMER_MESSAGE');
  });
});

describe('Subscriptions', () => {
  it('survive a reconnect, with what has changed meanwhile', async () => {
    const list = await listOf(centre);
    const { person, desk } = await watcher(centre, list);
    const [gone, stays] = [await waitsOn(centre, list), await waitsOn(centre, list)];
    await news(desk, stays.conversationId, 'CREATED');
    await desk.close();
    await gone.leaves();
    const late = await waitsOn(centre, list);
    const back = await person.open();
    expect(await greetedWith(back)).toEqual({ lists: [list], requests: [stays.conversationId, late.conversationId] });
    const newest = await waitsOn(centre, list);
    await news(back, newest.conversationId, 'CREATED');
  });

  it('survive a logout', async () => {
    const list = await listOf(centre);
    const { person, desk } = await watcher(centre, list);
    await desk.become('LOGOUT');
    await desk.close();
    const { conversationId } = await waitsOn(centre, list);
    const back = await person.open();
    expect(await greetedWith(back)).toEqual({ lists: [list], requests: [conversationId] });
    await back.close();
  });

  it('follow the agent to the desk that takes over', async () => {
    const list = await listOf(centre);
    const { person, desk } = await watcher(centre, list);
    const other = await person.connect();
    await desk.gone();
    const { conversationId } = await waitsOn(centre, list);
    await news(other, conversationId, 'CREATED');
  });

  it('lose nothing that changes while a desk is being greeted', async () => {
    const list = await listOf(centre);
    const { person, desk } = await watcher(centre, list);
    const [gone, stays] = [await waitsOn(centre, list), await waitsOn(centre, list)];
    await desk.close();
    const post = holdPost(centre, 'pullModeSubscribedListRequests');
    const back = await person.open();
    await post.reached(); // what the list held then is on its way
    await gone.leaves();
    const late = await waitsOn(centre, list);
    post.release();
    await back.next('onSessionReady');
    expect(held(back)).toEqual([stays.conversationId, late.conversationId]);
  });

  it('to a list that was deleted are forgotten, and a list on which somebody waits is not deleted', async () => {
    const list = await listOf(centre);
    const { person, desk } = await watcher(centre, list);
    const { leaves } = await waitsOn(centre, list);
    expect(await centre.call('DELETE', `/config/lists/${list}`)).toMatchObject({
      status: 409,
      body: { code: 'config.inUse' },
    });
    await leaves();
    expect((await centre.call('DELETE', `/config/lists/${list}`)).status).toBe(204);
    await desk.close();
    expect(await greetedWith(await person.open())).toEqual({ lists: [], requests: [] });
  });
});

/** What a desk holds of all that it was sent: as real desks do it. */
function held(desk: Desk): string[] {
  const rows = new Set<string>();
  for (const frame of desk.frames) {
    const { event, data } = frame as { event: string; data: unknown };
    if (event === 'pullModeSubscribedListRequests') rows.clear();
    if (event === 'pullModeSubscribedListRequests' || event === 'addPullModeSubscribedListRequests')
      for (const { id } of data as { id: string }[]) rows.add(id);
    if (event !== 'onPullModeSubscribedListRequest') continue;
    const { id, status } = JSON.parse((data as { pullModeEvent: string }).pullModeEvent) as {
      id: string;
      status: string;
    };
    if (status === 'CLOSING') rows.delete(id);
    else rows.add(id);
  }
  return [...rows];
}

describe('News of a list', () => {
  it('reach those who are there when some of the others have gone without a word', async () => {
    const list = await listOf(centre);
    const [amy, bob] = await Promise.all([watcher(centre, list), watcher(centre, list)]);
    amy.desk.vanish();
    const { conversationId } = await waitsOn(centre, list);
    await news(bob.desk, conversationId, 'CREATED');
  });

  it('are told once, although the timer that guards them says them again', async () => {
    const list = await listOf(centre);
    const { desk } = await watcher(centre, list);
    const { conversationId } = await waitsOn(centre, list);
    await news(desk, conversationId, 'CREATED');
    await desk.never('onPullModeSubscribedListRequest', 3_000);
  });

  it('are told by the timer where nobody said them before', async () => {
    const list = await listOf(centre);
    const { desk } = await watcher(centre, list);
    const { conversationId } = await waitsOn(centre, list);
    await news(desk, conversationId, 'CREATED');
    await fire(centre.stack, { kind: 'listNews', listId: list, conversationId, seq: 999 });
    await news(desk, conversationId, 'CREATED');
  });
});

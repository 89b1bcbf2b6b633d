/**
 * Between push and pull on the wire: a request goes to a queue and back, an agent puts a customer
 * on a list, and bad input changes nothing.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { joins, listOf, news, waitsOn, watcher } from '../support/lists.ts';
import { conversationOf } from '../support/platform.ts';
import { heardUntil, nobodyIsHalfInside, rolesIn, scene } from '../support/scene.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

describe('A supervisor or the platform', () => {
  it.each([['supervisor'], ['platform']])('(%s) sends a request to a queue, where it is offered', async (role) => {
    const [list, queue] = await Promise.all([listOf(centre), centre.queue()]);
    const sam = await centre.person([role]);
    const [bob, watching] = await Promise.all([
      centre.person(['agent'], { attributes: { [queue]: 1 } }),
      watcher(centre, list),
    ]);
    const desk = await bob.ready();
    const { conversationId } = await waitsOn(centre, list);
    await news(watching.desk, conversationId, 'CREATED');
    const path = `/conversations/${conversationId}/queue`;
    const answer = await centre.call('POST', path, { queue, priority: 7 }, await sam.token());
    expect(answer).toEqual({ status: 202, body: { conversationId } });
    await news(watching.desk, conversationId, 'CLOSING');
    await desk.accept();
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
    expect(await conversationOf(centre, conversationId)).toMatchObject({
      list: null,
      tasks: [{ activeMedia: [{ priority: 7 }] }],
    });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('has the request back on its list where the queue finds nobody', async () => {
    const [list, queue] = await Promise.all([listOf(centre), centre.queue()]);
    const { desk } = await watcher(centre, list);
    const { conversationId } = await waitsOn(centre, list);
    await news(desk, conversationId, 'CREATED');
    const move = { queue, agentRequestTtl: 1 };
    expect((await centre.call('POST', `/conversations/${conversationId}/queue`, move)).status).toBe(202);
    expect((await centre.call('POST', `/conversations/${conversationId}/queue`, move)).status).toBe(202);
    await news(desk, conversationId, 'CLOSING');
    await news(desk, conversationId, 'CREATED');
    expect(await conversationOf(centre, conversationId)).toMatchObject({ tasks: [], list: { id: list } });
    await joins({ desk }, conversationId);
  });

  it.each<[number, string, (list: string, queue: string) => Promise<{ id: string; body: unknown; token?: string }>]>([
    [404, 'conversation.unknown', async (_, queue) => ({ id: 'nowhere', body: { queue } })],
    [
      404,
      'queue.unknown',
      async (list) => ({ id: (await waitsOn(centre, list)).conversationId, body: { queue: 'none' } }),
    ],
    [400, 'request.invalid', async (list) => ({ id: (await waitsOn(centre, list)).conversationId, body: {} })],
    [
      403,
      'auth.noRole',
      async (list, queue) => {
        const token = await (await centre.person()).token();
        return { id: (await waitsOn(centre, list)).conversationId, body: { queue }, token };
      },
    ],
    [
      409,
      'state.invalid',
      async (list, queue) => {
        const [amy, { conversationId: id }] = await Promise.all([watcher(centre, list), waitsOn(centre, list)]);
        await joins(amy, id);
        return { id, body: { queue } };
      },
    ],
    [
      409,
      'conversation.closed',
      async (list, queue) => {
        const { conversationId: id, leaves } = await waitsOn(centre, list);
        await leaves();
        return { id, body: { queue } };
      },
    ],
  ])('is refused with %i %s', async (status, code, prepare) => {
    const [list, queue] = await Promise.all([listOf(centre), centre.queue()]);
    const { id, body, token } = await prepare(list, queue);
    const answer = await centre.call('POST', `/conversations/${id}/queue`, body, token);
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

describe('An agent', () => {
  it('puts a customer on a list, and whoever watches it sees them unread', async () => {
    const { amy, conversationId } = await scene(centre);
    const list = await listOf(centre);
    const bob = await watcher(centre, list);
    const request = { conversationId, mode: 'list', listId: list, note: 'Calls back on Monday' };
    expect(await amy.desk.ask('directTransferRequest', request)).toMatchObject({ status: 'ok' });
    expect(await heardUntil(amy, 'agentPresence_')).toEqual([
      'agentAssistanceRequestPlaced',
      'WHISPER_MESSAGE',
      'topicUnsubscription',
      'agentPresence_',
    ]);
    const { type } = await news(bob.desk, conversationId, 'CREATED');
    expect(type).toBe('PULL_MODE_LIST_REQUEST_RECEIVED');
    expect(await bob.desk.ask('joinPullModeRequest', { requestId: conversationId })).toMatchObject({ status: 'ok' });
    const { topicEvents } = (await bob.desk.next('onTopicData')).data.topicData;
    expect(topicEvents.filter(({ name }) => name === 'WHISPER_MESSAGE')).toMatchObject([
      { data: { header: { sender: { id: amy.id } }, body: { markdownText: 'Calls back on Monday' } } },
    ]);
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('transfers from a list to a queue', async () => {
    const [list, queue] = await Promise.all([listOf(centre), centre.queue()]);
    const [amy, bob] = await Promise.all([
      watcher(centre, list),
      centre.person(['agent'], { attributes: { [queue]: 1 } }),
    ]);
    const desk = await bob.ready();
    const { conversationId } = await waitsOn(centre, list);
    await joins(amy, conversationId);
    await amy.desk.ask('directTransferRequest', { conversationId, mode: 'queue', queueName: queue });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    await desk.accept();
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
    expect(await conversationOf(centre, conversationId)).toMatchObject({ list: null });
  });

  it('only ever transfers to a list: nobody joins or advises from there', async () => {
    const { amy, conversationId } = await scene(centre);
    const request = { conversationId, mode: 'list', listId: await listOf(centre) };
    for (const event of [
      'directConferenceRequest',
      'consultRequest',
      'consultTransferRequest',
      'consultConferenceRequest',
    ])
      expect(await amy.desk.ask(event, request)).toMatchObject({ status: 'error', code: 'event.invalid' });
  });
});

describe('Bad input', () => {
  const refused = async (event: string, payload: unknown, code: string, lists: string[] = []) => {
    const { desk } = await watcher(centre, ...lists);
    await withoutTrace(centre.stack, async () => {
      expect(await desk.ask(event, payload)).toMatchObject({ status: 'error', code });
      expect((await desk.next('errors')).data).toMatchObject({ task: event, code });
    });
    return desk;
  };

  it.each(['subscribePullModeList', 'unsubscribePullModeList'])(
    'to %s, an unknown list, is refused, and the checkboxes go back to what they were',
    async (event) => {
      const list = await listOf(centre);
      const desk = await refused(event, { listId: 'nowhere' }, 'list.unknown', [list]);
      expect((await desk.next('onPullModeSubscribedList')).data.map(({ id }) => id)).toEqual([list]);
    },
  );

  it.each<[string, string, unknown]>([
    ['joinPullModeRequest', 'conversation.unknown', { requestId: 'nowhere' }],
    ['joinPullModeRequest', 'event.invalid', {}],
    ['joinPullModeRequest', 'event.invalid', { requestId: 7 }],
    ['joinPullModeRequest', 'agent.mismatch', { requestId: 'c', agentId: 'somebody-else' }],
    ['subscribePullModeList', 'event.invalid', { list: { id: 'backlog' } }],
    ['subscribePullModeList', 'agent.mismatch', { listId: 'backlog', agentId: 'somebody-else' }],
    ['deletePullModeRequest', 'role.forbidden', 'nowhere'],
    ['deletePullModeRequest', 'event.invalid', 7],
    ['deletePullModeRequest', 'event.invalid', {}],
    ['directTransferRequest', 'list.unknown', { conversationId: 'c', mode: 'list', listId: 'nowhere' }],
    ['directTransferRequest', 'event.invalid', { conversationId: 'c', mode: 'list' }],
  ])('to %s is refused with %s: %j', async (event, code, payload) => void (await refused(event, payload, code)));

  it('of somebody who does not watch the list is refused, and they join nothing', async () => {
    const list = await listOf(centre);
    const { conversationId: requestId } = await waitsOn(centre, list);
    await refused('joinPullModeRequest', { requestId }, 'pull.notSubscribed');
  });

  it('about a request that has closed is refused, and it goes from the desk', async () => {
    const list = await listOf(centre);
    const { conversationId, leaves } = await waitsOn(centre, list);
    await leaves();
    const desk = await refused('joinPullModeRequest', { requestId: conversationId }, 'pull.closed', [list]);
    await news(desk, conversationId, 'CLOSING');
  });
});

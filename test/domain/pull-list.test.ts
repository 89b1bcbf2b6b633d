/**
 * A conversation on a pull list: every way in which its status changes, what desks that watch the
 * list are told, and who watches it.
 */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { newConversation, type ConversationEvent } from '../../shared/domain/decide.ts';
import { listNews, pullModeRequest, subscriberEntries } from '../../shared/domain/handling/pull-list.ts';
import { decided, names } from '../support/decision.ts';
import { closeWrapUp, customerLeaves, leave } from '../support/events.ts';
import { closes, home, news, picks, usual, waiting, watching } from '../support/pull-list.ts';
import { holds, resumes } from '../support/requests.ts';
import { after, agent, BEFORE, channelSession, NOW, robin } from '../support/world.ts';

describe('A request', () => {
  it('is received by everybody who watches the list, as one that nobody has read', () => {
    const world = waiting();
    const { meta } = world;
    if (!meta) throw new Error('there is no META');
    expect(listNews(undefined, world.conversation)).toEqual([{ listId: 'backlog', conversationId: 'c1', seq: 1 }]);
    expect(pullModeRequest(world.conversation, meta, 'backlog')).toMatchObject({
      id: 'c1',
      status: 'CREATED',
      listId: 'backlog',
      time: BEFORE,
      channelSession: { id: 'web-1', conversationId: 'c1' },
    });
    expect(
      names(
        decided(newConversation('c1', BEFORE, channelSession(), robin, {}), {
          type: 'start',
          at: BEFORE,
          home: home(),
          priority: 1,
        }),
      ),
    ).toEqual(['CHANNEL_SESSION_STARTED']);
  });

  const wrapUp = usual;
  it.each<[string, World, ConversationEvent[], string[]]>([
    ['an agent joins', waiting(), [picks('amy')], ['backlog STATE_CHANGED ACTIVE']],
    ['another joins them', waiting(), [picks('amy'), picks('bob')], ['backlog STATE_CHANGED ACTIVE']],
    [
      'one of two leaves',
      waiting(),
      [picks('amy'), picks('bob'), leave('amy')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED ACTIVE'],
    ],
    [
      'one of two leaves and wraps up, and the wrap-up ends',
      waiting(home({ wrapUp })),
      [picks('amy'), picks('bob'), leave('amy'), closeWrapUp('amy')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED ACTIVE'],
    ],
    [
      'the last agent leaves',
      waiting(),
      [picks('amy'), leave('amy')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED INACTIVE'],
    ],
    [
      'the last agent wraps up, and another joins meanwhile',
      waiting(home({ wrapUp })),
      [picks('amy'), leave('amy'), picks('bob')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED INACTIVE', 'backlog STATE_CHANGED ACTIVE'],
    ],
    [
      'it is put on hold and resumed',
      waiting(),
      [picks('amy'), holds('amy'), resumes('amy')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED ON_HOLD', 'backlog STATE_CHANGED ACTIVE'],
    ],
    ['the customer leaves before anybody joined', waiting(), [customerLeaves()], ['backlog STATE_CHANGED CLOSING']],
    [
      'the customer leaves while an agent is there',
      waiting(),
      [picks('amy'), customerLeaves()],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED CLOSING'],
    ],
    [
      'the customer leaves and the agent wraps up',
      waiting(home({ wrapUp })),
      [picks('amy'), customerLeaves(), { type: 'closeWrapUp', at: NOW, agentId: 'amy', wrapUp: null }],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED WRAP_UP', 'backlog STATE_CHANGED CLOSING'],
    ],
    [
      'the customer leaves after the agent',
      waiting(),
      [picks('amy'), leave('amy'), customerLeaves()],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED INACTIVE', 'backlog STATE_CHANGED CLOSING'],
    ],
    ['it is closed unread', waiting(), [closes('eve')], ['backlog STATE_CHANGED CLOSING']],
    [
      'it is closed with agents in it',
      waiting(home({ wrapUp })),
      [picks('amy'), picks('bob'), closes('eve')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED CLOSING'],
    ],
    [
      'it is closed after they left',
      waiting(),
      [picks('amy'), leave('amy'), closes('eve')],
      ['backlog STATE_CHANGED ACTIVE', 'backlog STATE_CHANGED INACTIVE', 'backlog STATE_CHANGED CLOSING'],
    ],
  ])('is told of when %s', (_, world, events, told) => expect(news(world, ...events)).toEqual(told));

  it('shows the session through which the customer came last', () => {
    const whatsApp = channelSession('wa-2', 'WHATSAPP');
    const event = {
      id: 'e',
      name: 'CHANNEL_SESSION_STARTED',
      type: 'NOTIFICATION',
      timestamp: NOW,
      data: whatsApp,
    } as const;
    const { conversation, meta } = decided(waiting(), { type: 'addEvent', at: NOW, event }).world;
    if (!meta) throw new Error('there is no META');
    expect(pullModeRequest(conversation, meta, 'backlog').channelSession.id).toBe('wa-2');
  });
});

describe('Who watches lists', () => {
  const rows = (who: Agent) => [...subscriberEntries(who).values()];

  it.each<[string, Agent, number]>([
    ['a greeted desk', watching('amy'), 1],
    [
      'a desk that is being greeted',
      { ...watching('amy'), session: agent('amy', {}, { session: 'not greeted' }).session },
      0,
    ],
    ['a lost connection', { ...watching('amy'), session: agent('amy', {}, { session: 'lost' }).session }, 0],
    ['an agent who has logged out', after(watching('amy'), { type: 'forcedOut', at: NOW, reasonCode: null }), 0],
    ['one who watches no longer', after(watching('amy'), { type: 'unwatchList', at: NOW, listId: 'backlog' }), 0],
  ])('is told by way of a row: %s', (_, who, count) => {
    expect(rows(who)).toEqual(count ? [{ listId: 'backlog', agentId: 'amy', connectionId: 'amy-desk' }] : []);
  });

  it('still watches them after a logout', () => {
    expect(after(watching('amy'), { type: 'forcedOut', at: NOW, reasonCode: null }).lists).toHaveProperty('backlog');
  });

  it('watches a list once, and at most forty', () => {
    const amy = watching('amy');
    expect(after(amy, { type: 'watchList', at: NOW, listId: 'backlog' })).toBe(amy);
    const more = Array.from({ length: 39 }, (_, n) => ({ type: 'watchList' as const, at: NOW, listId: `l${n}` }));
    expect(() => after(amy, ...more, { type: 'watchList', at: NOW, listId: 'one more' })).toThrow('40 lists');
  });
});

/**
 * From a pull list to a queue and back, and from an agent to a list: a customer is never nowhere.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { newConversation, type ConversationEvent } from '../../shared/domain/decide.ts';
import { homeOnList, listed } from '../../shared/domain/handling/pull-list.ts';
import { decided, emits, names, pending, refusal, roles, said } from '../support/decision.ts';
import { accept, customerLeaves, leave, offer, requestExpired } from '../support/events.ts';
import { backlog, home, intoQueue, news, off, usual, picks, toList, waiting } from '../support/pull-list.ts';
import { asks, holds, toQueue } from '../support/requests.ts';
import { agent, BEFORE, channelSession, NOW, robin } from '../support/world.ts';

describe('A request that goes to a queue', () => {
  it('leaves its list, and is back when nobody is found', () => {
    const { world } = decided(waiting(), intoQueue());
    expect(listed(world.conversation)).toBeNull();
    const ttl = pending(world).ttl;
    expect(news(waiting(), intoQueue(), requestExpired(ttl.timerId, ttl.expiresAt))).toEqual([
      'backlog STATE_CHANGED CLOSING',
      'backlog RECEIVED CREATED',
    ]);
  });

  it('is the queue’s once an agent of it accepts', () => {
    const { world } = decided(waiting(home(), [agent('bob')]), intoQueue());
    const { id } = pending(world);
    const taken = decided(world, offer(id, 'bob'), accept(id, 'bob')).world;
    expect(taken.conversation.home?.list).toBeUndefined();
    expect(news(world, offer(id, 'bob'), accept(id, 'bob'), leave('bob'))).toEqual([]);
  });

  it('waits there once, however often it is sent', () => {
    const { world } = decided(waiting(), intoQueue());
    expect(decided(world, intoQueue()).world).toBe(world);
  });

  it.each<[string, string, World]>([
    ['state.invalid', 'an agent has it', decided(waiting(), picks('amy')).world],
    ['conversation.closed', 'the customer has left', decided(waiting(), customerLeaves()).world],
  ])('is refused with %s where %s', (code, _, world) => expect(refusal(world, intoQueue()).code).toBe(code));

  it('may be one that was never on a list', () => {
    const empty = newConversation('c1', BEFORE, channelSession(), robin, {});
    const { world } = decided(empty, { type: 'start', at: BEFORE, home: null, priority: 1 }, intoQueue());
    expect(world.conversation.home).toMatchObject({ rules: { queue: { id: 'support' } } });
  });

  it('by a transfer that finds nobody comes back to the list', () => {
    const { world } = decided(waiting(), picks('amy'), asks('amy', 'DIRECT_TRANSFER', toQueue()));
    expect(listed(world.conversation)).toBeNull();
    const { ttl } = pending(world);
    const back = decided(world, requestExpired(ttl.timerId, ttl.expiresAt));
    expect(names(back)).toContain('NO_AGENT_AVAILABLE');
    expect(listed(back.world.conversation)).toMatchObject({ status: 'INACTIVE' });
    expect(back.world.conversation.tasks).toEqual({});
  });
});

describe('A transfer to a list', () => {
  const social = homeOnList({ ...backlog, id: 'social', name: 'Social', wrapUp: off }, NOW);

  it('puts the customer there unread, and its agent leaves', () => {
    const { world } = decided(waiting(), picks('amy'));
    const decision = decided(world, toList('amy', social));
    expect(said(decision)).toEqual(['amy: agentAssistanceRequestPlaced', 'amy: topicUnsubscription CHAT TRANSFERRED']);
    expect(emits(decision)[0]?.data).toMatchObject({ requestAction: 'transfer', mode: 'list' });
    expect(news(world, toList('amy', social))).toEqual(['backlog STATE_CHANGED CLOSING', 'social RECEIVED CREATED']);
  });

  it('goes through the wrap-up of its agent, while the customer can be picked already', () => {
    const { world } = decided(waiting(home({ wrapUp: usual })), picks('amy'), toList('amy', social));
    expect(roles(world)).toEqual({ amy: 'WRAP_UP' });
    expect(listed(world.conversation)).toMatchObject({ listId: 'social', status: 'CREATED' });
  });

  it('ends a hold', () => {
    const { world } = decided(waiting(), picks('amy'), holds('amy'));
    expect(names(decided(world, toList('amy', social)))).toContain('CONVERSATION_RESUMED');
  });

  it.each<[string, string, World, ConversationEvent]>([
    ['conversation.notParticipant', 'they are not in it', waiting(), toList('amy', social)],
    [
      'transfer.loop',
      'it has gone back there before',
      decided(waiting(), picks('amy'), toList('amy', home()), picks('amy')).world,
      toList('amy', home()),
    ],
    [
      'list.unknown',
      'the list is of another MRD',
      decided(waiting(), picks('amy')).world,
      toList('amy', homeOnList({ ...backlog, id: 'calls', name: 'Calls', mrdId: 'VOICE', wrapUp: off }, NOW)),
    ],
    [
      'assistance.pending',
      'a colleague was asked for',
      decided(waiting(), picks('amy'), asks('amy', 'CONSULT')).world,
      toList('amy', social),
    ],
  ])('is refused with %s where %s', (code, _, world, event) => expect(refusal(world, event).code).toBe(code));
});

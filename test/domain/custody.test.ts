/**
 * A customer is always somebody's: an agent's, a request's, a list's, or the platform's until a
 * deadline. How each way that used to end with nobody ends.
 */
import { describe, expect, it } from 'vitest';
import { deadlines, type Home, type World } from '../../shared/domain/conversation/conversation.ts';
import { newConversation, type ConversationEvent } from '../../shared/domain/decide.ts';
import { custodyOf, inLimbo, type Custody } from '../../shared/domain/custody/custody.ts';
import { accept, addEvent, customerLeaves, leave, offer, requestExpired } from '../support/events.ts';
import { decided, names, openTasks, pending, roles, taskChanges } from '../support/decision.ts';
import { home as onBacklog } from '../support/pull-list.ts';
import { asks, toAgent } from '../support/requests.ts';
import {
  agent,
  among,
  arrival,
  BEFORE,
  channelSession,
  message,
  NOW,
  queued,
  reserved,
  robin,
  rules,
  talk,
  type Part,
} from '../support/world.ts';

const WEEK_MS = 604_800_000;
const writes = (at = NOW) => addEvent(message('CUSTOMER_MESSAGE', undefined, { header: customer }), at);
const customer = { sender: { id: 'web', type: 'CONNECTOR' } };
const entrustExpired = (since: number, at: number): ConversationEvent => ({ type: 'entrustExpired', at, since });

function started(home: Home | null, platformSeconds?: number): World {
  const world = newConversation('c1', BEFORE, channelSession(), robin, {});
  return decided(world, { type: 'start', at: BEFORE, home, priority: 1, platformSeconds }).world;
}

const onList = (parts: Record<string, Part>): World => {
  const world = talk(parts);
  return { ...world, conversation: { ...world.conversation, home: onBacklog() } };
};
const company = queued('t2', { direction: 'CONSULT', request: { by: { id: 'amy', name: 'amy' }, note: null } });
const withTask = (world: World, task = company): World => ({
  ...world,
  conversation: { ...world.conversation, tasks: { ...world.conversation.tasks, [task.id]: task } },
});

describe('A customer who is there', () => {
  it.each<[string, World, Custody | null]>([
    ['is the agent’s who talks with them', talk({ amy: 'PRIMARY' }), 'agent'],
    ['is the supervisor’s who has stepped in front of them', talk({ sam: 'BARGED_IN' }), 'agent'],
    ['is on the way to an agent while a request waits', arrival([queued()]), 'request'],
    ['is on the way to an agent while it rings', arrival([reserved('amy')], [agent('amy')]), 'request'],
    ['is on the way to the next agent', arrival([queued('t1', { direction: 'DIRECT_TRANSFER' })]), 'request'],
    ['stands on the list that agents pick from', onList({}), 'list'],
    ['stands there also while somebody wraps up', onList({ amy: 'WRAP_UP' }), 'list'],
    ['is the platform’s where it asked for nobody', started(null), 'platform'],
    ['is nobody’s where all they have is a wrap-up', talk({ amy: 'WRAP_UP' }), null],
    ['is nobody’s where an agent is asked for advice', withTask(talk({})), null],
    ['is nobody’s where a request stands in no line', arrival([queued('t1', { rules: rules({ queue: null }) })]), null],
  ])('%s', (_, world, custody) => {
    expect(custodyOf(world.conversation)).toBe(custody);
    expect(inLimbo(world.conversation)).toBe(custody === null);
  });

  it('is nobody’s without anybody, and once they have gone nobody needs to have them', () => {
    expect(inLimbo(talk({ amy: 'WRAP_UP' }).conversation)).toBe(true);
    expect(inLimbo(talk({ amy: 'WRAP_UP' }, { customer: false }).conversation)).toBe(false);
  });
});

describe('A conversation that is started without a queue and without a list', () => {
  it('is the platform’s, for a week after the last word unless it says otherwise', () => {
    expect(started(null).conversation.entrusted).toMatchObject({
      owner: 'PLATFORM',
      since: BEFORE,
      until: BEFORE + WEEK_MS,
    });
    expect(started(null, 60).conversation.entrusted).toMatchObject({ until: BEFORE + 60_000 });
  });

  it('ends when nobody has said anything for so long, and not before', () => {
    const world = started(null, 60);
    expect(decided(world, entrustExpired(BEFORE, BEFORE + 59_999)).world).toBe(world);
    const over = decided(world, entrustExpired(BEFORE, BEFORE + 60_000));
    expect(names(over)).toEqual(['CHANNEL_SESSION_ENDED', 'TOPIC_STATE_CHANGE_EVENT']);
    expect(over.events[0]?.event.data).toMatchObject({ state: { reasonCode: 'INACTIVITY' } });
    expect(over.world.conversation).toMatchObject({ state: 'CLOSED', entrusted: null });
  });

  it('goes on where something was said: the time begins anew', () => {
    const { world } = decided(started(null, 60), writes(BEFORE + 30_000));
    const later = decided(world, entrustExpired(BEFORE, BEFORE + 60_000)).world;
    expect(later.conversation.entrusted).toMatchObject({ since: BEFORE + 60_000, until: BEFORE + 120_000 });
    expect(decided(later, entrustExpired(BEFORE, BEFORE + 120_000)).world).toBe(later);
    const over = decided(later, entrustExpired(BEFORE + 60_000, BEFORE + 120_000));
    expect(over.world.conversation.state).toBe('CLOSED');
  });

  it('writes nothing but the message when the customer says something', () => {
    const world = started(null);
    const { world: after } = decided(world, writes());
    expect({ ...after.conversation, lastSeq: 0 }).toEqual({ ...world.conversation, lastSeq: 0 });
  });

  it('has a timer for the end, and none once it has an agent, or is over', () => {
    const due = ({ conversation }: World) => deadlines(conversation).filter(({ key }) => key.startsWith('entrusted#'));
    const world = started(null, 60);
    expect(due(world)).toMatchObject([{ dueAt: BEFORE + 60_000, timer: { kind: 'entrustExpired', since: BEFORE } }]);
    const queue = { type: 'moveToQueue', at: NOW, rules: rules(), mrdId: 'CHAT', priority: 1 } as const;
    const sent = decided(world, queue).world;
    expect([custodyOf(sent.conversation), due(sent)]).toEqual(['request', []]);
    expect(due(decided(world, customerLeaves()).world)).toEqual([]);
  });
});

describe('A customer whose agents have all left', () => {
  const left = (changes = {}) => decided(talk({ amy: 'PRIMARY' }, { rules: rules(changes) }), leave('amy')).world;

  it('is the platform’s, for as long as the queue says', () => {
    expect(custodyOf(left().conversation)).toBe('platform');
    expect(left({ platformSeconds: 7 }).conversation.entrusted).toMatchObject({ until: NOW + 7_000 });
  });

  it('and who writes is back in their queue, first in line', () => {
    const decision = decided(left(), writes(NOW + 1_000));
    expect(pending(decision.world)).toMatchObject({
      phase: 'QUEUED',
      direction: 'INBOUND',
      priority: 11,
      mrdId: 'CHAT',
    });
    expect(names(decision)).toEqual(['CUSTOMER_MESSAGE', 'TASK_STATE_CHANGED']);
    expect(decision.world.conversation.entrusted).toBeNull();
    const again = decided(
      decision.world,
      addEvent(message('CUSTOMER_MESSAGE', undefined, { header: customer, id: 'm2' })),
    );
    expect(openTasks(again.world)).toEqual(openTasks(decision.world)); // and not twice
  });

  it('stays the platform’s while a bot writes, or the customer types', () => {
    const bot = message('BOT_MESSAGE', undefined, { header: { sender: { id: 'bot', type: 'BOT' } } });
    const typing = message('TYPING_INDICATOR', { type: 'NOTIFICATION' }, { header: customer });
    for (const event of [bot, typing])
      expect(custodyOf(decided(left(), addEvent(event)).world.conversation)).toBe('platform');
  });

  it('stays the platform’s where the queue leaves them to it', () => {
    expect(custodyOf(decided(left({ afterAgents: 'PLATFORM' }), writes()).world.conversation)).toBe('platform');
  });

  it('is not the platform’s who stands on a list', () => {
    expect(decided(onList({ amy: 'PRIMARY' }), leave('amy')).world.conversation.entrusted).toBeNull();
  });
});

describe('A consulted colleague to whom the customer is handed while they leave', () => {
  it.each(['CONSULT_TRANSFER', 'CONSULT_CONFERENCE'] as const)(
    'has not taken them over: the customer goes home (%s)',
    (direction) => {
      const handed = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), asks('amy', direction, toAgent('bob'))).world;
      const { world } = direction === 'CONSULT_CONFERENCE' ? decided(handed, leave('amy', NOW + 1)) : { world: handed };
      const decision = decided(world, leave('bob', NOW + 2));
      expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP' }); // an assistant has nothing to wrap up
      expect(pending(decision.world)).toMatchObject({ phase: 'QUEUED', direction: 'INBOUND', priority: 11 });
    },
  );

  it('has them who leaves later, and wraps up', () => {
    const { world } = decided(
      talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }),
      asks('amy', 'CONSULT_TRANSFER', toAgent('bob')),
      leave('bob', NOW + 5_000),
    );
    expect(roles(world)).toEqual({ amy: 'WRAP_UP', bob: 'WRAP_UP' });
    expect(custodyOf(world.conversation)).toBe('platform');
  });

  it('leaves the customer to the other agent who is there', () => {
    const conferenced = asks('amy', 'CONSULT_CONFERENCE', toAgent('bob'));
    const { world } = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), conferenced, leave('bob'));
    expect([custodyOf(world.conversation), openTasks(world)]).toEqual(['agent', ['ACTIVE 1']]);
  });
});

describe('An agent who leaves while a colleague is on the way', () => {
  const asked = (direction: 'CONSULT' | 'DIRECT_CONFERENCE' | 'CONSULT_CONFERENCE') =>
    decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', direction)).world;

  it.each(['CONSULT', 'DIRECT_CONFERENCE', 'CONSULT_CONFERENCE'] as const)(
    'leaves a customer who needs somebody: they go home (%s)',
    (direction) => {
      const waiting = asked(direction);
      const ringing = decided(waiting, offer(pending(waiting).id, 'bob')).world;
      for (const world of [waiting, ringing]) {
        const decision = decided(world, leave('amy'));
        expect(taskChanges(decision)).toContain(`${pending(world).id} CLOSED/FORCE_CLOSED media CLOSED`);
        expect(pending(decision.world)).toMatchObject({ phase: 'QUEUED', direction: 'INBOUND', priority: 11 });
      }
    },
  );

  it.each(['CONSULT', 'CONSULT_CONFERENCE'] as const)(
    'and who has accepted in that moment to advise is not all that is left: %s',
    (direction) => {
      const waiting = asked(direction);
      const { id } = pending(waiting);
      const came = decided(waiting, offer(id, 'bob'), accept(id, 'bob')).world;
      expect(pending(decided(came, leave('amy', NOW + 4_999)).world)).toMatchObject({ direction: 'INBOUND' });
      expect(custodyOf(decided(came, leave('amy', NOW + 5_000)).world.conversation)).toBe('platform');
    },
  );

  it('and who has accepted in that moment to join has the customer', () => {
    const waiting = asked('DIRECT_CONFERENCE');
    const { id } = pending(waiting);
    const { world } = decided(waiting, offer(id, 'bob'), accept(id, 'bob'), leave('amy'));
    expect([custodyOf(world.conversation), roles(world)]).toEqual(['agent', { amy: 'WRAP_UP', bob: 'PRIMARY' }]);
  });
});

describe('A customer on a list that is gone', () => {
  const gone = (listId = 'backlog'): ConversationEvent => ({ type: 'listGone', at: NOW, listId });

  it('is the platform’s, which hears of it', () => {
    const decision = decided(onList({}), gone());
    expect(names(decision)).toEqual(['NO_AGENT_AVAILABLE']);
    expect(decision.world.conversation.home).toBeNull();
    expect(custodyOf(decision.world.conversation)).toBe('platform');
  });

  it.each<[string, World, string?]>([
    ['an agent has them', onList({ amy: 'PRIMARY' })],
    ['it is another list', onList({}), 'vip'],
    ['a queue looks for somebody', withTask(onList({}), queued())],
  ])('stays where they are while %s', (_, world, listId) => {
    expect(decided(world, gone(listId)).world).toBe(world);
  });
});

describe('A customer from a list whom no queue finds an agent for', () => {
  it('stands on the list again, and waits nowhere else', () => {
    const world = onList({});
    const sent = decided(world, { type: 'moveToQueue', at: NOW, rules: rules(), mrdId: 'CHAT', priority: 1 }).world;
    const { timerId, expiresAt } = pending(sent).ttl;
    const { conversation } = decided(sent, requestExpired(timerId, expiresAt)).world;
    expect([custodyOf(conversation), conversation.tasks]).toEqual(['list', {}]);
  });
});

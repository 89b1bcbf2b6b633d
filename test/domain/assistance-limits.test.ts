/**
 * What an agent may not ask: in the wrong role, for the wrong colleague, a second time, one too
 * many.
 */
import { describe, expect, it } from 'vitest';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { mismatch, routableEntries, waitingEntries } from '../../shared/domain/routing/routing.ts';
import type { Target } from '../../shared/domain/handling/assistance.ts';
import { accept, offer, offerExpired } from '../support/events.ts';
import { decided, member, names, openTasks, pending, refusal, roles, said, taskChanges } from '../support/decision.ts';
import {
  ASKABLE,
  asks,
  bargesIn,
  cancels,
  holds,
  LEAVING,
  resumes,
  STAYING,
  toAgent,
  toQueue,
  whispers,
  queueRules,
} from '../support/requests.ts';
import { agent, among, NOW, rules, talk, type Part } from '../support/world.ts';

describe('Who may ask', () => {
  const requests: [string, ConversationEvent][] = [
    ...ASKABLE.flatMap((direction): [string, ConversationEvent][] => [
      [`${direction} to a queue`, asks('me', direction)],
      [`${direction} to a colleague`, asks('me', direction, toAgent('bob'))],
    ]),
    ['to take a request back', cancels('me')],
    ['for a hold', holds('me')],
    ['for the end of a hold', resumes('me')],
  ];
  const others: Part[] = ['ASSISTANT', 'WHISPER', 'SILENT_MONITOR', 'WRAP_UP'];

  it.each(requests.flatMap(([what, event]) => others.map((part) => [what, part, event] as const)))(
    'does not ask %s as %s',
    (_, part, event) => {
      const world = among(talk({ amy: 'PRIMARY', me: part }), agent('bob'));
      expect(refusal(world, event).code).toBe('role.forbidden');
    },
  );

  it.each(requests)('does not ask %s from outside', (_, event) => {
    const world = among(talk({ amy: 'PRIMARY' }), agent('bob'), agent('me'));
    expect(refusal(world, event).code).toBe('conversation.notParticipant');
  });

  it.each(ASKABLE)('asks for %s as PRIMARY, also as a supervisor who barged in', (direction) => {
    for (const part of ['PRIMARY', 'BARGED_IN'] as const) {
      expect(said(decided(talk({ me: part, amy: 'PRIMARY' }), asks('me', direction)))[0]).toBe(
        'me: agentAssistanceRequestPlaced',
      );
    }
  });
});

describe('A supervisor who barged in', () => {
  it('leaves at once when they hand the customer over: they have nothing to wrap up', () => {
    const decision = decided(talk({ sam: 'BARGED_IN' }), asks('sam', 'DIRECT_TRANSFER'));
    expect(roles(decision.world)).toEqual({});
    expect(said(decision)).toContain('sam: topicUnsubscription CHAT TRANSFERRED');
    expect(openTasks(decision.world)).toEqual(['QUEUED 1']);
  });
});

describe('A colleague or queue that cannot be asked', () => {
  const world = () =>
    among(
      talk({ amy: 'PRIMARY', carol: 'PRIMARY', dan: 'WRAP_UP' }),
      agent('bob'),
      agent('away', { CHAT: { state: 'NOT_READY' } }),
      agent('full', { CHAT: { state: 'BUSY', tasks: ['ACTIVE'], max: 1 } }),
      agent('lost', { CHAT: {} }, { session: 'lost' }),
      agent('voice', { VOICE: {} }),
    );

  const taken: Target = {
    mode: 'queue',
    queueName: 'own',
    candidates: [{ rules: queueRules('own'), mrdId: 'CHAT', taken: true }],
  };

  it.each<[string, Target, string]>([
    ['nobody of this name', toAgent('nobody'), 'agent.unknown'],
    [
      'a colleague who has never signed in',
      { mode: 'agent', targetId: 'nobody', offerToAgent: true, listed: true },
      'agent.notRoutable',
    ],
    ['the agent themselves', toAgent('amy'), 'agent.notRoutable'],
    ['one who is in the conversation', toAgent('carol'), 'agent.notRoutable'],
    ['one who is not ready', toAgent('away'), 'agent.notRoutable'],
    ['one without a free slot', toAgent('full'), 'agent.notRoutable'],
    ['one whose connection is lost', toAgent('lost'), 'agent.notRoutable'],
    ['one without the MRD', toAgent('voice'), 'agent.notRoutable'],
    ['an unknown queue', { mode: 'queue', queueName: 'nowhere', candidates: [] }, 'queue.unknown'],
    ['a queue that only those serve who are here', taken, 'queue.nobodyElse'],
    ['a queue of another MRD', toQueue('calls', {}, 'VOICE'), 'queue.unknown'],
  ])('is %s', (_, target, code) => {
    for (const direction of ASKABLE) expect(refusal(world(), asks('amy', direction, target)).code).toBe(code);
  });

  it('is any, where the conversation never had a queue', () => {
    const { conversation, ...rest } = talk({ amy: 'PRIMARY' });
    const homeless = { ...rest, conversation: { ...conversation, home: null } };
    expect(refusal(homeless, asks('amy', 'CONSULT')).code).toBe('queue.unknown');
  });

  it('is chosen by the MRD of the conversation among queues of one name', () => {
    const both = [toQueue('sales', { queuePriority: 2 }, 'VOICE'), toQueue('sales', { queuePriority: 7 })];
    const candidates = both.flatMap((target) => (target.mode === 'queue' ? target.candidates : []));
    const { world: asked } = decided(
      world(),
      asks('amy', 'CONSULT', { mode: 'queue', queueName: 'sales', candidates }),
    );
    expect(pending(asked)).toMatchObject({ mrdId: 'CHAT', rules: { queuePriority: 7 } });
  });
});

describe('While a request is pending', () => {
  const asked = (ringing: boolean) => {
    const { world } = decided(
      among(talk({ amy: 'PRIMARY', carol: 'PRIMARY', dan: 'ASSISTANT' }), agent('bob')),
      asks('amy', 'CONSULT'),
    );
    return ringing ? decided(world, offer(pending(world).id, 'bob')).world : world;
  };

  it.each(['amy', 'carol'].flatMap((who) => ASKABLE.map((direction) => [who, direction] as const)))(
    '%s cannot ask again: %s',
    (who, direction) => {
      for (const target of [toQueue('billing'), toAgent('bob'), toAgent('dan', false)]) {
        expect(refusal(asked(false), asks(who, direction, target)).code).toBe('assistance.pending');
        expect(refusal(asked(true), asks(who, direction, target)).code).toBe('assistance.pending');
      }
    },
  );

  it('nobody else can take it back', () => {
    expect(refusal(asked(false), cancels('carol')).code).toBe('assistance.none');
  });

  it('is never offered to the one who asks', () => {
    const world = asked(false);
    expect(decided(world, offer(pending(world).id, 'amy')).world).toBe(world);
  });

  it.each(LEAVING)('is never offered to the one who asks, though they have left: %s', (direction) => {
    const free = { rules: rules({ wrapUpSeconds: null }) };
    const { world } = decided(talk({ amy: 'PRIMARY' }, free), asks('amy', direction));
    const { id } = pending(world);
    expect(decided(world, offer(id, 'amy')).world).toBe(world);
    const [entry] = waitingEntries(world.conversation).values();
    const [candidate] = routableEntries(member(world.agents, 'amy')).values();
    if (!entry || !candidate) throw new Error('nothing waits, or nobody is free');
    expect(mismatch(candidate, entry, { steps: [] }, NOW)).toBe('asked for this colleague');
    const again = decided(among(world, agent('bob')), offer(id, 'bob'), offerExpired(id, 'bob', NOW + 30_000)).world;
    expect(decided(again, offer(pending(again).id, 'amy')).world).toBe(again);
  });

  it('is not offered to those who are there already', () => {
    const world = asked(false);
    expect(decided(world, offer(pending(world).id, 'carol')).world).toBe(world);
  });
});

describe('A request that is taken back', () => {
  const asked = (direction: (typeof STAYING)[number]) =>
    decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', direction)).world;

  it.each(STAYING)('looks for nobody any more: %s', (direction) => {
    const world = asked(direction);
    const decision = decided(world, cancels('amy'));
    expect(taskChanges(decision)).toEqual([`${pending(world).id} CLOSED/FORCE_CLOSED media CLOSED`]);
    expect(openTasks(decision.world)).toEqual(['ACTIVE 1']);
    expect(names(decision)).not.toContain('NO_AGENT_AVAILABLE');
  });

  it.each(STAYING)('stops ringing: %s', (direction) => {
    const waiting = asked(direction);
    const { id } = pending(waiting);
    const decision = decided(decided(waiting, offer(id, 'bob')).world, cancels('amy'));
    expect(said(decision)).toEqual(['bob: revokeTask FORCE_CLOSED', 'amy: onAssistanceOutcome']);
    expect(taskChanges(decision)).toEqual([`${id} CLOSED/FORCE_CLOSED media CLOSED`]);
    expect(decision.world.agents['bob']).toMatchObject({ slots: {}, mrds: { CHAT: { state: 'READY' } } });
    expect(refusal(decision.world, accept(id, 'bob')).code).toBe('task.gone');
  });

  it('makes room for another', () => {
    const { world } = decided(asked('CONSULT'), cancels('amy'));
    expect(openTasks(decided(world, asks('amy', 'DIRECT_CONFERENCE')).world)).toEqual(['ACTIVE 1', 'QUEUED 1']);
  });

  it('is not there before, nor after', () => {
    expect(refusal(talk({ amy: 'PRIMARY' }), cancels('amy')).code).toBe('assistance.none');
    expect(refusal(decided(asked('CONSULT'), cancels('amy')).world, cancels('amy')).code).toBe('assistance.none');
  });

  it('cannot be one that was accepted', () => {
    const waiting = asked('CONSULT');
    const { id } = pending(waiting);
    const { world } = decided(waiting, offer(id, 'bob'), accept(id, 'bob'));
    expect(refusal(world, cancels('amy')).code).toBe('assistance.none');
  });

  it.each(LEAVING)('cannot be a %s: who asked has left', (direction) => {
    const { world } = decided(talk({ amy: 'PRIMARY' }), asks('amy', direction));
    expect(refusal(world, cancels('amy')).code).toBe('role.forbidden');
  });
});

describe('A conversation of four agents', () => {
  const four = (parts: Record<string, Part> = {}) =>
    among(talk({ amy: 'PRIMARY', bob: 'PRIMARY', carol: 'ASSISTANT', ...parts }), agent('eve'));

  it.each(STAYING)('takes no fifth: %s', (direction) => {
    for (const fourth of ['PRIMARY', 'ASSISTANT', 'WHISPER', 'BARGED_IN'] as const) {
      expect(refusal(four({ dan: fourth }), asks('amy', direction)).code).toBe('conversation.full');
      expect(refusal(four({ dan: fourth }), asks('amy', direction, toAgent('eve'))).code).toBe('conversation.full');
    }
  });

  it.each(STAYING)('does not count silent monitors and those in wrap-up: %s', (direction) => {
    const world = four({ sam: 'SILENT_MONITOR', sue: 'SILENT_MONITOR', dan: 'WRAP_UP' });
    expect(said(decided(world, asks('amy', direction)))).toEqual(['amy: agentAssistanceRequestPlaced']);
  });

  it.each(LEAVING)('may still hand the customer over: %s', (direction) => {
    const { world } = decided(four({ dan: 'PRIMARY' }), asks('amy', direction, toAgent('eve')));
    expect(roles(decided(world, accept(pending(world).id, 'eve')).world)).toMatchObject({
      amy: 'WRAP_UP',
      eve: 'PRIMARY',
    });
  });

  it('still makes the consulted colleague PRIMARY', () => {
    const world = four({ dan: 'PRIMARY' });
    expect(roles(decided(world, asks('amy', 'CONSULT_CONFERENCE', toAgent('carol', false))).world)).toMatchObject({
      carol: 'PRIMARY',
    });
  });

  it.each([
    ['whispers', whispers('sam')],
    ['barges in', bargesIn('sam')],
  ])('takes no supervisor who %s as the fifth', (_, event) => {
    expect(refusal(four({ dan: 'PRIMARY', sam: 'SILENT_MONITOR' }), event).code).toBe('conversation.full');
  });

  it.each([
    ['whispers', whispers('sam')],
    ['barges in', bargesIn('sam')],
  ])('counts the colleague who is on the way before a supervisor who %s', (_, event) => {
    const { world } = decided(four({ sam: 'SILENT_MONITOR' }), asks('amy', 'CONSULT'));
    expect(refusal(world, event).code).toBe('conversation.full');
    expect(roles(decided(world, cancels('amy'), event).world)['sam']).not.toBe('SILENT_MONITOR');
  });

  it('lets a supervisor who whispers barge in: they are counted already', () => {
    expect(roles(decided(four({ sam: 'WHISPER' }), bargesIn('sam')).world)).toMatchObject({ sam: 'PRIMARY' });
  });
});

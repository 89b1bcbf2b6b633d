/** Whom a request asks before anybody else, and who counts as a customer's last agent. */
import { describe, expect, it } from 'vitest';
import { newlyWith } from '../../shared/domain/conversation/last-agent.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { preferring, type Preferred } from '../../shared/domain/choosing/preferred.ts';
import { mismatch, waitingFor, type Routable } from '../../shared/domain/routing/routing.ts';
import type { Attributes } from '../../shared/domain/agent/agent.ts';
import type { Queue } from '../../shared/protocol/shapes/config.ts';
import { accept, decline, offer, offerExpired } from '../support/events.ts';
import { decided, onlyTask, pending } from '../support/decision.ts';
import {
  agent,
  among,
  arrival,
  BEFORE,
  channelSession,
  metaOf,
  NOW,
  queued,
  reserved,
  rules,
  talk,
} from '../support/world.ts';

const first = (...agentIds: string[]): Preferred => ({ agentIds, left: agentIds });
const waiting = (preferred: Preferred, changes: Parameters<typeof rules>[0] = {}) =>
  arrival(
    [queued('t1', { preferred, rules: rules(changes) })],
    ['amy', 'bob', 'carol'].map((id) => agent(id)),
  );

describe('Whom a request prefers', () => {
  it.each<[string, Parameters<typeof preferring>, string[] | undefined]>([
    ['nobody', [undefined, null], undefined],
    ['the last agent', [undefined, 'amy'], ['amy']],
    ['those who are named', [{ agentIds: ['bob', 'carol'] }, null], ['bob', 'carol']],
    ['those who are named, then the last agent', [{ agentIds: ['bob'] }, 'amy'], ['bob', 'amy']],
    ['everybody once', [{ agentIds: ['amy', 'bob', 'amy'] }, 'bob'], ['amy', 'bob']],
  ])('is %s', (_, given, ids) => {
    const preferred = preferring(...given);
    expect(preferred?.agentIds).toEqual(ids);
    expect(preferred?.left).toEqual(ids);
  });
});

describe('A request with preferred agents', () => {
  const step = (value: number, timeoutSeconds: number): Queue['steps'][number] => {
    return { expressions: [{ attribute: 'english', operator: '>=', value }], timeoutSeconds };
  };
  const queue = { steps: [step(7, 60), step(4, 60)] };
  const entry = (agentId: string, attributes: Attributes): Routable => {
    return { agentId, mrdId: 'CHAT', since: BEFORE, free: 1, attributes, line: '' };
  };

  it.each<[string, string, number, Preferred, string | null]>([
    ['is for the first of them', 'amy', 9, first('amy', 'bob'), null],
    ['is for the second of them', 'bob', 9, first('amy', 'bob'), null],
    ['is for one of them whose step opens later', 'amy', 4, first('amy'), null],
    ['is not for one of them who does not serve the queue', 'amy', 3, first('amy'), 'english >= 7'],
    ['is not for anybody else', 'carol', 9, first('amy', 'bob'), 'others are asked first: amy, bob'],
    ['is for everybody once they were asked', 'carol', 9, { agentIds: ['amy'], left: [] }, null],
    ['is for them as for everybody then', 'amy', 4, { agentIds: ['amy'], left: [] }, 'english >= 7'],
  ])('%s', (_, agentId, english, preferred, failed) => {
    const request = waitingFor(waiting(preferred).conversation, 't1');
    if (!request) throw new Error('it does not wait');
    expect(mismatch(entry(agentId, { english }), request, queue, BEFORE)).toBe(failed);
  });

  it.each([
    [undefined, 30],
    [10, 10],
    [100, 30],
  ])('rings there for as long as is said, and no longer than anywhere: %s', (waitSeconds, seconds) => {
    const preferred = { ...first('amy'), ...(waitSeconds === undefined ? {} : { waitSeconds }) };
    const ringing = (who: string) => pending(decided(waiting(preferred), offer('t1', who)).world);
    expect(ringing('amy')).toMatchObject({ phase: 'RESERVED', expiresAt: NOW + seconds * 1000 });
    expect(ringing('bob')).toMatchObject({ phase: 'RESERVED', expiresAt: NOW + 30_000 });
  });

  it.each([
    ['lets it ring out', offerExpired('t1', 'amy', NOW + 30_000)],
    ['declines', decline('t1', 'amy')],
  ])('asks each of them once: who %s is followed by the next', (_, event) => {
    const asked = decided(waiting(first('amy', 'bob'), { ronaPolicy: 'KEEP' }), offer('t1', 'amy'));
    const { world } = decided(asked.world, event);
    expect(pending(world)).toMatchObject({ phase: 'QUEUED', preferred: { agentIds: ['amy', 'bob'], left: ['bob'] } });
    expect(waitingFor(world.conversation, pending(world).id)?.preferred).toEqual(['bob']);
    const again = decided(world, offer(pending(world).id, 'bob'));
    expect(pending(again.world).preferred?.left).toEqual([]);
  });

  it('is for everybody when none of them can take it', () => {
    const preferred = first('amy', 'bob');
    const { world } = decided(waiting(preferred), { type: 'preferenceOver', at: NOW, taskId: 't1', preferred });
    expect(waitingFor(world.conversation, 't1')).not.toHaveProperty('preferred');
  });

  it.each([
    ['others are preferred by now', waiting(first('carol'))],
    ['one of them is asked', arrival([reserved('amy', 't1', { preferred: first('bob') })], [agent('amy')])],
  ])('stays as it is where %s', (_, world) => {
    const event = { type: 'preferenceOver' as const, at: NOW, taskId: 't1', preferred: first('amy') };
    expect(decided(world, event).world).toBe(world);
  });

  it('forgets them with the one who accepts', () => {
    const ringing = decided(waiting(first('amy')), offer('t1', 'amy'));
    expect(onlyTask(decided(ringing.world, accept('t1', 'amy')).world.conversation)).not.toHaveProperty('preferred');
  });
});

describe('A customer who is sent to a queue where they wait already', () => {
  const move = (preferred: Preferred | undefined, queueId = 'support') => ({
    type: 'moveToQueue' as const,
    at: NOW,
    rules: rules({ queue: { id: queueId, name: queueId } }),
    mrdId: 'CHAT',
    preferred,
  });

  it.each<[string, Preferred | undefined]>([
    ['the same are preferred, though they were asked', { agentIds: ['amy'], left: ['amy'] }],
    ['nobody is named', undefined],
  ])('goes on waiting where %s', (_, preferred) => {
    const world = waiting({ agentIds: ['amy'], left: [] });
    expect(decided(world, move(preferred)).world).toBe(world);
  });

  it('is offered first to others who are named now', () => {
    const { world } = decided(waiting({ agentIds: ['amy'], left: [] }), move(first('bob')));
    expect(waitingFor(world.conversation, 't1')?.preferred).toEqual(['bob']);
  });

  it.each<[string, Preferred | undefined, string[] | undefined]>([
    ['nobody', undefined, undefined],
    ['who is named for it', first('bob'), ['bob']],
  ])('of another queue, is offered first to %s', (_, preferred, expected) => {
    const { world } = decided(waiting(first('amy')), move(preferred, 'sales'));
    expect(waitingFor(world.conversation, pending(world).id)?.preferred).toEqual(expected);
  });
});

describe('The last agent of a customer', () => {
  const remembering = (world: World, routeToLastAgent: unknown = true): World => {
    const meta = metaOf(world);
    const [id = ''] = Object.keys(meta.sessions);
    const session = meta.sessions[id];
    if (!session) throw new Error('there is no session');
    const policy = { routingMode: 'PUSH' as const, routeToLastAgent };
    const channel = { ...session.channel, channelConfig: { routingPolicy: policy } };
    return { ...world, meta: { ...meta, sessions: { [id]: { ...session, channel } } } };
  };
  const accepted = (changes: Parameters<typeof reserved>[2] = {}) => {
    const world = remembering(among(arrival([reserved('amy', 't1', changes)], [agent('amy')]), agent('bob')));
    return newlyWith(world, decided(world, accept('t1', 'amy')).world);
  };
  const request = { by: { id: 'bob', name: 'bob' }, note: null };

  it.each<[string, Parameters<typeof reserved>[2], boolean]>([
    ['who accepts them', {}, true],
    ['to whom they are handed over', { direction: 'DIRECT_TRANSFER', request }, true],
    ['who joins in a conference', { direction: 'DIRECT_CONFERENCE', request }, false],
    ['who gives advice', { direction: 'CONSULT', request }, false],
  ])('is the one %s: %#', (_, changes, is) => {
    const last = { customerId: 'customer-1', agentId: 'amy', conversationId: 'c1' };
    expect(accepted(changes)).toEqual(is ? last : null);
  });

  it.each([[false], ['yes'], [null]])('is nobody’s business where the channel does not want it: %s', (wants) => {
    const world = remembering(arrival([reserved('amy')], [agent('amy')]), wants);
    expect(newlyWith(world, decided(world, accept('t1', 'amy')).world)).toBeNull();
  });

  it('is known where one of their channels wants it', () => {
    const world = remembering(arrival([reserved('amy')], [agent('amy')]));
    const meta = metaOf(world);
    const both = { ...world, meta: { ...meta, sessions: { ...meta.sessions, sms: channelSession('sms', 'SMS') } } };
    expect(newlyWith(both, decided(both, accept('t1', 'amy')).world)).toMatchObject({ agentId: 'amy' });
  });

  it('is written once, not with whatever else changes', () => {
    const world = remembering(talk({ amy: 'PRIMARY' }));
    expect(newlyWith(world, world)).toBeNull();
    expect(newlyWith(remembering(arrival([])), remembering(talk({ sam: 'BARGED_IN' })))).toBeNull();
  });
});

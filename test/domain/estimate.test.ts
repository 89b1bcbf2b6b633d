/** How long somebody will wait: by their place, and by how fast the line went of late. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { deadlines } from '../../shared/domain/conversation/conversation.ts';
import type { Task } from '../../shared/domain/conversation/task.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { estimatedWaitSeconds, handOuts } from '../../shared/domain/routing/estimate.ts';
import { dataOf, decided, names, onlyTask } from '../support/decision.ts';
import { accept, leave, offerExpired } from '../support/events.ts';
import { active, agent, arrival, BEFORE, NOW, queued, reserved, rules, talk, wrappingUp } from '../support/world.ts';

const ago = (...seconds: number[]) => seconds.map((second) => NOW - second * 1000);

describe('The estimated wait', () => {
  it.each<[string, number | null, number[], number | null]>([
    ['one a minute, and next', 1, ago(60, 120, 180), 60],
    ['one a minute, and tenth', 10, ago(60, 120, 180), 600],
    ['one, five minutes ago', 2, ago(300), 600],
    ['all at once, and then nobody for a while', 1, ago(100, 100, 100, 100), 25],
    ['half an hour ago, of two', 1, ago(1_800, 1_799), 900],
    ['what is older than an hour says nothing', 1, ago(10, 3_601), 10],
    ['nobody was taken', 1, [], null],
    ['nobody was taken within the hour', 3, ago(3_600, 9_000), null],
    ['a place that was not counted', null, ago(60), null],
    ['this very moment', 4, ago(0), 0],
  ])('is place times pace: %s', (_, place, taken, seconds) => {
    expect(estimatedWaitSeconds(place, taken, NOW)).toBe(seconds);
  });

  it('grows while the line stands still', () => {
    const later = [0, 60, 600].map((seconds) => estimatedWaitSeconds(2, ago(60, 120), NOW + seconds * 1000));
    expect(later).toEqual([120, 180, 720]);
  });
});

describe('A customer was taken from a queue', () => {
  const ringing = () => arrival([reserved('amy')], [agent('amy')]);
  const taken = (before: World, { world }: { world: World }) => handOuts(before.conversation, world.conversation, NOW);

  it('when an agent has accepted, once', () => {
    const decision = decided(ringing(), accept('t1', 'amy'));
    expect(taken(ringing(), decision)).toEqual([{ queueId: 'support', taskId: 't1', at: NOW }]);
    expect(taken(decision.world, decision)).toEqual([]);
  });

  it.each<[string, World, ConversationEvent]>([
    ['rang in vain', ringing(), offerExpired('t1', 'amy', BEFORE + 30_000)],
    ['was asked for by name', arrival([reserved('amy', 't1', { mode: 'AGENT' })], [agent('amy')]), accept('t1', 'amy')],
    ['has left', talk({ amy: 'PRIMARY' }), leave('amy')],
  ])('not by one who %s', (_, world, event) => expect(taken(world, decided(world, event))).toEqual([]));
});

describe('A customer who is with an agent already', () => {
  const { conversation } = arrival([active('amy')], [agent('amy')]);

  it.each<[string, Task | null]>([
    ['nothing was stored', null],
    ['the agent wrapped up', wrappingUp('amy')],
    ['they waited, and nobody was asked', queued()],
  ])('was not taken from a queue where before %s', (_, task) => {
    expect(handOuts(task && arrival([task]).conversation, conversation, NOW)).toEqual([]);
  });
});

describe('The platform is told', () => {
  const waiting = (after?: number) => {
    const of = rules(after === undefined ? {} : { estimateAfterSeconds: after });
    return queued('t1', { rules: of, enqueuedAt: BEFORE, estimateDueAt: after && BEFORE + after * 1000 });
  };
  const told = (world: World, at: number, dueAt = at): ConversationEvent => {
    return { type: 'estimated', at, taskId: 't1', dueAt, place: 3, seconds: 90 };
  };
  const due = ({ conversation }: World) =>
    deadlines(conversation).flatMap(({ timer, dueAt }) => (timer.kind === 'estimateDue' ? [dueAt - BEFORE] : []));

  it('nothing, unless the queue says so', () => expect(due(arrival([waiting()]))).toEqual([]));

  it('after a while, and again whenever the customer has waited twice as long', () => {
    let world = arrival([waiting(15)]);
    const instants: number[] = [];
    for (let n = 0; n < 6; n++) {
      const [next = 0] = due(world);
      instants.push(next / 1000);
      const decision = decided(world, told(world, BEFORE + next));
      expect(names(decision)).toEqual(['EWT_MESSAGE']);
      world = decision.world;
    }
    expect(instants).toEqual([15, 30, 60, 120, 240, 480]);
  });

  it('the place, the estimate and the queue', () => {
    const decision = decided(arrival([waiting(15)]), told(arrival([]), BEFORE + 15_000));
    expect(dataOf(decision, 'EWT_MESSAGE')).toEqual({
      taskId: 't1',
      queue: { id: 'support', name: 'support' },
      placeInLine: 3,
      estimatedWaitSeconds: 90,
    });
  });

  it.each<[string, World, number, number]>([
    ['too early', arrival([waiting(15)]), BEFORE + 14_999, BEFORE + 15_000],
    ['a second time', arrival([waiting(30)]), BEFORE + 30_000, BEFORE + 15_000],
    ['of one who waits no longer', arrival([reserved('amy')], [agent('amy')]), BEFORE + 15_000, BEFORE + 15_000],
  ])('nothing %s', (_, world, at, dueAt) => expect(decided(world, told(world, at, dueAt)).world).toBe(world));

  it('anew of one who is back from an offer', () => {
    const of = rules({ estimateAfterSeconds: 15 });
    const world = arrival([reserved('amy', 't1', { rules: of })], [agent('amy')]);
    const again = decided(world, offerExpired('t1', 'amy', BEFORE + 30_000)).world;
    expect(onlyTask(again.conversation)).toMatchObject({ phase: 'QUEUED', estimateDueAt: BEFORE + 45_000 });
  });
});

/**
 * What supervisors' figures cost: queues and lists are counted once a second for all, and a change
 * of a team reads that team and no other.
 */
import { describe, expect, it } from 'vitest';
import { tellWatchers } from '../../shared/edge/watch/team.ts';
import { Supervised } from '../support/supervised.ts';

describe('A change in one team', () => {
  it('reads that team alone, and neither who is ready nor who waits, however many teams there are', async () => {
    const spent = async (teams: number) => {
      const floor = await Supervised.of({ teams, members: 5 });
      await floor.told([null]);
      await floor.agent('team-3', 'agent-1-of-3', '', 'NOT_READY');
      return { floor, cost: await floor.told(['team-3']) };
    };
    const [few, many] = [await spent(20), await spent(400)];
    expect(many.cost.calls).toBe(few.cost.calls);
    expect([many.cost.reads('ROUTABLE'), many.cost.reads('WAITING'), many.cost.posts]).toEqual([0, 0, 1]);
    expect(many.cost.reads('TEAM#')).toBe(few.cost.reads('TEAM#'));
    // Beside it, who watches is read once: 200 bytes for each supervisor.
    expect(many.cost.readUnits - many.cost.reads('WATCHING')).toBe(few.cost.readUnits - few.cost.reads('WATCHING'));
    const changed = many.floor.held.get('team-3')?.agents.find(({ id }) => id === 'agent-1-of-3');
    expect(changed?.state.name).toBe('NOT_READY');
  });

  it('reads the team once, for one supervisor of 20 as of 400 agents: as many calls, and their rows', async () => {
    const spent = async (members: number) => {
      const floor = await Supervised.of({ teams: 1, members });
      await floor.told([null]);
      return floor.told(['team-0']);
    };
    const [few, many] = [await spent(20), await spent(400)];
    expect(many.calls).toBe(few.calls);
    expect(many.reads('ROUTABLE')).toBe(0);
    expect(many.reads('TEAM#')).toBeLessThanOrEqual(50);
  });
});

describe('Changes in one team', () => {
  it('are told once, however many readers of the stream see them', async () => {
    const floor = await Supervised.of({ teams: 2, members: 3 });
    await floor.told([null]);
    const { posts } = await floor.told(...Array.from({ length: 10 }, () => ['team-1']));
    expect(posts).toBe(1);
  });

  it('are told every second, though there is another one all the time', async () => {
    const floor = await Supervised.of({ teams: 1, members: 2 });
    await floor.told([null]);
    const told = new Set<number | undefined>();
    for (let n = 0; n < 30; n += 1) {
      void tellWatchers(floor.app, ['team-0']);
      await floor.clock.runUntil(floor.clock.now() + 300);
      told.add(floor.held.get('team-0')?.at);
    }
    expect(told.size).toBeGreaterThan(7);
  });
});

describe('A change of a queue or a list', () => {
  it('is counted once, by one of the readers of the stream, and told to everybody once', async () => {
    const floor = await Supervised.of({ teams: 20, members: 5 });
    await floor.told([null]);
    const alone = await floor.told([null]);
    const together = await floor.told(...Array.from({ length: 10 }, () => [null]));
    expect(alone.reads('ROUTABLE')).toBeGreaterThan(0);
    expect(together.reads('ROUTABLE')).toBe(alone.reads('ROUTABLE'));
    expect(together.reads('CONFIG')).toBe(alone.reads('CONFIG'));
    expect([alone.posts, together.posts]).toEqual([20, 20]);
  });

  it('reaches those who are just being told of their team', async () => {
    const floor = await Supervised.of({ teams: 3, members: 2 });
    await floor.told([null]);
    const ready = () => [...floor.held.values()].map(({ queues }) => queues[0]?.agentsReady);
    const was = ready();
    await floor.agent('team-1', 'agent-0-of-1', '', 'NOT_READY');
    await floor.told(['team-1'], ['team-0', 'team-2'], [null], [null, 'team-1']);
    expect(ready()).toEqual(was.map((count) => Number(count) - 1));
  });

  it('costs nothing where nobody watches', async () => {
    const floor = await Supervised.of({ teams: 0, members: 0 });
    expect(await floor.told([null])).toMatchObject({ calls: 1, writeUnits: 0, posts: 0 });
  });
});

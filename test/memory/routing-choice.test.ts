/**
 * A search looks at a few of each line and of each queue, and chooses as if it had looked at
 * everybody. Whatever happens, nobody waits beside a free agent.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  merged,
  mismatch,
  routableEntries,
  waitingEntries,
  type Routable,
  type Waiting,
} from '../../shared/domain/routing/routing.ts';
import { configSchemas, type ConfigOf } from '../../shared/protocol/shapes/config.ts';
import { Routed } from '../support/routed.ts';

const wants = (attribute: string, value: number, timeoutSeconds: number) => {
  return { timeoutSeconds, expressions: [{ attribute, operator: '>=', value }] };
};
function queue(id: string, steps: unknown[], priority = 1): ConfigOf<'queues'> {
  const more = { acceptSeconds: 3_600, requestTtlSeconds: 86_400, priority };
  return { id, ...configSchemas.queues.parse({ name: id, mrdId: 'CHAT', steps, ...more }) };
}
const QUEUES = [
  queue('anybody', []),
  queue('english', [wants('english', 2, 20), wants('english', 1, 20)]),
  queue('french', [wants('french', 2, 20), wants('french', 1, 600)], 3),
  queue(
    'both',
    [{ timeoutSeconds: 9, expressions: [...wants('english', 1, 1).expressions, ...wants('french', 1, 1).expressions] }],
    2,
  ),
];

const all = (floor: Routed): { free: Routable[]; waiting: Waiting[] } => {
  const { agents, conversations } = floor.everything();
  return {
    free: merged(agents.map((agent) => [...routableEntries(agent).values()])),
    waiting: merged(conversations.map((conversation) => [...waitingEntries(conversation).values()])),
  };
};
const fits = (floor: Routed, entry: Routable, request: Waiting, at = floor.clock.now()) => {
  const found = QUEUES.find(({ id }) => id === request.queueId) ?? { steps: [] };
  return mismatch(entry, request, found, at) === null;
};
/** A queue delays by whole seconds, so a step that has just opened is known a little later. */
const LATE_MS = 1_500;
/** Whoever waits although somebody who could take them is free, and was before this moment. */
const beside = (floor: Routed) => {
  const { free, waiting } = all(floor);
  const at = floor.clock.now() - LATE_MS;
  return waiting.filter((request) => free.some((entry) => fits(floor, entry, request, at))).map(({ taskId }) => taskId);
};

const skill = fc.integer({ min: 0, max: 2 });
const people = fc.array(fc.record({ english: skill, french: skill, max: fc.constantFrom(1, 2), ready: fc.boolean() }), {
  minLength: 4,
  maxLength: 24,
});
const happening = fc.oneof(
  fc.record({
    does: fc.constant('comes' as const),
    queue: fc.nat({ max: 3 }),
    priority: fc.integer({ min: 1, max: 3 }),
    prefers: fc.option(fc.nat({ max: 23 })),
  }),
  fc.record({ does: fc.constantFrom('ready', 'away'), who: fc.nat({ max: 23 }) }),
  fc.record({ does: fc.constant('leaves' as const), who: fc.nat({ max: 23 }) }),
  fc.record({ does: fc.constant('waits' as const) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

class Story {
  readonly floor = new Routed(QUEUES);
  readonly conversations: string[] = [];
  ids: string[] = [];

  async begin(sketches: readonly { english: number; french: number; max: number; ready: boolean }[]): Promise<void> {
    await this.floor.open();
    for (const { english, french, max, ready } of sketches)
      this.ids.push(...(await this.floor.agents(1, { english, french }, { max, ready })));
  }

  /** Whom a customer who comes would rather have: perhaps nobody. */
  preferred(what: { prefers: number | null }): string[] {
    return what.prefers === null ? [] : [this.ids[what.prefers % this.ids.length] ?? ''];
  }

  async happens(what: Happening): Promise<void> {
    const { floor } = this;
    switch (what.does) {
      case 'comes':
        this.conversations.push(await floor.arrives(QUEUES[what.queue]?.id ?? '', what.priority, this.preferred(what)));
        return;
      case 'ready':
        return floor.becomes(this.ids[what.who % this.ids.length] ?? '', 'READY');
      case 'away':
        return floor.becomes(this.ids[what.who % this.ids.length] ?? '', 'NOT_READY');
      case 'leaves': {
        const id = this.conversations[what.who % Math.max(1, this.conversations.length)];
        return id === undefined ? undefined : floor.ends(id);
      }
      default:
        await floor.clock.sleep(21_000);
    }
  }
}

describe('Out of race', () => {
  it('a customer gets the longest available of all who match, an agent the first in order of all whom they match', async () => {
    let offers = 0;
    await fc.assert(
      fc.asyncProperty(people, fc.array(happening, { minLength: 5, maxLength: 14 }), async (sketches, happenings) => {
        const story = new Story();
        const { floor } = story;
        await story.begin(sketches);
        for (const what of happenings) {
          const [before, since] = [all(floor), floor.clock.now()];
          await floor.settled(() => story.happens(what));
          const placed = await Promise.all(
            story.conversations.map(async (id) => [id, await floor.offeredTo(id)] as const),
          );
          if (what.does === 'comes') {
            const [id, agentId] = placed.at(-1) ?? ['', null];
            const request = {
              conversationId: id,
              taskId: 'new',
              mrdId: 'CHAT',
              queueId: QUEUES[what.queue]?.id ?? '',
              queuePriority: 1,
              priority: 1,
              enqueuedAt: 0,
              routedSince: floor.clock.now(),
              passOver: {},
              requestedBy: null,
              stray: false,
            };
            const preferred = story.preferred(what);
            const first = preferred.length > 0 ? { ...request, preferred } : request;
            const chosen = [first, request].flatMap(
              (asks) => before.free.find((entry) => fits(floor, entry, asks)) ?? [],
            );
            expect(agentId).toBe(chosen[0]?.agentId ?? null);
            if (agentId !== null) offers += 1;
          }
          if (what.does === 'ready') {
            const who = story.ids[what.who % story.ids.length] ?? '';
            const had = before.free.some(({ agentId }) => agentId === who);
            const own = floor.everything().agents.find(({ id }) => id === who);
            const max = own?.mrds['CHAT']?.maxAgentTasks ?? 0;
            const held = Object.keys(own?.slots ?? {}).length;
            const got = before.waiting.filter(({ conversationId }) =>
              placed.some(([id, by]) => id === conversationId && by === who),
            );
            if (!had && got.length > 0) {
              const entry = {
                agentId: who,
                mrdId: 'CHAT',
                since: 0,
                free: 1,
                attributes: own?.attributes ?? {},
                line: '',
              };
              const could = before.waiting.filter((request) => fits(floor, entry, request, since));
              const later = before.waiting.filter((request) => fits(floor, entry, request));
              if (later.length === could.length) {
                expect(got.map(({ taskId }) => taskId)).toEqual(could.slice(0, got.length).map(({ taskId }) => taskId));
                expect(held === max || got.length === could.length).toBe(true);
                offers += got.length;
              } // else a step has opened after the choice
            }
          }
          expect(beside(floor)).toEqual([]);
        }
        expect(floor.errors).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(offers).toBeGreaterThan(20);
  }, 60_000);
});

describe('However many meet at once', () => {
  it('nobody waits beside a free agent who could take them, once all has come to rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.array(fc.array(happening, { minLength: 2, maxLength: 10 }), { minLength: 1, maxLength: 4 }),
        async (sketches, rounds) => {
          const story = new Story();
          await story.begin(sketches);
          for (const round of rounds) {
            await story.floor.settled(() => Promise.all(round.map((what) => story.happens(what))));
            expect(beside(story.floor)).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('A search for who has the fewest conversations', () => {
  it('looks at more than the first few of a line', async () => {
    const floor = await new Routed([{ ...queue('support', []), selection: 'FEWEST_CONVERSATIONS' }]).open();
    await floor.agents(8, {}, { max: 2 });
    for (let customer = 0; customer < 8; customer++) await floor.settled(() => floor.arrives('support'));
    const [idle = ''] = await floor.agents(1, {}, { max: 2, ready: false });
    await floor.settled(() => floor.becomes(idle, 'READY'));
    expect(all(floor).free.findIndex(({ agentId }) => agentId === idle)).toBe(8); // behind all others
    expect(await floor.offeredTo(await floor.settled(() => floor.arrives('support')))).toBe(idle);
  });
});

describe('A search reads on', () => {
  it('past all who are first in line and let the request ring out', async () => {
    const floor = await new Routed([{ ...queue('support', []), acceptSeconds: 1, ronaPolicy: 'KEEP' }]).open();
    const ids = await floor.agents(9, {});
    const { conversationId, heard } = {
      conversationId: await floor.settled(() => floor.arrives('support')),
      heard: new Set<string>(),
    };
    for (let second = 0; second < 30; second++) {
      const agentId = await floor.offeredTo(conversationId);
      if (agentId !== null) heard.add(agentId);
      await floor.clock.runUntil(floor.clock.now() + 500);
    }
    expect([...heard].toSorted()).toEqual(ids);
  });

  it('past many lines of which nobody is free', async () => {
    const skills = Array.from({ length: 60 }, (_, index) => `skill-${index}`);
    const floor = await new Routed([
      queue('support', []),
      ...skills.map((name) => queue(name, [wants(name, 1, 9)])),
    ]).open();
    for (const name of skills) await floor.agents(1, { [name]: 1 }, { ready: name === 'skill-37' });
    const [free] = all(floor).free;
    for (let customer = 0; customer < 8; customer++) {
      const conversation = await floor.settled(() => floor.arrives('support'));
      expect(await floor.offeredTo(conversation)).toBe(free?.agentId);
      await floor.settled(() => floor.ends(conversation));
    }
  });
});

it('who signs in with a line that is nearly a day old is found hours later, too', async () => {
  const floor = await new Routed([queue('support', [])]).open();
  await floor.agents(1, { english: 1 }, { ready: false });
  await floor.clock.runUntil(floor.clock.now() + 23 * 3_600_000);
  const [amy] = await floor.agents(1, { english: 1 });
  await floor.clock.runUntil(floor.clock.now() + 2 * 3_600_000);
  expect(await floor.offeredTo(await floor.settled(() => floor.arrives('support')))).toBe(amy);
});

describe('Where a queue wants the best', () => {
  const score = [{ attribute: 'english' }];
  const best = {
    ...queue('best', []),
    selection: 'BEST_SKILLED' as const,
    score: score.map((one) => ({ ...one, weight: 1 })),
  };
  /** Whom a customer gets who comes so much later than somebody of little skill turns ready. */
  const given = async (afterMs: number, skills: readonly number[]) => {
    const floor = await new Routed([best], afterMs + 1).open();
    const free = [];
    for (const english of skills) free.push(...(await floor.agents(1, { english })));
    const [late = ''] = await floor.agents(1, { english: 1 }, { ready: false });
    const comes = floor.clock.sleep(afterMs).then(() => floor.arrives('best'));
    const id = await floor.settled(async () => (await Promise.all([comes, floor.becomes(late, 'READY')]))[0]);
    return { id: await floor.offeredTo(id), free, late };
  };

  it('who turns ready at the same moment does not take the customer from a better one', async () => {
    for (let afterMs = 0; afterMs < 60; afterMs++) {
      const { id, free } = await given(afterMs, [2]);
      expect(id, `${afterMs} ms later`).toBe(free[0]);
    }
  });

  it('and gets them where there is no better one', async () => {
    for (let afterMs = 0; afterMs < 60; afterMs++) {
      const { id, late } = await given(afterMs, []);
      expect(id, `${afterMs} ms later`).toBe(late);
    }
  });
});

/** Broken consequences: going live, being lost, finding work and agents, letting a task go. */
import type { Mutant } from './mutant.ts';

export const follow: readonly Mutant[] = [
  {
    file: 'shared/edge/follow/live.ts',
    find: 'if (ours && !participant.live) continue;',
    replace: '',
    why: 'a desk that missed something while its snapshot was posted is not live afterwards',
    by: 'test/edge/live.test.ts',
  },
  {
    file: 'shared/edge/follow/lose.ts',
    find: 'if (!(error instanceof Rejection)) throw error; // nobody of that name: nothing to lose',
    replace: '',
    why: 'a desk whose loss could not be saved is never given up',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/follow/matching.ts',
    find: `  await lookAgain(app, { kind: 'placeRequest', conversationId, taskId });`,
    replace: '',
    why: 'a customer who has lost many races waits beside agents who are free',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/follow/matching.ts',
    find: "return waitingFor(saved.decision.world.conversation, taskId) ? 'moved' : 'gone';",
    replace: "return 'gone';",
    why: 'a customer whose agent was just taken by another looks for no other agent',
    by: 'test/memory/routing-choice.test.ts',
  },
  {
    file: 'shared/edge/follow/matching.ts',
    find: 'const next = overflowOf(task, queue);',
    replace: 'const next = null as ReturnType<typeof overflowOf>;',
    why: 'a customer whose time is over does not go where their queue lets them overflow to',
    by: 'test/scenario/always-somebodys.test.ts',
  },
  {
    file: 'shared/edge/follow/release.ts',
    find: 'if (!(error instanceof Rejection)) throw error;',
    replace: '',
    why: 'a task that could not be taken from an agent frees their place and stays theirs',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/follow/windows.ts',
    find: ' && serves(own, queue)',
    replace: '',
    why: 'an agent who has as many of a queue as one may reads through all who wait there',
    by: 'test/memory/routing-cost.test.ts',
  },
  {
    file: 'shared/edge/follow/windows.ts',
    find: 'for (let page = first; page.length > 0;) {',
    replace: 'for (let page = first; page.length < 0;) {',
    why: 'of many lines of agents those before a random place are never looked at',
    by: 'test/memory/routing-choice.test.ts',
  },
];

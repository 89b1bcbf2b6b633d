/** What is asked for and comes to something else: by a desk, by the platform, by a timer. */
import type { Mutant } from './mutant.ts';

export const asked: readonly Mutant[] = [
  // --- by the socket ---
  {
    file: 'shared/edge/socket/route.ts',
    find: "new Set(['session.replaced', 'session.notConnected', 'internal']);",
    replace: "new Set(['session.notConnected', 'internal']);",
    why: 'what was refused over an old connection is refused over the new one, too',
    by: 'test/scenario/presence-retry.test.ts',
  },
  {
    file: 'shared/edge/socket/route.ts',
    find: 'return reply(app, by, about, refused(LASTING_CONFLICT.code, LASTING_CONFLICT.msg));',
    replace: 'return answer(app, by, about, refused(LASTING_CONFLICT.code, LASTING_CONFLICT.msg), kept);',
    why: 'a request that lost a race is refused for ten minutes, however often it is sent again',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/socket/session.ts',
    find: '  await app.timers.start([first.deadline]);\n  const create',
    replace: '  const create',
    why: 'a desk that dies without a word, and never had a lease, stays in routing',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/socket/session.ts',
    find: '  if (lease?.check !== mine) return;\n',
    replace: '',
    why: 'checks of a connection multiply with each delivery of a queue',
    by: 'test/scenario/session-checks.test.ts',
  },
  {
    file: 'shared/edge/socket/session.ts',
    find: 'Math.min(leaseEnds, at + usual * 1000);',
    replace: 'leaseEnds;',
    why: 'a long lease that was made a short one is looked at when the long one would have ended',
    by: 'test/scenario/session-lost.test.ts',
  },
  // --- by HTTP ---
  {
    file: 'shared/edge/http/configuration.ts',
    find: '  await app.timers.start(before);\n',
    replace: '',
    why: 'a change of a queue never comes into force where the process dies right after it',
    by: 'test/memory/in-force.test.ts',
  },
  {
    file: 'shared/edge/http/erasure.ts',
    find: 'if (!last || events.length < PAGE) break;',
    replace: 'break;',
    why: 'of a long conversation something stays in the logs of those who joined late',
    by: 'test/edge/erasure.test.ts',
  },
  {
    file: 'shared/edge/http/erasure.ts',
    find: '    if (!complete) break;\n',
    replace: '',
    why: 'a customer is forgotten while something of them is left, which nobody finds any more',
    by: 'test/edge/erasure.test.ts',
  },
  {
    file: 'shared/edge/http/start.ts',
    find: 'configured > 0 ? configured : undefined',
    replace: 'configured',
    why: 'a channel that says nothing of how long its customers wait has them wait no time',
    by: 'test/scenario/routing-time-to-live.test.ts',
  },
  {
    file: 'shared/edge/http/explain.ts',
    find: 'open.filter(({ expiresAt }) => expiresAt * 1000 > at);',
    replace: 'open;',
    why: '"why not me" tells of agents of whom there are none any more',
    by: 'test/edge/explain.test.ts',
  },
  // --- by a timer ---
  {
    file: 'shared/edge/timer/due.ts',
    find: '  if (at < dueAt) return app.timers.start([{ key: `again#${dueAt}`, dueAt, timer }]);\n',
    replace: '',
    why: 'a timer that a queue delivers too early is used up, and what it guards never ends',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/timer/due.ts',
    find: 'return app.timers.start([{ key: `again#${at}`, dueAt: at + BACKUP_MS, timer }]);',
    replace: 'return;',
    why: 'a timer that has lost its race for seconds is used up',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/timer/in-force.ts',
    find: "await goOn(app, { kind: 'profilesDue', after: last });",
    replace: 'return;',
    why: 'a change of an MRD is in force for the first fifty agents only',
    by: 'test/memory/in-force.test.ts',
  },
  {
    file: 'shared/edge/timer/in-force.ts',
    find: "app.log.error('a change of configuration is not in force for somebody', { error });",
    replace: 'throw error;',
    why: 'one agent who cannot be helped keeps a change of configuration from all behind them',
    by: 'test/memory/in-force.test.ts',
  },
  {
    file: 'shared/edge/timer/receipt.ts',
    find: '  await doubt(app, { agentId, connectionId, since: task.receipt.dueAt - RECEIPT_MS });\n',
    replace: '',
    why: 'a desk that has died without a word is offered the next customer',
    by: 'test/scenario/receipts.test.ts',
  },
  // --- by the stream: who watches ---
  {
    file: 'shared/edge/watch/fan-out.ts',
    find: "=== 'gone')",
    replace: "!== 'sent')",
    why: 'a desk that was too slow for figures is given up',
    by: 'test/edge/watch.test.ts',
  },
  {
    file: 'shared/edge/watch/floor.ts',
    find: 'if (page.length < PAGE) return items;',
    replace: 'return items;',
    why: 'of more than a thousand who wait, or are ready, a thousand are counted',
    by: 'test/edge/watch.test.ts',
  },
  {
    file: 'shared/edge/watch/team.ts',
    find: 'const free = concerned.filter(({ toldAt }) => toldAt <= now);',
    replace: 'const free = concerned;',
    why: 'while something changes all the time supervisors are told nothing',
    by: 'test/memory/figures-cost.test.ts',
  },
  // --- whatever asked ---
  {
    file: 'shared/edge/trigger.ts',
    find: `        batchItemFailures.push({ itemIdentifier });
        return [];`,
    replace: `        batchItemFailures.push({ itemIdentifier });
        return behind.length > 0 ? [behind] : [];`,
    why: 'a consumer hears the events of a conversation out of order',
    by: 'test/edge/queue-trigger.test.ts',
  },
];

/** Broken decisions: how they are saved, delivered, answered, and what follows from them. */
import type { Mutant } from './mutant.ts';

export const loop: readonly Mutant[] = [
  {
    file: 'shared/edge/loop/save.ts',
    find: 'needed.involved || conversation.hold?.parked;',
    replace: 'needed.involved;',
    why: 'a customer whose conversation is parked cannot write: their message fails',
    by: 'test/scenario/park.test.ts',
  },
  {
    file: 'shared/edge/loop/save.ts',
    find: `  await app.timers.start(timers);
  const answered = events.some(({ frame }) => frame !== undefined);
  const change = {
    before,
    after,
    events,
    notices: effects.filter(isNotice),
    auditDays: app.settings.retentionDays,
    ...extras,
  };
  try {
    await app.store.save({ ...change, request: answered ? undefined : request });
`,
    replace: `  const answered = events.some(({ frame }) => frame !== undefined);
  const change = {
    before,
    after,
    events,
    notices: effects.filter(isNotice),
    auditDays: app.settings.retentionDays,
    ...extras,
  };
  try {
    await app.store.save({ ...change, request: answered ? undefined : request });
    await app.timers.start(timers);
`,
    why: 'timers are started after the save: what was decided before a crash is forgotten',
    by: 'test/edge/crash.test.ts',
  },
  {
    file: 'shared/edge/loop/save.ts',
    find: '    if (by) fence(before, by);\n',
    replace: '',
    why: 'a desk that was replaced still changes the state of its agent',
    by: 'test/scenario/session-takeover.test.ts',
  },
  {
    file: 'shared/edge/loop/history.ts',
    find: 'if (!world || !torn(world) || readings === MOST_READINGS) return world;',
    replace: 'return world;',
    why: 'what was read at different moments is taken for one world',
    by: 'test/edge/torn-reads.test.ts',
  },
  {
    file: 'shared/edge/loop/run.ts',
    find: 'if (saved.written && saved.by?.request && ',
    replace: 'if (saved.by?.request && ',
    why: 'the answer to a request that changed nothing is not kept',
    by: 'test/scenario/presence-retry.test.ts',
  },
  {
    file: 'shared/edge/loop/commands.ts',
    find: 'const due = [...deadlinesOf(after), ...work, ...news].filter(',
    replace: 'const due = [...deadlinesOf(after), ...work].filter(',
    why: 'news of a list have no backup: a crash keeps them from those who watch',
    by: 'test/edge/commands.test.ts',
  },
  {
    file: 'shared/edge/loop/deliver.ts',
    find: "app.log.error('a desk could not be told', { agentId: desk.agentId, error });",
    replace: 'throw error;',
    why: 'what was decided is refused because one desk could not be told',
    by: 'test/edge/faults.test.ts',
  },
  {
    file: 'shared/edge/loop/deliver.ts',
    find: 'if (!live || !frame) continue;',
    replace: 'if (!frame) continue;',
    why: 'a desk gets events of a conversation that it does not hold yet',
    by: 'test/scenario/session-snapshot.test.ts',
  },
  {
    file: 'shared/edge/loop/deliver.ts',
    find: '?.session?.ackInEcho) return undefined;',
    replace: '?.session) return undefined;',
    why: 'a desk that did not ask for it gets no acknowledgement beside the echo of its message',
    by: 'test/scenario/ack-in-echo.test.ts',
  },
];

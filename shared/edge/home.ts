/** Where a conversation belongs, by what is configured: a queue with its rules, or a pull list. */
import type { Home } from '../domain/conversation/conversation.ts';
import type { Rules } from '../domain/conversation/task.ts';
import { wrapUpRules } from '../domain/handling/wrap-up.ts';
import type { Overflow } from '../domain/custody/overflow.ts';
import { homeOnList } from '../domain/handling/pull-list.ts';
import { Rejection } from '../domain/rejection.ts';
import { stepsOpenAfter } from '../domain/routing/steps.ts';
import type { List, Queue } from '../protocol/shapes/config.ts';
import type { App } from './app.ts';

export async function homeInQueue(app: App, queueId: string, ttlSeconds?: number): Promise<Home> {
  const queue = await app.config.get('queues', queueId);
  if (!queue) throw new Rejection('queue.unknown', `There is no queue ${queueId}.`);
  if (!(await app.config.get('mrds', queue.mrdId)))
    throw new Rejection('queue.mrdUnknown', `Queue ${queueId} names an unknown MRD ${queue.mrdId}.`);
  const rules = rulesOf(queue);
  return { rules: { ...rules, requestTtlSeconds: ttlSeconds ?? rules.requestTtlSeconds }, mrdId: queue.mrdId };
}

/** Where a queue lets those overflow whose time is over. null: there is no such place any more. */
export async function homeBehind(app: App, overflow: Overflow): Promise<Home | null> {
  if (overflow.to === 'LIST') {
    const list = await app.config.get('lists', overflow.listId);
    return list && homeOnList(list, app.now());
  }
  const queue = await app.config.get('queues', overflow.queueId);
  return queue && { rules: rulesOf(queue), mrdId: queue.mrdId };
}

export async function listOf(app: App, listId: string): Promise<List> {
  const list = await app.config.get('lists', listId);
  if (!list) throw new Rejection('list.unknown', `There is no list ${listId}.`);
  return list;
}

export function rulesOf(queue: Queue): Rules {
  const { id, name, priority, acceptSeconds, requestTtlSeconds, ronaPolicy, slaPolicy, wrapUp } = queue;
  const { autoAccept, declinePolicy, declineSeconds, platformSeconds, afterAgents } = queue;
  return {
    queue: { id, name },
    queuePriority: priority,
    ageingSeconds: queue.ageingSeconds,
    ...(queue.estimateAfterSeconds ? { estimateAfterSeconds: queue.estimateAfterSeconds } : {}),
    acceptSeconds,
    requestTtlSeconds,
    ronaPolicy,
    declinePolicy,
    declineSeconds,
    autoAccept,
    slaPolicy,
    ...wrapUpRules(wrapUp),
    stepsOpenAfter: stepsOpenAfter(queue),
    agentSlaSeconds: queue.agentSlaSeconds ?? null,
    ...(queue.maxPerAgent === undefined ? {} : { maxPerAgent: queue.maxPerAgent }),
    ...(queue.inactivity ? { inactivity: queue.inactivity } : {}),
    platformSeconds,
    afterAgents,
  };
}

/** Where a conversation belongs, by what is configured: a queue with its rules, or a pull list. */
import type { Home } from '../domain/conversation/conversation.ts';
import type { Rules } from '../domain/conversation/task.ts';
import { selectionOf } from '../domain/choosing/selection.ts';
import { wrapUpRules } from '../domain/handling/wrap-up.ts';
import type { Overflow } from '../domain/custody/overflow.ts';
import { homeOnList } from '../domain/handling/pull-list.ts';
import { Rejection } from '../domain/rejection.ts';
import { stepsOpenAfter } from '../domain/routing/steps.ts';
import type { ChannelSession } from '../protocol/shapes/cim.ts';
import type { List, Queue, RequiredAttributes } from '../protocol/shapes/config.ts';
import { admitted, closedNow, type Admitted } from './admission.ts';
import type { App } from './app.ts';

/**
 * Where a customer goes who is to go to this queue: there, or elsewhere if it is closed or full.
 * `priority` where that says how urgent they are. `inside`: they wait in it already.
 */
export async function homeBy(
  app: App,
  queueId: string,
  { ttlSeconds, inside = false }: { ttlSeconds?: number | undefined; inside?: boolean } = {},
): Promise<{ home: Home; priority?: number | undefined }> {
  const queue = await queueOf(app, queueId);
  const { to, priority }: Admitted = inside ? { to: { queue } } : await admitted(app, queue);
  if ('listId' in to) return { home: homeOnList(await listOf(app, to.listId), app.now()) };
  return { home: await homeInQueue(app, to.queue, ttlSeconds), priority };
}

async function queueOf(app: App, queueId: string): Promise<Queue> {
  const queue = await app.config.get('queues', queueId);
  if (!queue) throw new Rejection('queue.unknown', `There is no queue ${queueId}.`);
  return queue;
}

async function homeInQueue(app: App, queue: Queue, ttlSeconds?: number): Promise<Home> {
  if (!(await app.config.get('mrds', queue.mrdId)))
    throw new Rejection('queue.mrdUnknown', `Queue ${queue.id} names an unknown MRD ${queue.mrdId}.`);
  const rules = rulesOf(queue);
  return { rules: { ...rules, requestTtlSeconds: ttlSeconds ?? rules.requestTtlSeconds }, mrdId: queue.mrdId };
}

/** The same, for an agent who has what this conversation requires. Nobody is asked on a list. */
export function requiring<H extends Pick<Home, 'rules' | 'list'>>(
  home: H,
  required: RequiredAttributes | undefined,
): H {
  return required && !home.list ? { ...home, rules: { ...home.rules, required } } : home;
}

/** The same, with whom the customer's channel wants rather. */
export function choosing<H extends Pick<Home, 'rules' | 'list'>>(home: H, session: ChannelSession | undefined): H {
  const selection = session && !home.list ? selectionOf(session) : undefined;
  return selection ? { ...home, rules: { ...home.rules, selection } } : home;
}

/**
 * Where a queue lets those overflow whose time is over. null: there is no such place any more, or
 * it takes nobody now.
 */
export async function homeBehind(app: App, overflow: Overflow): Promise<Home | null> {
  if (overflow.to === 'LIST') {
    const list = await app.config.get('lists', overflow.listId);
    return list && homeOnList(list, app.now());
  }
  const queue = await app.config.get('queues', overflow.queueId);
  return queue && !(await closedNow(app, queue)) ? { rules: rulesOf(queue), mrdId: queue.mrdId } : null;
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

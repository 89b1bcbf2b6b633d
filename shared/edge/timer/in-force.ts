/**
 * A change of configuration comes into force for whom it concerns, a page at a time: each page ends
 * by starting the timer of the next.
 */
import { transition } from '../../domain/agent/transition.ts';
import { BACKUP_MS, type Timer } from '../../domain/effect.ts';
import { poolOfQueue } from '../../domain/routing/lines.ts';
import { placeOf } from '../../domain/routing/routing.ts';
import type { App } from '../app.ts';
import type { Loop } from '../loop/run.ts';
import { configuredFor, setupOf } from '../profile.ts';

/** So many at a time: far less than a function has time for. */
const AGENTS = 50;
const REQUESTS = 20;

/** Agents who are signed in are what is configured now. Who is already is not written. */
export async function applyProfiles(
  app: App,
  loop: Loop,
  { after }: Extract<Timer, { kind: 'profilesDue' }>,
): Promise<void> {
  const ids = await app.store.agentIds(after, AGENTS);
  const [setup, agents] = await Promise.all([setupOf(app), app.store.agents(ids)]);
  for (const agent of agents) {
    if (agent.state.name === 'LOGOUT') continue;
    await attempt(app, async () => {
      const { profile, lines } = await configuredFor(app, agent, setup);
      const event = { type: 'profileChanged' as const, at: app.now(), profile };
      if (transition(agent, event) === agent) return;
      await app.store.openLines(lines, app.now());
      await loop.applyToAgent(agent.id, event);
    });
  }
  const last = ids.at(-1);
  if (last !== undefined && ids.length === AGENTS) await goOn(app, { kind: 'profilesDue', after: last });
}

/** Requests that wait in a queue follow it, and look for an agent. */
export async function placeQueue(
  app: App,
  loop: Loop,
  { queueId, after }: Extract<Timer, { kind: 'queueDue' }>,
): Promise<void> {
  const page = { limit: REQUESTS, ...(after === null ? {} : { after }) };
  const requests = await app.store.waiting(poolOfQueue(queueId), page);
  for (const { conversationId, taskId } of requests) {
    const request = { kind: 'placeRequest' as const, conversationId, taskId };
    if (!(await attempt(app, () => loop.perform(request)))) await goOn(app, request, app.now() + BACKUP_MS);
  }
  const last = requests.at(-1);
  if (last && requests.length === REQUESTS) await goOn(app, { kind: 'queueDue', queueId, after: placeOf(last) });
}

/**
 * One who cannot be helped does not hold up those behind. An agent is tried again by the next
 * chain; who waits, soon.
 */
async function attempt(app: App, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    app.log.error('a change of configuration is not in force for somebody', { error });
    return false;
  }
}

async function goOn(app: App, timer: Timer, dueAt = app.now()): Promise<void> {
  await app.timers.start([{ key: `${JSON.stringify(timer)}#${dueAt}`, dueAt, timer }]);
}

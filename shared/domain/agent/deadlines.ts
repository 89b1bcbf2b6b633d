/**
 * When something must happen because of an agent's state, even if the process that caused it dies.
 */
import { attemptName } from '../conversation/task.ts';
import type { Deadline } from '../effect.ts';
import type { Agent } from './agent.ts';
import { nextDue } from './token.ts';

const LOGOUT_CLOSE_MS = 2_000;
const CONTINUED_CLOSE_MS = 60_000;

/**
 * What is due because of the agent's state. `epoch` and instants are in the keys, so that a new
 * occasion is a new timer.
 */
export function deadlines(agent: Agent): Deadline[] {
  const { id: agentId, session, epoch } = agent;
  const due: Deadline[] = [];
  if (session?.lost) {
    due.push({
      key: `grace#${agentId}#${epoch}`,
      dueAt: session.lost.graceUntil,
      timer: { kind: 'graceExpired', agentId, epoch },
    });
  }
  if (session && agent.state.name === 'LOGOUT') {
    const { connectionId } = session;
    const dueAt = agent.stateChangeTime + LOGOUT_CLOSE_MS;
    due.push({ key: `close#${connectionId}`, dueAt, timer: { kind: 'closeConnection', agentId, connectionId } });
  }
  if (session && session.continues !== null) {
    const connectionId = session.continues;
    const dueAt = session.since + CONTINUED_CLOSE_MS;
    due.push({ key: `close#${connectionId}`, dueAt, timer: { kind: 'closeConnection', agentId, connectionId } });
  }
  const tokenDueAt = nextDue(agent);
  if (session && tokenDueAt !== null) {
    const { connectionId } = session;
    const timer = { kind: 'tokenDue' as const, agentId, connectionId };
    due.push({ key: `token#${connectionId}#${tokenDueAt}`, dueAt: tokenDueAt, timer });
  }
  for (const [taskId, slot] of Object.entries(agent.slots)) {
    const { conversationId, evicted } = slot;
    if (!evicted) continue;
    const timer = { kind: 'releaseTask' as const, agentId, conversationId, taskId };
    due.push({ key: `release#${attemptName(taskId, slot)}`, dueAt: evicted.checkAt, timer });
  }
  return due;
}

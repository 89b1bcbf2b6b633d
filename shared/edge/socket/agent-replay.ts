/**
 * `replayAgentEvents`: what a desk did not hear of its agent's log, in order, a page at a time.
 * Whose log it is, the connection says.
 */
import { oldestWithin } from '../../domain/shown/wire.ts';
import type { AgentPayload } from '../../protocol/agent-events.ts';
import { roomBeside } from '../../protocol/frame.ts';
import { answerWith } from './answer.ts';
import type { App } from '../app.ts';
import { fence, type Caller } from '../loop/caller.ts';
import { frameOf } from '../loop/frames.ts';

const PAGE = 100;

export async function replayAgentEvents(
  app: App,
  wanted: AgentPayload<'replayAgentEvents'>,
  by: Caller,
): Promise<void> {
  const { afterSeq, limit = PAGE } = wanted;
  const agent = await app.store.agent(by.agentId);
  fence(agent, by);
  // After the agent was read: so whatever is missing up to their newest number has expired.
  const found = await app.store.notices(agent.id, { after: afterSeq, limit });
  const numbers = { afterSeq, nextAfterSeq: agent.lastAgentSeq, firstAvailableSeq: agent.lastAgentSeq + 1 };
  const room = roomBeside({ event: 'onAgentReplay', data: { events: [], ...numbers } });
  const events = oldestWithin(room, found);
  const last = events.at(-1)?.agentSeq;
  const nextAfterSeq = last !== undefined && last < agent.lastAgentSeq ? last : null;
  const firstAvailableSeq = events[0]?.agentSeq ?? agent.lastAgentSeq + 1;
  const data = { events, afterSeq, nextAfterSeq, firstAvailableSeq };
  await answerWith(app, by, frameOf({ event: 'onAgentReplay', data }));
}

/**
 * Supervisors act: on several conversations in one frame, each for itself, and on the state of an
 * agent. Who may is in their token, and who did is in the log.
 */
import type { Command } from '../domain/custody/orders.ts';
import { notSignedIn } from '../domain/agent/routable.ts';
import { Rejection } from '../domain/rejection.ts';
import type { AgentPayload } from '../protocol/agent-events.ts';
import type { Code } from '../protocol/codes.ts';
import { AlreadyAnswered, Conflict, LASTING_CONFLICT, type App } from './app.ts';
import { homeBy } from './home.ts';
import { who } from './identity.ts';
import type { Caller, FrameRequest } from './loop/caller.ts';
import { unanswered } from './loop/save.ts';
import { isListed } from './profile.ts';
import { completeReason } from './socket/presence.ts';
import { route, type Route } from './socket/route.ts';
import { supervisedBy } from './token.ts';

type Result =
  { conversationId: string; status: 'ok' } | { conversationId: string; status: 'error'; code: Code; msg: string };

export const orders: Route = route('superviseConversations', async ({ app, loop, identity, data, by }) => {
  await unanswered(by); // or what was refused of one would be done now, and answered as before
  const supervisedTeams = await supervisedBy(app, identity);
  const { connectionId } = by;
  const command = await commandOf(app, data);
  const results: Result[] = [];
  for (const conversationId of new Set(data.conversationIds)) {
    const order = { type: 'order' as const, at: app.now(), by: who(identity), connectionId, supervisedTeams, command };
    try {
      const request = partOf(app, by, conversationId);
      await loop.applyToConversation(conversationId, order, { by: { ...by, request } });
      results.push({ conversationId, status: 'ok' });
    } catch (error) {
      const done = error instanceof AlreadyAnswered;
      results.push(done ? { conversationId, status: 'ok' } : { conversationId, status: 'error', ...refusal(error) });
    }
  }
  return { results };
});

export const setState: Route = route('setStateOfAgent', async ({ app, loop, identity, data, by }) => {
  await unanswered(by); // or the agent, who may have gone on, would be set back
  const teams = await supervisedBy(app, identity);
  const { ofAgentId, state } = data;
  const agent = await app.store.agent(ofAgentId);
  if (!agent) throw notSignedIn(ofAgentId, await isListed(app, ofAgentId));
  if (!teams.includes(agent.user.team.teamId))
    throw new Rejection('role.forbidden', `You do not supervise the team of this agent, ${agent.user.team.teamName}.`);
  const reasonCode = await completeReason(app, state.reasonCode);
  const set = { type: 'requestState' as const, at: app.now(), name: state.name, reasonCode, by: who(identity) };
  const { before, after } = await loop.applyToAgent(ofAgentId, set);
  return { before: before.state.name, after: after.state.name };
});

/**
 * The frame's answer tells of all of them, so it is kept when all are done. What was done of one
 * before a crash is known by an answer of its own, and is not done again.
 */
function partOf(app: App, { agentId, request }: Caller, conversationId: string): FrameRequest | undefined {
  if (!request) return undefined;
  const id = `${request.id} ${conversationId}`;
  return { id, prior: app.requests.find(agentId, id), part: true };
}

async function commandOf(app: App, data: AgentPayload<'superviseConversations'>): Promise<Command> {
  switch (data.command) {
    case 'ASSIGN':
      return { name: data.command, toAgentId: data.toAgentId, listed: await isListed(app, data.toAgentId) };
    case 'QUEUE': {
      const { priority, agentRequestTtl: ttlSeconds } = data;
      if (data.queue === undefined) return { name: data.command, move: null, priority, ttlSeconds };
      const { home } = await homeBy(app, data.queue, { inside: true }); // whoever orders it knows that it is closed or full
      return { name: data.command, move: { ...home, priority, ttlSeconds } };
    }
    default:
      return { name: data.command };
  }
}

function refusal(error: unknown): { code: Code; msg: string } {
  if (error instanceof Rejection) return { code: error.code, msg: error.message };
  if (error instanceof Conflict) return LASTING_CONFLICT;
  throw error;
}

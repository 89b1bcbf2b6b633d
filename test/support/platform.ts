/**
 * What the platform can look up about conversations and agents, in a form that is easy to expect
 * something of.
 */
import type { Centre } from './contact-centre.ts';

/* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */

export interface Logged {
  readonly seq: number;
  readonly name: string;
  readonly data: any;
  readonly [field: string]: any;
}

/** The whole log of a conversation, oldest first. */
export async function logOf(centre: Centre, conversationId: string): Promise<Logged[]> {
  const log: Logged[] = [];
  for (let after: number | null = 0; after !== null;) {
    const { body } = await centre.call('GET', `/conversations/${conversationId}/events?after=${after}&limit=500`);
    log.push(...body.events.map(({ seq, event, cimEvent }: any) => ({ ...(cimEvent ?? event), seq })));
    after = body.nextAfter;
  }
  return log;
}

export async function conversationOf(centre: Centre, conversationId: string): Promise<any> {
  return (await centre.call('GET', `/conversations/${conversationId}`)).body;
}

export async function agentOf(centre: Centre, agentId: string): Promise<any> {
  return (await centre.call('GET', `/agents/${agentId}`)).body;
}

/** The state of the agent's MRD CHAT, as the platform sees it. */
export async function chatOf(centre: Centre, agentId: string): Promise<string> {
  const { agentMrdStates } = await agentOf(centre, agentId);
  return agentMrdStates.find(({ mrd }: any) => mrd.id === 'CHAT').state;
}

/**
 * How each offer that came to nothing ended, and each task that is closed by now, oldest first.
 */
export function closings(log: readonly Logged[]): string[] {
  return log
    .filter(({ name, data }) => name === 'TASK_STATE_CHANGED' && data.task.activeMedia[0].state === 'CLOSED')
    .map(({ data }) => data.state.reasonCode);
}

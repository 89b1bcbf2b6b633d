/**
 * The ports that are rows of a table: what is read of them, and the one transaction that a decision
 * writes.
 */
import type { App, Change } from '../edge/app.ts';
import { agentLog, noticeWrite } from './agent-log.ts';
import { agents, agentWrites } from './agents.ts';
import { config } from './config.ts';
import { connections } from './connections.ts';
import { conversations, conversationWrites } from './conversation/conversations.ts';
import { lastAgents } from './conversation/last-agents.ts';
import { lines } from './lines.ts';
import { requests, requestWrite } from './requests.ts';
import { retention } from './conversation/retention.ts';
import type { Table, Write } from './table.ts';
import { teams } from './teams.ts';

/**
 * Every row that a change writes, derived ones included, so that none can disagree with the state.
 */
export function rowsOf(change: Change, at: number): Write[] {
  const { before, after, notices = [], request } = change;
  return [
    ...conversationWrites(change),
    ...Object.values(after.agents ?? {}).flatMap((agent) => agentWrites(before.agents?.[agent.id], agent)),
    ...notices.map((notice) => noticeWrite(notice, at, change.auditDays)),
    ...(request ? [requestWrite(request.agentId, request.ack, at)] : []),
  ];
}

export function portsOn(
  table: Table,
  now: () => number,
): Pick<App, 'now' | 'store' | 'config' | 'connections' | 'requests'> {
  return {
    now,
    store: {
      ...agents(table),
      ...agentLog(table, now),
      ...conversations(table),
      ...lastAgents(table),
      ...lines(table),
      ...retention(table),
      ...teams(table),
      save: (change) => table.write(rowsOf(change, now())),
    },
    config: config(table),
    connections: connections(table),
    requests: requests(table, now),
  };
}

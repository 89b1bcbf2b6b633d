/**
 * Who had a customer last.
 *   the customer's last agent   LASTAGENT#customer / AGENT   a request that prefers them
 * Written with the change by which they get the customer, and kept as long as its conversation.
 */
import { LastAgent, newlyWith } from '../../domain/conversation/last-agent.ts';
import type { Change, Store } from '../../edge/app.ts';
import type { Key, Table, Write } from '../table.ts';

function key(customerId: string): Key {
  return { pk: `LASTAGENT#${customerId}`, sk: 'AGENT' };
}

export function lastAgents(table: Table): Pick<Store, 'lastAgent'> {
  return { lastAgent: (customerId) => table.get(LastAgent, key(customerId)) };
}

export function lastAgentWrites({ before, after }: Change): Write[] {
  const last = newlyWith(before, after);
  return last ? [{ put: { ...last, ...key(last.customerId) } }] : [];
}

/** The rows that tell of this conversation; another has overwritten the rest. */
export async function lastAgentKeys(
  table: Table,
  conversationId: string,
  customerIds: readonly string[],
): Promise<Key[]> {
  const found = await table.getMany(LastAgent, customerIds.map(key));
  return found.filter((row) => row.conversationId === conversationId).map(({ customerId }) => key(customerId));
}

/**
 * Many agents who could be asked, without their desks: straight into the table, available later
 * than everybody who has a desk, and so asked last.
 */
import { randomUUID } from 'node:crypto';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalStack } from '../../infra/local/start.ts';
import { placeOf, partitionOf, routableEntries } from '../../shared/domain/routing/routing.ts';
import { Agent } from '../../shared/domain/agent/agent.ts';
import { itemOf, tableOf } from './engines.ts';
import { agent } from './world.ts';

const LATER_MS = 3_600_000;

/** So many agents more on the MRD CHAT who are like somebody who has signed in. */
export async function crowd(stack: LocalStack, like: string, count: number): Promise<void> {
  const { attributes, mrds } = Agent.parse(await itemOf(stack, `AGENT#${like}`, 'STATE'));
  const line = mrds['CHAT']?.line ?? '';
  const people = Array.from({ length: count }, () => {
    const person = agent(`crowd-${randomUUID()}`, { CHAT: { availableSince: Date.now() + LATER_MS, line } });
    return { ...person, attributes };
  });
  const rows = people.flatMap((person) => [
    { ...person, pk: `AGENT#${person.id}`, sk: 'STATE' },
    ...[...routableEntries(person).values()].map((entry) => ({
      ...entry,
      pk: `ROUTABLE#${partitionOf(entry)}`,
      sk: placeOf(entry),
    })),
  ]);
  for (let from = 0; from < rows.length; from += 25) {
    const requests = rows.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await tableOf(stack).send(new BatchWriteCommand({ RequestItems: { [stack.resources.tableName]: requests } }));
  }
}

/**
 * The stack that `npm run test:emulator` has deployed, for tests that are told over it. There is
 * one, so each file gets it emptied, and the variables that a file asks for are set in all
 * functions that declare them while it runs.
 */
import { BatchWriteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { openDeployed, type DeployedStack } from '../../infra/emulator/deployed.ts';
import { loadDemo } from '../../infra/local/people/demo.ts';
import type { LocalStack } from '../../infra/local/start.ts';
import { clientOf } from './table.ts';

const Place = z.object({ endpoint: z.url(), stack: z.string(), gatewayPort: z.number() });

/** Where it is; undefined where stacks run in this process, as they do by default. */
const place = process.env['EMULATOR'];

let opened: Promise<DeployedStack> | undefined;
/** What the centres of the file that runs have asked for and still want; the newest counts. */
const wanted: Record<string, string>[] = [];

export const isDeployed = place !== undefined;

/** `stop` gives it back. */
export async function deployedStack(environment: Record<string, string> = {}): Promise<LocalStack> {
  opened ??= openDeployed(Place.parse(JSON.parse(place ?? 'null')));
  const stack = await opened;
  if (wanted.length === 0) await reset(stack);
  wanted.push(environment);
  await stack.configure(environment);
  return {
    ...stack,
    async stop() {
      wanted.splice(wanted.indexOf(environment), 1);
      await stack.configure(wanted.at(-1) ?? {});
    },
  };
}

/**
 * As it was deployed: no items but the demo directory's. What timers still come find nothing to
 * change.
 */
async function reset(stack: LocalStack): Promise<void> {
  const client = clientOf(stack);
  const { tableName } = stack.resources;
  const scan = { TableName: tableName, ProjectionExpression: 'pk, sk', Limit: 500 };
  for await (const { Items = [] } of paginateScan({ client }, scan)) {
    const deletions = Items.map((Key) => ({ DeleteRequest: { Key } }));
    for (let from = 0; from < deletions.length; from += 25)
      await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: deletions.slice(from, from + 25) } }));
  }
  await loadDemo(stack.httpUrl);
}

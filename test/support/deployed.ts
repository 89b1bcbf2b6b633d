/**
 * The stack that `npm run test:emulator` has deployed, for tests that are told over it: there is one, so a file that is to be alone gets it emptied,
 * and the variables that a file asks for are set in all functions that declare them while it runs.
 */
import { BatchWriteItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { openDeployed, type DeployedStack } from '../../infra/emulator/deployed.ts';
import { loadDemo } from '../../infra/local/demo.ts';
import type { LocalStack } from '../../infra/local/start.ts';
import { clientOf } from './table.ts';

const Place = z.object({ endpoint: z.url(), stack: z.string(), gatewayPort: z.number() });

/** Where it is; undefined where stacks run in this process, as they do by default. */
const place = process.env['EMULATOR'];

let opened: Promise<DeployedStack> | undefined;
/** What files of this process have asked for and still want; the newest counts. */
const wanted: Record<string, string>[] = [];

export const isDeployed = place !== undefined;

/** `stop` gives it back. */
export async function deployedStack(alone: boolean, environment: Record<string, string>): Promise<LocalStack> {
  opened ??= openDeployed(Place.parse(JSON.parse(place ?? 'null')));
  const stack = await opened;
  wanted.push(environment);
  await stack.configure(environment);
  if (alone) await reset(stack);
  return {
    ...stack,
    async stop() {
      wanted.splice(wanted.indexOf(environment), 1);
      await stack.configure(wanted.at(-1) ?? {});
      if (alone) await reset(stack);
    },
  };
}

/** As it was deployed: no items but the demo directory's. */
async function reset(stack: LocalStack): Promise<void> {
  const client = clientOf(stack);
  const { tableName } = stack.resources;
  for (;;) {
    const scan = new ScanCommand({ TableName: tableName, Limit: 25, ProjectionExpression: 'pk, sk' });
    const { Items = [] } = await client.send(scan);
    if (Items.length === 0) break;
    const deletions = Items.map((Key: Record<string, AttributeValue>) => ({ DeleteRequest: { Key } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: deletions } }));
  }
  await loadDemo(stack.httpUrl);
}

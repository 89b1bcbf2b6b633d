/**
 * An event source mapping as it is declared, what polls it, and how a Lambda says which items of a
 * batch have failed.
 */
import * as z from 'zod';
import type { Filter } from './filter.ts';
import type { LocalFunction } from '../lambdas/functions.ts';

export const MappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.coerce.boolean().default(true),
  BatchSize: z.coerce.number().optional(),
  BisectBatchOnFunctionError: z.coerce.boolean().default(false),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
  FilterCriteria: z.unknown().optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().optional() }).optional(),
});

export interface Mapping extends z.output<typeof MappingProperties> {
  id: string;
  fn: LocalFunction;
  passes: Filter;
  reportsItems: boolean;
}

export interface Poller {
  stop(): Promise<void>;
}

export interface Endpoints {
  dynamodb: string;
  sqs: string;
}

/**
 * What a Lambda says of a batch: the items to be tried again, or `undefined` where all of them are.
 */
export function failedItems(result: unknown, known: Set<string>): string[] | undefined {
  const Report = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() });
  const report = Report.nullish().safeParse(result);
  if (!report.success) return undefined;
  const failed = (report.data?.batchItemFailures ?? []).map((item) => item.itemIdentifier);
  // An identifier that was not in the batch makes the whole of it failed, as on Lambda.
  return failed.every((item) => known.has(item)) ? failed : undefined;
}

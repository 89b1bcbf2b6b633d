/** A function as a Lambda: the one middleware stack, around what the function says of itself. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Ports, Trigger } from '../edge/trigger.ts';
import { logger } from './ports/log.ts';

/**
 * The ids of the invocation on each line of its log, and errors thrown on so that the alarm counts
 * them.
 */
export function lambda<N extends keyof Ports>({ run, about }: Trigger<N>, ports: Pick<Ports, N>) {
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async (event, context) => {
      if (about) logger.appendKeys(about(event));
      return run(ports, event, context.getRemainingTimeInMillis());
    });
}

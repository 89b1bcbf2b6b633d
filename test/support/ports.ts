/**
 * The modules of shared/aws themselves, in the test's own process: pointed at the engines of a running stack by the environment, as a Lambda is.
 * They must be imported after that, and so they are handed out here.
 */
import { afterAll, beforeAll } from 'vitest';
import { credentials, region } from '../../infra/local/aws.ts';
import { start, type LocalStack, type StartOptions } from '../../infra/local/start.ts';
import { startProxy, type Proxy } from './proxy.ts';

export interface Engines {
  readonly stack: LocalStack;
  /** In front of the database, the queues and the state machines. */
  readonly dynamodb: Proxy;
  readonly sqs: Proxy;
  readonly sfn: Proxy;
}

/** Functions whose variables together are all that there are. */
const ALL = ['socket/connect', 'platform/startConversation', 'stream/publish'];

/** A stack for the tests of a file. Import what is tested in `beforeAll` or later. */
export function engines(options: StartOptions = {}): Engines {
  let running: Engines | undefined;
  const before = { ...process.env };
  beforeAll(async () => {
    const stack = await start(options);
    const [dynamodb, sqs, sfn] = await Promise.all([
      startProxy(stack.endpoints.dynamodb),
      startProxy(stack.endpoints.sqs),
      startProxy(stack.endpoints.sfn),
    ]);
    running = { stack, dynamodb, sqs, sfn };
    const variables = Object.entries(
      Object.assign({}, ...ALL.map((name) => stack.environment(name))) as Record<string, string>,
    );
    // A queue's URL says where to send to, whatever the endpoint.
    const proxied = variables.map(([name, value]) => [name, value.replace(stack.endpoints.sqs, sqs.url)]);
    Object.assign(process.env, Object.fromEntries(proxied), {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_SFN: sfn.url,
      POWERTOOLS_DEV: 'false',
    });
  }, 60_000);
  afterAll(async () => {
    process.env = before;
    await Promise.all([running?.dynamodb.stop(), running?.sqs.stop(), running?.sfn.stop()]);
    await running?.stack.stop();
  });
  const made = () => {
    if (!running) throw new Error('the engines do not run yet');
    return running;
  };
  return {
    get stack() {
      return made().stack;
    },
    get dynamodb() {
      return made().dynamodb;
    },
    get sqs() {
      return made().sqs;
    },
    get sfn() {
      return made().sfn;
    },
  };
}

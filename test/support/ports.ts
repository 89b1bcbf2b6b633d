/**
 * The modules of shared/aws themselves, in the test's own process: pointed at the engines of a
 * running stack by the environment, as a Lambda is. They must be imported after that, and so they
 * are handed out here.
 */
import { afterAll, beforeAll } from 'vitest';
import { credentials, region } from '../../infra/local/aws.ts';
import { start, type LocalStack, type StartOptions } from '../../infra/local/start.ts';
import type { Service } from '../../infra/strict/call.ts';
import { deployedStack, isDeployed } from './deployed.ts';
import { tap, type Tap } from './tap.ts';

export interface Engines {
  readonly stack: LocalStack;
  /**
   * What the code under test asks of the database, the queues, the state machines and the topic.
   */
  readonly dynamodb: Tap;
  readonly sqs: Tap;
  readonly sfn: Tap;
  readonly sns: Tap;
}

/** Functions whose variables together are all that there are. */
const ALL = ['socket/connect', 'platform/startConversation', 'stream/publish'];

/** Who the code under test is to the front: not the stack's own Lambdas and pollers. */
const TESTED = 'tested';

/** A stack for the tests of a file. Import what is tested in `beforeAll` or later. */
export function engines(options: StartOptions = {}): Engines {
  let running: Engines | undefined;
  const before = { ...process.env };
  beforeAll(async () => {
    const stack = isDeployed ? await deployedStack() : await start(options);
    const of = (service: Service) => tap(stack, service, TESTED);
    running = { stack, dynamodb: of('dynamodb'), sqs: of('sqs'), sfn: of('states'), sns: of('sns') };
    Object.assign(process.env, ...ALL.map((name) => stack.environment(name)), {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: TESTED,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: stack.endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: stack.endpoints.sqs,
      AWS_ENDPOINT_URL_SNS: stack.endpoints.sns,
      AWS_ENDPOINT_URL_SFN: stack.endpoints.sfn,
      POWERTOOLS_DEV: 'false',
    });
  }, 60_000);
  afterAll(async () => {
    process.env = before;
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
    get sns() {
      return made().sns;
    },
  };
}

/**
 * Does the stack follow AWS Control Tower's rules, as cfn-guard reads them? What it does not follow
 * is a list, with a reason each.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { emptyFolder, newApp, stackOf } from '../infra/stack-fixture.ts';

/** Rule → the only resources that may break it, and why they do. */
const notFollowed: Record<string, { of: RegExp; why: string }> = {
  api_gw_v2_authorization_type_configured_check: {
    of: /^(SocketApi(?!connectRoute)|PlatformApi)/,
    why: 'Of a socket only $connect can be authorized, and is. A function of the platform verifies the token itself, so that a refusal says why.',
  },
  cloudwatch_log_group_retention_period_check: {
    of: /Logs[0-9A-F]{8}$/,
    why: 'Wants a year. How long logs are kept is for who deploys to say: a context value, 30 days unless given.',
  },
  cloudwatch_log_group_encrypted_check: {
    of: /Logs[0-9A-F]{8}$/,
    why: 'Wants a KMS key. CloudWatch encrypts with its own, and logs hold no tokens and no messages.',
  },
  dynamodb_table_encrypted_kms_check: {
    of: /^StateTable/,
    why: 'Wants a KMS key in the account. DynamoDB encrypts with its own, without a price and a quota for each call.',
  },
  lambda_function_public_access_prohibited_check: {
    of: /Permission[0-9A-F]{8}$/,
    why: 'Wants the SourceArn as a text or a reference; it is joined of both. That each permission has one is tested in stack.test.ts.',
  },
  lambda_inside_vpc_check: {
    of: /Function[0-9A-F]{8}$/,
    why: 'Nothing that the functions call is inside of a VPC: it would cost NAT gateways or endpoints, and protect nothing.',
  },
  sqs_dlq_check: {
    of: /DeadLetters[0-9A-F]{8}$/,
    why: 'A dead-letter queue has none of its own: what ends there waits for somebody, and rings an alarm.',
  },
  step_functions_state_machine_logging_enabled_check: {
    of: /^TimersLongTimers/,
    why: 'A Standard execution keeps its whole history for 90 days; this machine has two states.',
  },
  step_functions_state_machine_tracing_enabled_check: {
    of: /^TimersLongTimers/,
    why: 'There is nothing to trace in an execution that waits and then sends one message.',
  },
};

const Failures = z.array(z.object({ rule: z.string(), resource: z.string() }));

async function failures() {
  const template = join(emptyFolder(), 'template.json');
  const stack = stackOf(newApp(), { stage: 'dev', alarmEmail: 'ops@example.com' });
  writeFileSync(template, JSON.stringify(Template.fromStack(stack, { skipCyclicalDependenciesCheck: true }).toJSON()));
  const script = join(import.meta.dirname, 'control-tower.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, template], { maxBuffer: 64 * 1024 * 1024 });
  return Failures.parse(JSON.parse(stdout));
}

const here = `${process.platform} ${process.arch}`;
const runsHere = ['linux x64', 'linux arm64', 'darwin x64', 'darwin arm64'].includes(here);

// Where cfn-guard has no binary, the report says so in its name instead of passing.
test.skipIf(!runsHere)(
  runsHere
    ? 'Resources break the rules of Control Tower that are on the list and no others, and each of these.'
    : `not run: cfn-guard has no binary for ${here}`,
  async () => {
    const failed = await failures();
    expect(failed.filter(({ rule, resource }) => !notFollowed[rule]?.of.test(resource))).toEqual([]);
    expect([...new Set(failed.map(({ rule }) => rule))].toSorted()).toEqual(Object.keys(notFollowed).toSorted());
  },
);

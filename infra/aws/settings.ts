/**
 * What a deployment may choose, read from the CDK context (`-c key=value`) and checked before
 * anything is built.
 */
import * as z from 'zod';

/**
 * A deployment that cannot be built as asked. The message is all that its reader needs: no stack
 * trace.
 */
export class SettingsError extends Error {}

const seconds = z.coerce.number().int().positive();

/** Requests: a second, or at once. */
const requests = z.coerce
  .number({ error: 'must be a whole number of requests, at least 1' })
  .int('must be a whole number of requests, at least 1')
  .min(1, 'must be a whole number of requests, at least 1');

/** Of the table's capacity, a second. */
const units = z.coerce
  .number({ error: 'must be a whole number of units, at least 1' })
  .int('must be a whole number of units, at least 1')
  .min(1, 'must be a whole number of units, at least 1');

/**
 * What CloudWatch takes:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const flag = z.union([z.boolean(), z.stringbool()]);

/** `-c key=value` brings lists as text with commas, cdk.json brings them as arrays. */
const list = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((item) => item.trim()))]);

/**
 * Which claim holds what, e.g. `{"username":"email"}`: text on the command line, an object in
 * cdk.json.
 */
const claims = z.union([
  z.record(z.string(), z.string()),
  z
    .string()
    .transform((text, problem): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        problem.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.string())),
]);

/** Where a browser may be sent back to: on a developer's own machine without TLS, too. */
function isReturnable(address: string): boolean {
  const url = URL.parse(address);
  if (!url || /[\s#]/.test(address) || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname));
}

const members = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be lower-case letters, digits and hyphens')
    .default('dev'),
  oidcIssuer: z.url({ error: 'must be the URL of the OIDC issuer' }),
  oidcAudience: z.string({ error: 'must be the audience that access tokens are made for' }).min(1),
  oidcJwksUri: z.url().optional(),
  oidcClaims: claims.optional(),
  oidcDiscoveryUrl: z.url().optional(),
  loginClientId: z.string().min(1).optional(),
  loginClientSecretName: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret of Secrets Manager')
    .optional(),
  loginScope: z.string().min(1).optional(),
  loginRedirects: list
    .pipe(
      z.array(z.string().refine(isReturnable, 'must be whole https addresses, without # and without spaces')).min(1),
    )
    .optional(),
  loginCallbackUrl: z
    .url()
    .regex(
      /^https:\/\/[^?#]+\/agent\/login\/callback$/,
      'must be an https address that ends with /agent/login/callback',
    )
    .optional(),
  graceSeconds: seconds.default(60),
  leaseSeconds: seconds.max(900, 'must be at most 900, the longest delay of a message').default(75),
  tokenGraceSeconds: seconds.default(60),
  framesPerSecond: z.coerce
    .number()
    .int('must be a whole number of frames, at least 1')
    .min(1, 'must be a whole number of frames, at least 1')
    .default(50),
  framesOverSeconds: seconds.max(60, 'must be at most 60').default(5),
  retentionDays: z.coerce.number().int().nonnegative().max(36_500).default(400),
  localstack: flag.default(false),
  callbackBase: z.url({ protocol: /^https?$/, error: 'must be the URL to which /@connections is added' }).optional(),
  alarmEmail: z.email().optional(),
  retainData: flag.optional(),
  corsOrigins: list.optional(),
  accountLogRole: flag.default(true),
  logRetentionDays: z.coerce
    .number()
    .refine((days) => RETENTION_DAYS.includes(days), `must be one of ${RETENTION_DAYS.join(', ')}`)
    .default(30),
  // Of the 10,000 requests a second, and 5,000 at once, that an account has in a Region for all its
  // APIs. What desks and the platform say takes less than half, because for each message about two
  // are posted to desks, and @connections counts as well.
  socketRequestsPerSecond: requests.default(2_500),
  socketBurst: requests.optional(),
  platformRequestsPerSecond: requests.default(1_500),
  platformBurst: requests.optional(),
  accountConcurrency: requests.default(1_000),
  // What a large floor saves by saying how much it needs; one that nobody has measured yet does
  // not know. A table takes 40,000 of each a second unless AWS was asked for more.
  tableCapacity: z.enum(['onDemand', 'provisioned'], { error: 'must be onDemand or provisioned' }).default('onDemand'),
  tableUtilizationPercent: z.coerce
    .number({ error: 'must be a whole number from 20 to 90' })
    .int('must be a whole number from 20 to 90')
    .min(20, 'must be a whole number from 20 to 90')
    .max(90, 'must be a whole number from 20 to 90')
    .default(80),
  leastWriteUnits: units.default(100),
  mostWriteUnits: units.default(40_000),
  leastReadUnits: units.default(100),
  mostReadUnits: units.default(40_000),
  bridge: z
    .string()
    .regex(/^\S+[:@]\S+$/, 'must be a container image with its tag or digest')
    .optional(),
  bridgeCertificate: z
    .string()
    .regex(/^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/, 'must be the ARN of a certificate of ACM')
    .optional(),
  bridgeTasks: z.coerce.number().int().min(1, 'must be a whole number, at least 1').default(2),
  bridgeArchitecture: z.enum(['X86_64', 'ARM64']).default('X86_64'),
});

const context = members.check(({ value, issues }) => {
  const { loginClientId, loginRedirects = [], corsOrigins = [] } = value;
  const refuse = (message: string) => issues.push({ code: 'custom', path: ['loginRedirects'], message, input: value });
  if (loginRedirects.length > 0 && loginClientId === undefined) refuse('must be given with a loginClientId');
  const others = loginRedirects
    .flatMap((address) => URL.parse(address)?.origin ?? [])
    .filter((origin) => !corsOrigins.includes(origin));
  if (others.length > 0 && !corsOrigins.includes('*'))
    refuse(`must be pages of corsOrigins, which does not name ${[...new Set(others)].join(', ')}`);
  for (const what of ['Write', 'Read'] as const) {
    if (value[`least${what}Units`] <= value[`most${what}Units`]) continue;
    const message = `must not be more than most${what}Units`;
    issues.push({ code: 'custom', path: [`least${what}Units`], message, input: value });
  }
  if (value.bridge === undefined || value.bridgeCertificate !== undefined) return;
  const message = 'must be given with a bridge: tokens travel over its connections';
  issues.push({ code: 'custom', path: ['bridgeCertificate'], message, input: value });
});

/** Bridges for desks that have socket.io's own client. */
export interface BridgeSettings {
  /** The container image, with its tag or digest. */
  readonly image: string;
  readonly certificateArn: string;
  readonly tasks: number;
  readonly architecture: 'X86_64' | 'ARM64';
}

/** What the constructs know of a deployment. */
export type Settings = Omit<
  z.output<typeof context>,
  'retainData' | 'socketBurst' | 'platformBurst' | `bridge${string}`
> & {
  /** None unless asked for. */
  readonly bridge?: BridgeSettings;
  /** Requests that are let through at once. */
  readonly socketBurst: number;
  readonly platformBurst: number;
  /** True: the table outlives the stack and neither can be deleted by accident. */
  readonly retainData: boolean;
  /** The folder of the bundles: `<bundles>/<folder>/<name>/index.mjs`. */
  readonly bundles: string;
};

/**
 * LocalStack serves @connections of every API at its edge port, without a stage:
 * https://docs.localstack.cloud/aws/services/apigateway/#websocket-apis
 */
const localstackCallbackBase = 'http://localhost.localstack.cloud:4566';

/**
 * The local runtime brings an issuer of its own and puts its values in place of these, which only
 * name the variables.
 */
const localDefaults = {
  oidcIssuer: 'http://127.0.0.1:3000/oidc',
  oidcAudience: 'agent-manager',
  oidcJwksUri: 'http://127.0.0.1:3000/oidc/jwks.json',
  oidcDiscoveryUrl: 'http://127.0.0.1:3000/oidc/.well-known/openid-configuration',
  loginClientId: 'agent-desk',
  corsOrigins: ['*'],
};

export function readSettings(read: (key: string) => unknown, bundles: string): Settings {
  const given = Object.fromEntries(Object.keys(context.shape).map((key) => [key, read(key)]));
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = context.safeParse(given['stage'] === 'local' ? { ...localDefaults, ...defined } : defined);
  if (!parsed.success) throw new SettingsError(explain(parsed.error));
  const { stage, localstack, socketRequestsPerSecond, platformRequestsPerSecond } = parsed.data;
  const {
    retainData = !['dev', 'local'].includes(stage),
    socketBurst = socketRequestsPerSecond,
    platformBurst = platformRequestsPerSecond,
    callbackBase = localstack ? localstackCallbackBase : undefined,
  } = parsed.data;
  const {
    bridge: image,
    bridgeCertificate: certificateArn,
    bridgeTasks: tasks,
    bridgeArchitecture: architecture,
    ...more
  } = parsed.data;
  const bridge = image && certificateArn ? { bridge: { image, certificateArn, tasks, architecture } } : {};
  return { ...more, ...bridge, retainData, socketBurst, platformBurst, callbackBase, bundles };
}

function explain(error: z.ZodError): string {
  const problems = error.issues.map((issue) => `  -c ${issue.path.join('.')}=…: ${issue.message}`);
  return ['The stack cannot be built from this context:', ...problems].join('\n');
}

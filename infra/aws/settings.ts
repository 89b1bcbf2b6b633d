/** What a deployment may choose, read from the CDK context (`-c key=value`) and checked before anything is built. */
import * as z from 'zod';

/** A deployment that cannot be built as asked. The message is all that its reader needs: no stack trace. */
export class SettingsError extends Error {}

const seconds = z.coerce.number().int().positive();
const flag = z.union([z.boolean(), z.stringbool()]);

/** `-c key=value` brings lists as text with commas, cdk.json brings them as arrays. */
const list = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((item) => item.trim()))]);

/** Which claim holds what, e.g. `{"username":"email"}`: text on the command line, an object in cdk.json. */
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

const context = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be lower-case letters, digits and hyphens')
    .default('dev'),
  oidcIssuer: z.url({ error: 'must be the URL of the OIDC issuer' }),
  oidcAudience: z.string({ error: 'must be the audience that access tokens are made for' }).min(1),
  oidcJwksUri: z.url().optional(),
  oidcClaims: claims.optional(),
  graceSeconds: seconds.default(60),
  leaseSeconds: seconds.default(15),
  localstack: flag.default(false),
  alarmEmail: z.email().optional(),
  retainData: flag.optional(),
  corsOrigins: list.optional(),
  accountLogRole: flag.default(true),
});

/** What the constructs know of a deployment. */
export type Settings = Omit<z.output<typeof context>, 'retainData'> & {
  /** True: the table outlives the stack and neither can be deleted by accident. */
  readonly retainData: boolean;
  /** The folder of the bundles: `<bundles>/<folder>/<name>/index.mjs`. */
  readonly bundles: string;
};

/** The local runtime brings an issuer of its own and puts its values in place of these, which only name the variables. */
const localDefaults = {
  oidcIssuer: 'http://127.0.0.1:3000/oidc',
  oidcAudience: 'agent-manager',
  oidcJwksUri: 'http://127.0.0.1:3000/oidc/jwks.json',
  corsOrigins: ['*'],
};

export function readSettings(read: (key: string) => unknown, bundles: string): Settings {
  const given = Object.fromEntries(Object.keys(context.shape).map((key) => [key, read(key)]));
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = context.safeParse(given['stage'] === 'local' ? { ...localDefaults, ...defined } : defined);
  if (!parsed.success) throw new SettingsError(explain(parsed.error));
  const { stage, retainData = !['dev', 'local'].includes(stage) } = parsed.data;
  return { ...parsed.data, retainData, bundles };
}

function explain(error: z.ZodError): string {
  const problems = error.issues.map((issue) => `  -c ${issue.path.join('.')}=…: ${issue.message}`);
  return ['The stack cannot be built from this context:', ...problems].join('\n');
}

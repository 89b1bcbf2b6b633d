/**
 * The only place that reads the environment. Each value is read when a module first asks for it, so
 * a function needs only what it uses.
 */
import * as z from 'zod';

const variables = {
  TABLE_NAME: z.string().min(1),
  TIMERS_QUEUE_URL: z.url(),
  LONG_TIMERS_ARN: z.string().min(1),
  SESSIONS_QUEUE_URL: z.url(),
  LISTS_QUEUE_URL: z.url(),
  EVENTS_TOPIC_ARN: z.string().min(1),
  OIDC_ISSUER: z.url(),
  OIDC_AUDIENCE: z.string().min(1),
  OIDC_JWKS_URI: z.url().optional(),
  OIDC_CLAIMS: z.string().optional(),
  OIDC_DISCOVERY_URL: z.url().optional(),
  LOGIN_CLIENT_ID: z.string().min(1),
  LOGIN_CLIENT_SECRET: z.string().min(1).optional(),
  LOGIN_SCOPE: z.string().min(1).optional(),
  LOGIN_CALLBACK_URL: z.url().optional(),
  LOGIN_REDIRECTS: z.string().min(1).optional(),
  GRACE_SECONDS: z.coerce.number().int().positive(),
  LEASE_SECONDS: z.coerce.number().int().positive(),
  TOKEN_GRACE_SECONDS: z.coerce.number().int().positive(),
  FRAMES_PER_SECOND: z.coerce.number().int().positive(),
  FRAMES_OVER_SECONDS: z.coerce.number().int().positive(),
  RETENTION_DAYS: z.coerce.number().int().nonnegative(),
} as const;

/**
 * The value of one variable. Throws at the cold start, with the variable's name, where the stack
 * forgot it.
 */
export function env<N extends keyof typeof variables>(name: N): z.output<(typeof variables)[N]> {
  const schema: z.ZodType<z.output<(typeof variables)[N]>> = variables[name] as never;
  const result = schema.safeParse(process.env[name]);
  if (!result.success) throw new Error(`environment variable ${name}: ${result.error.issues[0]?.message ?? 'invalid'}`);
  return result.data;
}

/**
 * The HTTP API: token, role, parameters and body are checked in one place, and every refusal is an
 * RFC 9457 problem with a code. The token is verified here and not by an authorizer of the gateway,
 * so that a refusal can say why.
 */
import { byteLength } from '../../protocol/bytes.ts';
import * as z from 'zod';
import { mustNotBeRevoked } from '../../domain/agent/token.ts';
import { Rejection } from '../../domain/rejection.ts';
import { codes, type Code } from '../../protocol/codes.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/frame.ts';
import { explain, Id, parseJson, withoutNulls } from '../../protocol/values.ts';
import { Conflict, LASTING_CONFLICT, type App, type Reader } from '../app.ts';
import { inLoop, type Loop } from '../loop/run.ts';
import { hasRole, ROLES, toContext, type Identity } from '../identity.ts';

export interface Tokens {
  /** Throws a `Rejection` with an `auth.…` code. */
  verify(token: string): Promise<Identity>;
}

const Texts = z.preprocess((texts) => withoutNulls(texts ?? {}), z.record(z.string(), z.string().optional()));

/**
 * What of an API Gateway HTTP event (payload format 2.0) is read. A member that is null is missing.
 */
export const HttpEvent = z.preprocess(
  withoutNulls,
  z.looseObject({
    headers: Texts,
    pathParameters: Texts,
    queryStringParameters: Texts,
    body: z.string().optional(),
    isBase64Encoded: z.boolean().default(false),
  }),
);
export type HttpEvent = z.output<typeof HttpEvent>;

export interface Reply {
  readonly statusCode: number;
  readonly body?: unknown;
}

export interface PlatformCall<B, A> {
  readonly app: A;
  readonly identity: Identity;
  readonly params: Record<string, string>;
  readonly query: Record<string, string | undefined>;
  readonly body: B;
}

export type PlatformHandler<A> = (surroundings: { app: A; tokens: Tokens }, event: HttpEvent) => Promise<HttpResult>;

export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Who may call a route, and with what. `mayBeEmpty`: the body may be left out, and says nothing
 * then.
 */
interface Taken<S> {
  readonly body?: S;
  readonly mayBeEmpty?: boolean;
  readonly roles?: readonly string[];
}

/** A route of the HTTP API. What follows from it is done before it is answered. */
export function platform<S extends z.ZodType = z.ZodUndefined>(
  run: (call: PlatformCall<z.output<S>, App> & { readonly loop: Loop }) => Promise<Reply>,
  options: Taken<S> = {},
): PlatformHandler<App> {
  return answering<S, App>((call) => inLoop(call.app, (loop) => run({ ...call, loop })), options);
}

/** Only `platform` and `admin` may call it, unless `roles` says otherwise. */
function answering<S extends z.ZodType, A extends Reader>(
  run: (call: PlatformCall<z.output<S>, A>) => Promise<Reply>,
  { body: schema, mayBeEmpty = false, roles = ROLES.platform }: Taken<S> = {},
): PlatformHandler<A> {
  return async ({ app, tokens }, event) => {
    try {
      const identity = await tokens.verify(bearer(event));
      if (!hasRole(identity, roles))
        throw new Rejection('auth.noRole', `This needs one of the roles ${roles.join(', ')}.`);
      await mustNotBePutOut(app, identity);
      const body = schema ? parseBody(schema, event, mayBeEmpty) : undefined;
      const call = {
        app,
        identity,
        params: params(event),
        query: event.queryStringParameters,
        body: body as z.output<S>,
      };
      const reply = await run(call);
      return json(reply.statusCode, 'application/json', reply.body);
    } catch (error) {
      return failure(app, error);
    }
  };
}

/** A route that only looks. */
export const reading = answering<z.ZodUndefined, Reader>;

/** The token of `Authorization: Bearer …`. */
export function bearer({ headers }: Pick<HttpEvent, 'headers'>): string {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (!token) throw new Rejection('auth.missing', 'Send an access token: Authorization: Bearer <token>.');
  return token;
}

/** A problem document (RFC 9457). `code` is stable, `detail` is for people. */
export function problem(code: Code, detail: string): HttpResult {
  const { meaning, status } = codes[code];
  return json(status, 'application/problem+json', {
    type: `urn:agent-manager:${code}`,
    title: meaning,
    status,
    detail,
    code,
  });
}

export function failure(app: Pick<App, 'log'>, error: unknown): HttpResult {
  if (error instanceof Rejection) return problem(error.code, error.message);
  if (error instanceof Conflict) return problem(LASTING_CONFLICT.code, LASTING_CONFLICT.msg);
  app.log.error('request failed', { error });
  return problem('internal', 'The agent manager failed. Please try again.');
}

/** What stands in the path is an id, and so no longer than the table takes. */
const Params = z.record(z.string(), Id);

function params({ pathParameters }: HttpEvent): Record<string, string> {
  const result = Params.safeParse(pathParameters);
  if (!result.success) throw new Rejection('request.invalid', explain(result.error));
  return result.data;
}

function parseBody<S extends z.ZodType>(schema: S, event: HttpEvent, mayBeEmpty: boolean): z.output<S> {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  if (byteLength(text) > MAX_MESSAGE_BYTES) throw new Rejection('request.tooLarge', 'The body is larger than 128 KB.');
  const value = text === '' && mayBeEmpty ? {} : parseJson(text);
  if (value === undefined)
    throw new Rejection(
      'request.invalidJson',
      'The body is not JSON, nested too deeply, or has a number of 1e126 or more.',
    );
  const result = schema.safeParse(value);
  if (!result.success) throw new Rejection('request.invalid', explain(result.error));
  return result.data;
}

/** Parameters behind the `?`, by their schema. */
export function parseQuery<S extends z.ZodType>(schema: S, query: Record<string, string | undefined>): z.output<S> {
  const result = schema.safeParse(query);
  if (!result.success) throw new Rejection('request.invalid', explain(result.error));
  return result.data;
}

/**
 * The answer of `GET /handshake`: 200, or the status that the socket would be refused with and what
 * a desk shows (`connect_error`).
 */
export const explainHandshake: PlatformHandler<Reader> = async ({ app, tokens }, event) => {
  try {
    const identity = await tokens.verify(bearer(event));
    toContext(identity);
    await mustNotBePutOut(app, identity);
    return json(200, 'application/json', {
      message: 'ok',
      data: { content: { key: 'OK', msg: 'A socket with this token opens.' } },
    });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error; // an issuer that does not answer is no reason to sign in again
    const content = { key: 'AUTH', msg: error.message, code: error.code };
    return json(codes[error.code].status, 'application/json', { message: 'login-failed', data: { content } });
  }
};

/**
 * Whoever may have a desk may have been put out (`revoke`), which costs a read. The platform is
 * nobody's desk.
 */
async function mustNotBePutOut({ store }: Pick<Reader, 'store'>, identity: Identity): Promise<void> {
  const agent = hasRole(identity, ROLES.desk) ? await store.agent(identity.id) : null;
  if (agent) mustNotBeRevoked(agent, identity.token);
}

function json(statusCode: number, contentType: string, body: unknown): HttpResult {
  return { statusCode, headers: { 'content-type': contentType }, body: body === undefined ? '' : JSON.stringify(body) };
}

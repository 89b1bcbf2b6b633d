/**
 * From a frame to an answer. One place reads the frame, checks the payload, knows the sender, and
 * turns every outcome into what the desk is told: `ack` for a frame with an id, `errors` for a
 * refusal. A bad frame never throws and never closes the socket.
 */
import * as z from 'zod';
import { Rejection } from '../../domain/rejection.ts';
import { agentEvents, canonical, type AgentEventName, type AgentPayload } from '../../protocol/agent-events.ts';
import type { Code } from '../../protocol/codes.ts';
import { parseFrame } from '../../protocol/frame.ts';
import { explain, Id, isRecord } from '../../protocol/values.ts';
import { AlreadyAnswered, Conflict, LASTING_CONFLICT, type App, type Outcome } from '../app.ts';
import type { Caller, FrameRequest } from '../loop/caller.ts';
import { frameOf } from '../loop/frames.ts';
import { inLoop, type Loop } from '../loop/run.ts';
import { fromContext, type Identity } from '../identity.ts';
import { heard } from '../pace.ts';

/** What of an API Gateway message event is read. */
export const SocketEvent = z.looseObject({
  requestContext: z.looseObject({ connectionId: z.string(), routeKey: z.string(), authorizer: z.looseObject({}) }),
  body: z.string().optional(),
});
export type SocketEvent = z.output<typeof SocketEvent>;

export interface Call<E extends AgentEventName> {
  readonly app: App;
  readonly loop: Loop;
  readonly identity: Identity;
  readonly data: AgentPayload<E>;
  readonly by: Caller;
}

export type Route = (app: App, event: SocketEvent) => Promise<void>;

/** What the handler returns becomes fields of the acknowledgement. */
type Answer = Record<string, unknown> | undefined | void;

export interface RouteOptions {
  /** false: the answer to a frame with an id is not kept, because doing it again is as good. */
  readonly kept?: false;
  /**
   * What the desk still needs where nothing was done: a refusal, a repeated frame (a state change
   * is always answered by a presence).
   */
  readonly unlessDone?: (call: { app: App; identity: Identity; by: Caller }) => Promise<void>;
}

/** The agent asks for `event`. */
export function route<E extends AgentEventName>(
  event: E,
  run: (call: Call<E>) => Promise<Answer>,
  options: RouteOptions = {},
): Route {
  return async (app, { requestContext, body }) => {
    const identity = fromContext(requestContext.authorizer);
    const { connectionId } = requestContext;
    const parsed = parseFrame(body ?? '');
    const task = parsed.ok ? event : parsed.task;
    const id = parsed.ok ? parsed.frame.id : parsed.id;
    const about: About = { task, id, conversationId: parsed.ok ? conversationOf(parsed.frame.data) : undefined };
    const at = app.now();
    if (await tooMany(app, { agentId: identity.id, connectionId }, about, at)) return;
    const request: FrameRequest | undefined =
      id === undefined || options.kept === false ? undefined : { id, prior: app.requests.find(identity.id, id) };
    const by: Caller = { agentId: identity.id, connectionId, request };
    const seen = event === 'heartbeat' ? Promise.resolve() : heard(app, connectionId, at);
    const settled = Promise.allSettled([request?.prior ?? Promise.resolve(), seen]); // handled from the start: one of them may fail before it is awaited
    const work = async (loop: Loop) => {
      try {
        if (!parsed.ok) throw new Rejection(parsed.code, parsed.msg);
        const data = payload(event, parsed.frame.data);
        if ('agentId' in data && typeof data.agentId === 'string' && data.agentId !== identity.id) {
          throw new Rejection('agent.mismatch', 'The payload names another agent than the one who is connected.');
        }
        const fields = await run({ app, loop, identity, data, by });
        if (!loop.acknowledged) await answer(app, by, about, { status: 'ok', ...fields }, loop.answered);
      } catch (error) {
        try {
          await answerFailure(app, by, about, error, loop.answered);
        } finally {
          await options.unlessDone?.({ app, identity, by });
        }
      }
    };
    try {
      await inLoop(app, work);
    } finally {
      await settled;
    }
  };
}

/**
 * The default route: text that is no frame, or an action that no route has. One odd alias is
 * dispatched from here.
 */
export function defaultRoute(dispatch: Partial<Record<AgentEventName, Route>>): Route {
  return async (app, event) => {
    const { connectionId, authorizer } = event.requestContext;
    const by = { agentId: fromContext(authorizer).id, connectionId };
    const parsed = parseFrame(event.body ?? '');
    const known = parsed.ok ? canonical(parsed.frame.action) : undefined;
    const target = known && dispatch[known];
    if (target) return target(app, event);
    const { code, msg, ...about } = parsed.ok ? unknown(parsed.frame) : parsed;
    const at = app.now();
    if (await tooMany(app, by, about, at)) return;
    await Promise.all([heard(app, connectionId, at), reply(app, by, about, refused(code, msg))]);
  };
}

function unknown({ action, id }: { action: string; id?: string }) {
  return { code: 'event.unknown' as const, msg: `No event has the name ${action}.`, task: action, id };
}

const schemas: { [E in AgentEventName]: z.ZodType<AgentPayload<E>> } = agentEvents;

/**
 * Refuses a frame of a connection that sends too many, before anything is read for it, and closes a
 * connection that goes on. Refused frames count as well.
 */
async function tooMany(app: App, by: Caller, about: About, at: number): Promise<boolean> {
  const { agentId, connectionId } = by;
  const verdict = app.pace.arrived(connectionId, at, app.settings);
  if (verdict === 'taken') return false;
  if (verdict === 'silent') return true;
  const bound = `more than ${app.settings.framesPerSecond} frames a second`;
  const goesOn = verdict === 'closed' ? `This connection goes on sending ${bound}, and is closed.` : null;
  const msg = goesOn ?? `This connection sends ${bound}. Nothing was done; wait before you ask again.`;
  const counted = Promise.allSettled([heard(app, connectionId, at)]); // a flood may be more than its row takes
  await reply(app, by, about, refused('frame.tooMany', msg));
  await counted;
  if (verdict === 'closed') {
    app.log.warn('a connection that sends too many frames is closed', { agentId, connectionId });
    await app.sockets.close(connectionId);
  }
  return true;
}

/** The schema's own complaint, with the path, is the message. */
function payload<E extends AgentEventName>(event: E, data: unknown): AgentPayload<E> {
  const result = schemas[event].safeParse(data);
  if (!result.success) throw new Rejection('event.invalid', explain(result.error));
  return result.data;
}

interface About {
  readonly task: string;
  readonly id?: string | undefined;
  readonly conversationId?: string | undefined;
}

/**
 * The complete map from what went wrong to what the desk is told. What is not ours to explain is
 * thrown on, for the error alarm.
 */
async function answerFailure(app: App, by: Caller, about: About, error: unknown, kept: boolean): Promise<void> {
  if (error instanceof AlreadyAnswered) {
    const prior = error.ack ?? (by.request && (await app.requests.find(by.agentId, by.request.id)));
    return prior ? reply(app, by, about, prior) : undefined;
  }
  if (error instanceof Rejection) {
    for (const effect of error.emits) await say(app, by, effect);
    const refusal = refused(error.code, error.message);
    return passing.has(error.code) ? reply(app, by, about, refusal) : answer(app, by, about, refusal, kept);
  }
  if (error instanceof Conflict) return reply(app, by, about, refused(LASTING_CONFLICT.code, LASTING_CONFLICT.msg));
  await reply(app, by, about, refused('internal', 'The agent manager failed. Please try again.'));
  throw error;
}

/**
 * These refuse the connection, or the moment, and not what was asked: over the agent's present
 * connection, or a moment later, the same frame may be granted. So they are not kept as its answer.
 */
const passing: ReadonlySet<Code> = new Set(['session.replaced', 'session.notConnected', 'internal']);

/** In characters: what a desk sent, or a long path, may be in it. */
const MOST_TOLD = 1_000;

function refused(code: Code, msg: string): Outcome {
  return { status: 'error', code, msg: msg.slice(0, MOST_TOLD).toWellFormed() };
}

/**
 * The answer to a frame with an id is kept for ten minutes, unless it was `kept` with the decision.
 * Where another one was there first (the same frame, twice at once), that one stands.
 */
async function answer(app: App, by: Caller, about: About, outcome: Outcome, kept: boolean): Promise<void> {
  const { request } = by;
  const standing = request && !kept ? await app.requests.keep(by.agentId, { id: request.id, ...outcome }) : outcome;
  await reply(app, by, about, standing);
}

/** `errors` where it is a refusal, and an `ack` where the frame had an id. */
async function reply(app: App, by: Caller, { task, id, conversationId }: About, outcome: Outcome): Promise<void> {
  const { status, code, msg } = outcome;
  const about = { ...(conversationId ? { conversationId } : {}), ...(id ? { id } : {}) };
  if (status === 'error') await say(app, by, { event: 'errors', data: { task, code, msg, ...about } });
  if (id) await say(app, by, { event: 'ack', data: { id, ...outcome } });
}

async function say(app: App, by: Caller, frame: Parameters<typeof frameOf>[0]): Promise<void> {
  await app.sockets.post(by.connectionId, frameOf(frame));
}

function conversationOf(data: unknown): string | undefined {
  return Id.safeParse(isRecord(data) ? data['conversationId'] : undefined).data;
}

/**
 * The shell in a small world, called as its functions call it: agents at their desks, and customers
 * who come to the queue `support` or stand on the list `backlog`.
 */
import type { AgentEvent } from '../../shared/domain/agent/agent.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { App } from '../../shared/edge/app.ts';
import { start } from '../../shared/edge/http/start.ts';
import { inLoop } from '../../shared/edge/loop/run.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import type { Call } from '../../shared/memory/call.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { channelSession, robin, user } from './world.ts';

const CHAT = { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 1 }) };
const SUPPORT = { id: 'support', ...configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT', acceptSeconds: 30 }) };
const BACKLOG = { id: 'backlog', ...configSchemas.lists.parse({ name: 'Backlog', mrdId: 'CHAT' }) };

export type Shell = Awaited<ReturnType<typeof shell>>;

export async function shell() {
  const small = smallWorld();
  const app = small.app();
  await app.config.put('mrds', CHAT);
  await app.config.put('queues', SUPPORT);
  await app.config.put('lists', BACKLOG);
  let customers = 0;

  const toAgent = (id: string, event: AgentEvent, by: App = app) => inLoop(by, (loop) => loop.applyToAgent(id, event));
  const toConversation = (id: string, event: ConversationEvent, by: App = app) =>
    inLoop(by, (loop) => loop.applyToConversation(id, event));

  async function comes(home: { queue: string } | { list: string }, by: App = app): Promise<string> {
    const session = channelSession(`web-${++customers}`);
    const wanted = { channelSession: session, customer: robin, conversationData: {}, ...home };
    return (await inLoop(by, (loop) => start(by, loop, wanted))).conversationId;
  }

  async function taskOf(conversationId: string) {
    const [task] = Object.values((await app.store.conversation(conversationId))?.tasks ?? {});
    if (!task) throw new Error('nobody is looked for');
    return task;
  }

  return {
    ...small,
    /** The ports as they are; `small.app(around)` has something around them. */
    ports: app,
    toAgent,
    toConversation,
    comes,
    taskOf,
    /** Timers are fired from now on, by these ports. */
    fires(by: App = app) {
      small.timers.consume(({ timer, dueAt }) => fire(by, timer, dueAt));
    },
    /** Somebody at their desk, and the frames that it gets. */
    async desk(id: string, who = user(id)): Promise<string[]> {
      const frames: string[] = [];
      small.wires.attach(`${id}-desk`, { receive: (frame) => frames.push(frame) });
      const offered = { offeredKey: undefined, receipts: false };
      await greet(app, await connect(app, { id, user: who }, `${id}-desk`, offered));
      return frames;
    },
    becomes(id: string, name: 'READY' | 'LOGOUT', by: App = app) {
      return toAgent(id, { type: 'requestState', at: app.now(), name, reasonCode: null }, by);
    },
    async accepts(id: string, conversationId: string, by: App = app) {
      const { id: taskId } = await taskOf(conversationId);
      const accept = { type: 'accept' as const, at: app.now(), taskId, agentId: id, connectionId: `${id}-desk` };
      return toConversation(conversationId, accept, by);
    },
    /** So much time passes. */
    passes: (ms: number) => small.clock.runUntil(small.clock.now() + ms),
    /** Ports of which a call fails: while `how`, called for each, returns an error. */
    failing(how: (call: Call) => Error | null): App {
      return small.app((call, run) => {
        const error = how(call);
        return error ? Promise.reject(error) : run();
      });
    },
  };
}

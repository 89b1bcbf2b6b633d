/**
 * An agent: who they are, their global state, a state per MRD, the tasks they hold and the
 * connection that speaks for them, and all that can happen to them (`transition.ts`). Capacity is
 * the set of `slots`, never a counter.
 */
import * as z from 'zod';
import { AgentMrdStateName, AgentStateName } from '../../protocol/shapes/cim.ts';
import { configSchemas, type Consequence } from '../../protocol/shapes/config.ts';

export type MrdState = AgentMrdStateName;

/** Routing attributes: a boolean or a proficiency. */
export const Attributes = z.record(z.string(), z.union([z.number(), z.boolean()]));
export type Attributes = z.output<typeof Attributes>;

const AgentMrd = z.object({
  mrd: z.intersection(z.object({ id: z.string() }), configSchemas.mrds),
  state: AgentMrdStateName,
  previousState: AgentMrdStateName.nullable(),
  stateChangeTime: z.number(),
  lastReadyStateChangeTime: z.number(),
  maxAgentTasks: z.number().int().nonnegative(),
  /**
   * Since when the agent could have been offered a task here: routing takes the longest available
   * first.
   */
  availableSince: z.number(),
  /**
   * The id of the agent's line here (routing/lines.ts), as of their last sign-in or change of
   * profile or of a queue.
   */
  line: z.string().default(''),
  /**
   * The MRDs whose tasks interrupted this one, which is INTERRUPTED for as long as there are tasks
   * on one of them.
   */
  interruptedBy: z.array(z.string()).optional(),
});
export type AgentMrd = z.output<typeof AgentMrd>;

const Slot = z.object({
  conversationId: z.string(),
  /** null: the agent supervises this conversation, which takes no capacity. */
  mrdId: z.string().nullable(),
  phase: z.enum(['RESERVED', 'ACTIVE', 'WRAP_UP']),
  /** Of the task, when it was offered. Missing: the first. */
  attempt: z.number().int().optional(),
  /**
   * Asked for by name: nobody else can take it, so a lost connection does not take it from them
   * before it rings out.
   */
  named: z.literal(true).optional(),
  /** The queue that it is of. Missing: of none, or from before this was kept. */
  queueId: z.string().optional(),
  /** Its conversation is parked: until it wakes it takes no capacity. */
  parked: z.literal(true).optional(),
  /**
   * Set when the task must be taken from this agent; the conversation is told next, and a timer
   * makes sure of it.
   */
  evicted: z.object({ reason: z.enum(['AGENT_LOGOUT', 'REROUTE']), checkAt: z.number() }).optional(),
});
export type Slot = z.output<typeof Slot>;

/** When a token was issued (0: it does not say) and when it expires. */
export interface TokenSpan {
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** With how long after its end it is still good, in some respects. */
export type HeldSpan = TokenSpan & { readonly graceMs: number };

/** The token that a session goes by, since when, and how far it has come (token.ts). */
const SessionToken = z.object({
  issuedAt: z.number(),
  expiresAt: z.number(),
  graceMs: z.number(),
  heldSince: z.number(),
  stage: z.enum(['good', 'expiring', 'expired']),
});
export type SessionToken = z.output<typeof SessionToken>;

/** A reason as a desk shows it: by its name. */
const Reason = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  type: z.string().optional(),
  code: z.number().optional(),
});

export const Team = z.object({ teamId: z.string(), teamName: z.string() });

export const User = z.object({
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  realm: z.string(),
  roles: z.array(z.string()),
  team: Team,
  supervisedTeams: z.array(Team),
  /** Keycloak's permissions, returned to their owner only. */
  permissions: z.array(z.object({ rsid: z.string(), rsname: z.string(), scopes: z.array(z.string()) })),
});
export type User = z.output<typeof User>;

/** Of who has just logged in. */
export const NONE_MISSED = { rona: 0, declined: 0 };

export const Agent = z.object({
  id: z.string(),
  user: User,
  attributes: Attributes,
  state: z.object({
    name: AgentStateName,
    reasonCode: Reason.nullable(),
  }),
  stateChangeTime: z.number(),
  agentLoginTime: z.number(),
  mrds: z.record(z.string(), AgentMrd),
  /** How much of everything together they take, by what their MRDs' tasks weigh; missing: any. */
  capacity: z.number().optional(),
  slots: z.record(z.string(), Slot),
  /** The pull lists that the agent watches: id → since when. They outlive sessions and logouts. */
  lists: z.record(z.string(), z.number()),
  /**
   * The teams whose figures a supervisor watches, by id. They outlive sessions and logouts, too;
   * what the token no longer grants is not shown.
   */
  teams: z.array(z.string()),
  /** Offers that they let ring out, and that they declined, since they logged in. */
  missed: z.object({ rona: z.number().int(), declined: z.number().int() }).default(NONE_MISSED),
  /** Tokens that were issued before this instant are refused. */
  tokensFrom: z.number().default(0),
  /** Counts the connections that ever became this agent's session. */
  epoch: z.number().int(),
  /** The number of the newest event in this agent's log: gap-free, and it only grows. */
  lastAgentSeq: z.number().int(),
  session: z
    .object({
      connectionId: z.string(),
      since: z.number(),
      /** Who connects with it continues this session, instead of taking over from it. A secret. */
      key: z.string(),
      /** The epoch with which the session began: the same for as long as it is continued. */
      began: z.number().int(),
      /**
       * The connection that spoke for this session before, and is closed in the end if its desk
       * does not. null: none.
       */
      continues: z.string().nullable(),
      /** null: nothing is known of its end. */
      token: SessionToken.nullable().default(null),
      /** The desk confirms each offer: one that it does not confirm has not arrived. */
      receipts: z.boolean().default(false),
      /** The desk takes the echo of its message for the acknowledgement of the frame. */
      ackInEcho: z.boolean().default(false),
      /**
       * The desk was told its state: only then is the agent routable, so that presence is the first
       * thing a desk hears.
       */
      greeted: z.boolean(),
      /**
       * The connection was lost; until `graceUntil` the agent may come back as if nothing had
       * happened.
       */
      lost: z.object({ at: z.number(), graceUntil: z.number() }).nullable(),
    })
    .nullable(),
  version: z.number().int(),
});
export type Agent = z.output<typeof Agent>;
export type AgentReason = Agent['state']['reasonCode'];
export type GlobalState = Agent['state']['name'];

/**
 * What is configured about an agent: the profile, and the MRDs with the most tasks that they take
 * there.
 */
export interface Profile {
  readonly user: User;
  readonly attributes: Agent['attributes'];
  readonly capacity?: number | undefined;
  readonly mrds: readonly Pick<AgentMrd, 'mrd' | 'maxAgentTasks' | 'line'>[];
}

export interface Orderer {
  readonly id: string;
  readonly name: string;
}

/**
 * Requests are imperative and may be refused; facts are in the past tense and are ignored once they
 * no longer apply.
 */
export type AgentEvent =
  | {
      type: 'connected';
      at: number;
      connectionId: string;
      profile: Profile;
      newKey: string;
      offeredKey?: string | undefined;
      /** The desk promises to confirm what it is offered. */
      receipts?: boolean;
      /** The desk takes the echo of its message for the acknowledgement. */
      ackInEcho?: boolean;
      token?: HeldSpan | undefined;
    }
  | { type: 'tokenDue'; at: number; connectionId: string }
  | { type: 'tokenRefreshed'; at: number; profile: Profile; token: HeldSpan }
  | { type: 'greeted'; at: number; epoch: number }
  | { type: 'connectionLost'; at: number; connectionId: string; graceSeconds: number }
  | { type: 'graceExpired'; at: number; epoch: number }
  | { type: 'profileChanged'; at: number; profile: Profile }
  /** `by`: a supervisor, or the platform, who orders it. */
  | {
      type: 'requestState';
      at: number;
      name: 'READY' | 'NOT_READY' | 'LOGOUT';
      reasonCode: AgentReason;
      by?: Orderer;
    }
  | { type: 'requestMrdState'; at: number; mrdId: string; state: MrdState }
  | { type: 'watchList'; at: number; listId: string }
  | { type: 'unwatchList'; at: number; listId: string }
  | { type: 'watchTeams'; at: number; teamIds: readonly string[] }
  | { type: 'unwatchTeams'; at: number; teamIds: readonly string[] }
  | { type: 'forcedOut'; at: number; reasonCode: AgentReason; revoke?: boolean; by?: Orderer }
  | {
      type: 'taskReserved';
      at: number;
      taskId: string;
      conversationId: string;
      mrdId: string;
      queueId?: string | undefined;
      named?: boolean;
      attempt?: number | undefined;
    }
  | { type: 'taskTaken'; at: number; taskId: string; conversationId: string; mrdId: string }
  | { type: 'taskAccepted'; at: number; taskId: string }
  | { type: 'supervisionStarted'; at: number; taskId: string; conversationId: string }
  | { type: 'taskParked'; at: number; taskId: string }
  | { type: 'taskWoken'; at: number; taskId: string; wanted: boolean }
  | { type: 'taskWrappingUp'; at: number; taskId: string }
  /**
   * With `rona`: what becomes of an agent who did not take it, and why (RONA unless it is said).
   */
  | { type: 'taskReleased'; at: number; taskId: string; rona?: Consequence; reason?: 'RONA' | 'DECLINED' };

/**
 * An agent who has never connected: logged out, with nothing. `version` 0 means that no row exists
 * yet.
 */
export function newAgent(id: string, user: User): Agent {
  const state = { name: 'LOGOUT' as const, reasonCode: null };
  const never = {
    missed: NONE_MISSED,
    tokensFrom: 0,
    stateChangeTime: 0,
    agentLoginTime: 0,
    epoch: 0,
    lastAgentSeq: 0,
    version: 0,
  };
  return { id, user, attributes: {}, state, mrds: {}, slots: {}, lists: {}, teams: [], session: null, ...never };
}

/**
 * What a supervisor sees of the floor: figures of agents, queues and pull lists. They count what
 * the table holds, and so add up with the HTTP API.
 */
import * as z from 'zod';
import { AgentMrdStateName, AgentStateName } from './cim.ts';
import { EpochMs, Id } from '../values.ts';

const count = z.number().int().min(0);

/** An agent of a team, in the words of `GET /agents`. Everybody has one who has ever connected. */
export const AgentFigure = z.looseObject({
  id: Id,
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  teamId: z.string(),
  /** The desk can be reached now. */
  connected: z.boolean(),
  state: z.looseObject({
    name: AgentStateName,
    reasonCode: z.looseObject({ id: Id, name: z.string() }).nullable(),
  }),
  stateChangeTime: EpochMs,
  /** In the order of their ids. `used` of `max` tasks: offers and wrap-ups count. */
  mrds: z.array(z.looseObject({ id: Id, name: z.string().min(1), state: AgentMrdStateName, used: count, max: count })),
  /** One for each task. `mrdId` null: they supervise it. `parked`: it is not counted in `used`. */
  conversations: z.array(
    z.looseObject({
      conversationId: Id,
      phase: z.enum(['RESERVED', 'ACTIVE', 'WRAP_UP']),
      mrdId: Id.nullable(),
      parked: z.literal(true).optional(),
    }),
  ),
  /** Offers that they let ring out, and that they declined, since they logged in. */
  missed: z.looseObject({ rona: count, declined: count }),
});
export type AgentFigure = z.output<typeof AgentFigure>;

export const QueueFigure = z.looseObject({
  id: Id,
  name: z.string().min(1),
  mrdId: Id,
  /**
   * Requests that wait, those for colleagues included; one that rings at an agent does not wait.
   */
  waiting: count,
  /** Since when the one of them waits that waits longest. */
  longestWaitSince: EpochMs.nullable(),
  /**
   * Agents of any team who could be offered a request of this queue now, be it at its last step.
   */
  agentsReady: count,
});
export type QueueFigure = z.output<typeof QueueFigure>;

export const ListFigure = z.looseObject({
  id: Id,
  name: z.string().min(1),
  /** Nobody has joined yet, or everybody has left: `CREATED` and `INACTIVE`. */
  waiting: count,
  /** With an agent: `ACTIVE` and `ON_HOLD`. */
  active: count,
});
export type ListFigure = z.output<typeof ListFigure>;

/** Customers whom no agent has, looks for or can pick: the platform has them. */
export const EntrustedFigure = z.looseObject({
  /** At most a thousand are counted; there are others where `more` is true. */
  customers: count,
  /** Since when the platform has the one of them whom it has had longest. */
  longestSince: EpochMs.nullable(),
  more: z.literal(true).optional(),
});
export type EntrustedFigure = z.output<typeof EntrustedFigure>;

/** The figures of the teams that a supervisor watches, and of every queue and list. */
export const TeamFigures = z.looseObject({
  teams: z.array(z.looseObject({ teamId: z.string(), teamName: z.string() })),
  agents: z.array(AgentFigure),
  queues: z.array(QueueFigure),
  lists: z.array(ListFigure),
  entrusted: EntrustedFigure,
  /**
   * What was decided of agents before is in it; queues and lists follow within two seconds. Pages
   * of the same figures have the same.
   */
  at: EpochMs,
  /** The rest follows in another frame. */
  more: z.literal(true).optional(),
});

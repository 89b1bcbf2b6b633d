/**
 * The configuration that the platform keeps here: MRDs, queues, lists, agents, reason codes,
 * channel types. Every default is in these schemas.
 */
import * as z from 'zod';
import { Id, MemberName, Note, ShortText, withoutNulls } from '../values.ts';
import { Elsewhere, Hours } from './hours.ts';
import { onWire } from '../wire.ts';
import { WrapUp } from './wrap-up.ts';

const seconds = z.number().int().min(1).max(31_536_000);

const Team = z.object({ teamId: z.string().max(256), teamName: z.string().max(256) });

const AttributeName = MemberName.max(64);

/**
 * How many attributes a profile may have, and how much their names and values may be in bytes of
 * JSON: a desk is told of them in one frame, beside all MRDs.
 */
export const MOST_ATTRIBUTES = 50;
const MOST_ATTRIBUTE_BYTES = 2 * 1024;

/**
 * How many MRDs there may be: whatever changes for an agent is written for each of them, and for
 * four agents at once, in one transaction of 100 items.
 */
export const MOST_MRDS = 16;

/**
 * How much all MRDs, or all channel types, may be together, in bytes of JSON: a desk is told of
 * them in one frame, of each MRD twice.
 */
export const MOST_BYTES = { mrds: 8 * 1024, 'channel-types': 30 * 1024 } as const;

/**
 * A condition on a routing attribute; a flag counts as 1 or 0. An attribute that the agent lacks
 * counts as 0, but never meets `!=`, `<` and `<=`.
 */
export const StepExpression = z.object({
  attribute: AttributeName,
  operator: z.enum(['==', '!=', '>', '>=', '<', '<=']),
  value: z
    .union([z.number(), z.boolean()])
    .transform(Number)
    .apply(onWire({ becomes: z.number() })),
});
export type StepExpression = z.output<typeof StepExpression>;

/**
 * What one conversation requires of its agent: all of one of these groups. A condition counts until
 * `expiresAfterSeconds` after the customer began to wait.
 */
export const RequiredAttributes = z
  .array(
    z.object({
      allOf: z
        .array(StepExpression.extend({ expiresAfterSeconds: z.number().int().min(1).max(86_400).optional() }))
        .min(1)
        .max(5),
    }),
  )
  .min(1)
  .max(4);
export type RequiredAttributes = z.output<typeof RequiredAttributes>;

/** What is done about a customer who says nothing more, since an agent wrote to them. */
export const Inactivity = z.object({
  /** The names of the channel types that it is for; missing: all that no entry before it names. */
  channelTypes: z.array(ShortText).min(1).max(10).optional(),
  /** After so long they are asked whether they are still there. */
  inactivitySeconds: seconds,
  /** What they may be asked, for the platform to say. */
  text: z.string().min(1).max(300).optional(),
  /** So much later, if they are still silent, comes the action. */
  thenSeconds: seconds.default(300),
  action: z.enum(['PARK', 'CLOSE']).default('PARK'),
  parkSeconds: z.number().int().min(1).max(86_400).default(86_400),
});
export type Inactivity = z.output<typeof Inactivity>;

const inactivity = z.array(Inactivity).max(3).optional();

/**
 * Where a request goes on whose time to live is over: to a queue, onto a list, or it waits on after
 * all others.
 */
const Overflow = z.discriminatedUnion('to', [
  z.object({ to: z.literal('WAIT') }),
  z.object({ to: z.literal('QUEUE'), queueId: Id, priority: z.number().int().min(1).max(10).default(1) }),
  z.object({ to: z.literal('LIST'), listId: Id }),
]);

/** What becomes of an agent who does not take an offer, or does not answer. */
export const Consequence = z.enum(['MRD_NOT_READY', 'AGENT_NOT_READY', 'KEEP']);
export type Consequence = z.output<typeof Consequence>;

const queue = configuration({
  name: z.string().min(3).max(50),
  mrdId: Id,
  /** 1..10; the higher, the sooner. */
  priority: z.number().int().min(1).max(10).default(1),
  /** So much waiting makes up for one priority of a task, and twelve times as much for one here. */
  ageingSeconds: z.number().int().min(1).max(86_400).default(300),
  /** Opened one after the other; agents of every open step are asked. No expressions: everybody. */
  steps: z
    .array(
      z.object({
        expressions: z.array(StepExpression).max(10).default([]),
        timeoutSeconds: z.number().int().min(1).max(86_400),
      }),
    )
    .max(10)
    .default([]),
  /**
   * Attributes that conversations may require: agents who differ in them are found apart, however
   * many there are.
   */
  requirable: z.array(AttributeName).max(5).default([]),
  /** Who of those that match gets it. */
  selection: z.enum(['LONGEST_AVAILABLE', 'BEST_SKILLED', 'FEWEST_CONVERSATIONS']).default('LONGEST_AVAILABLE'),
  /** How much each attribute counts for `BEST_SKILLED`; none: those that the steps name, alike. */
  score: z
    .array(z.object({ attribute: AttributeName, weight: z.number().min(-100).max(100).default(1) }))
    .max(5)
    .default([]),
  /**
   * After so much waiting the platform is told for how much longer (`EWT_MESSAGE`), and again after
   * twice as much; none: never.
   */
  estimateAfterSeconds: seconds.optional(),
  /** How long an offer rings. */
  acceptSeconds: z.number().int().min(1).max(3_600).default(30),
  /** How long a request looks for an agent, offers included. */
  requestTtlSeconds: seconds.default(300),
  overflow: Overflow.default({ to: 'WAIT' }),
  /** When it takes customers; none: always. Who is in it when it closes is still served. */
  hours: Hours.optional(),
  /** How many may wait in it; none: any number. */
  maxWaiting: z.number().int().min(1).max(1_000).optional(),
  whenFull: Elsewhere.default({ to: 'REFUSE', text: '' }),
  /** Who has a customer who writes after all agents have left: this queue, or the platform. */
  afterAgents: z.enum(['QUEUE', 'PLATFORM']).default('QUEUE'),
  /** After so long without a word, a conversation that no agent has is over. */
  platformSeconds: seconds.default(604_800),
  /** What becomes of an agent who does not answer. */
  ronaPolicy: Consequence.default('MRD_NOT_READY'),
  /** What becomes of an agent who declines. */
  declinePolicy: Consequence.default('KEEP'),
  /** For so long a request passes over who declined it. */
  declineSeconds: z.number().int().min(1).max(86_400).default(120),
  /** true: an offer does not ring, and the desk takes it by itself. */
  autoAccept: z.boolean().default(false),
  wrapUp: WrapUp,
  /** How long a customer may wait for an answer; none: no limit. */
  agentSlaSeconds: seconds.optional(),
  /** How long they may be silent, by channel type; none: for as long as they like. */
  inactivity,
  /** What becomes of an agent who does not answer in that time. */
  slaPolicy: Consequence.default('KEEP'),
  /** How many of its conversations one agent is given at once; none: as many as they take. */
  maxPerAgent: z.number().int().min(1).max(100).optional(),
});

const list = configuration({
  name: z.string().min(1).max(110),
  description: ShortText.default(''),
  mrdId: Id,
  /** true: the first agent who joins has the conversation for themselves until they leave it. */
  exclusive: z.boolean().default(false),
  wrapUp: WrapUp,
  /** How long a customer may wait for an answer of the agents who joined; none: no limit. */
  agentSlaSeconds: seconds.optional(),
  /** How long they may be silent, by channel type; none: for as long as they like. */
  inactivity,
});

const mrd = configuration({
  name: z.string().min(1).max(110),
  type: ShortText.default(''),
  description: ShortText.default(''),
  /** How many tasks an agent takes at once, unless their profile says otherwise. */
  maxRequests: z.number().int().min(1).max(100),
  /** How much a task takes of an agent's `capacity`, where they have one; none: 1. */
  weight: z.number().int().min(0).max(1_000).optional(),
  /** Tasks on other MRDs interrupt this one. */
  interruptible: z.boolean().default(false),
  /**
   * Which others do, and when: as they offer a task, or as the agent accepts it. None: all, by an
   * offer.
   */
  interruptedBy: z
    .array(z.object({ mrdId: Id, on: z.enum(['OFFER', 'ACCEPT']).default('OFFER') }))
    .max(MOST_MRDS)
    .optional(),
  /** The MRD becomes READY with the agent. */
  autoSync: z.boolean().default(true),
  /** A system outside tells when an agent is BUSY. */
  externallyControlled: z.boolean().default(false),
  /** What becomes of conversations on an interrupted MRD. */
  interruptAction: z.enum(['REROUTE', 'KEEP']).default('REROUTE'),
});

const agent = configuration({
  name: ShortText.optional(),
  username: ShortText.optional(),
  firstName: ShortText.optional(),
  lastName: ShortText.optional(),
  team: Team.default({ teamId: '', teamName: '' }),
  supervisedTeams: z.array(Team).max(100).default([]),
  attributes: z
    .record(AttributeName, z.union([z.number(), z.boolean()]))
    .refine(
      (attributes) => Object.keys(attributes).length <= MOST_ATTRIBUTES && bytesOf(attributes) <= MOST_ATTRIBUTE_BYTES,
      {
        error: `Expected at most ${MOST_ATTRIBUTES} attributes, and ${MOST_ATTRIBUTE_BYTES / 1024} KB of them`,
      },
    )
    .default({}),
  /**
   * Limits of this agent, 0 for none of that kind; an MRD that is not here has its own
   * `maxRequests`.
   */
  mrds: z
    .array(z.object({ mrdId: Id, maxAgentTasks: z.number().int().min(0).max(100) }))
    .max(50)
    .optional(),
  /** How much of everything together: what the tasks of each MRD weigh, added up. None: any. */
  capacity: z.number().int().min(0).max(100_000).optional(),
});

const reasonCode = configuration({
  name: z.string().min(1).max(256),
  description: Note.default(''),
  type: z.enum(['NOT_READY', 'LOGOUT']),
  code: z.number().int().optional(),
});

const channelType = configuration({
  name: z.string().min(1).max(256),
  channelLogo: ShortText,
  isInteractive: z.boolean(),
  /** The MRD of its conversations; null where they are not routed. */
  mediaRoutingDomain: Id.nullable().default(null),
});

/** The kinds of configuration, as the path spells them. */
export const configKinds = ['mrds', 'queues', 'lists', 'agents', 'reason-codes', 'channel-types'] as const;
export type ConfigKind = (typeof configKinds)[number];

/**
 * The body of `PUT /config/{kind}/{id}` by kind; the id is the path's. The output has every default
 * filled in.
 */
export const configSchemas = {
  mrds: mrd,
  queues: queue,
  lists: list,
  agents: agent,
  'reason-codes': reasonCode,
  'channel-types': channelType,
} as const satisfies Record<ConfigKind, z.ZodType>;

/** A configuration as it is stored and answered: the body with its id. */
export type ConfigOf<K extends ConfigKind> = { id: string } & z.output<(typeof configSchemas)[K]>;
export type MrdConfig = ConfigOf<'mrds'>;
export type Queue = ConfigOf<'queues'>;
export type List = ConfigOf<'lists'>;
export type AgentProfile = ConfigOf<'agents'>;
export type ReasonCodeConfig = ConfigOf<'reason-codes'>;
export type ChannelTypeConfig = ConfigOf<'channel-types'>;

export function isConfigKind(kind: string): kind is ConfigKind {
  return (configKinds as readonly string[]).includes(kind);
}

/** An object whose null members are missing. */
function configuration<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess(withoutNulls, z.object(shape)).apply(onWire({ nulls: true }));
}

function bytesOf(value: object): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

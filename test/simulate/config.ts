/** What a day is like, unless a file says otherwise: customers, queues, agents and their habits. */
import * as z from 'zod';
import { configSchemas, type ConfigOf } from '../../shared/protocol/shapes/config.ts';
import { explain, parseJson } from '../../shared/protocol/values.ts';

export const MRD = 'CHAT';

const share = z.number().min(0).max(1);
const seconds = z.number().min(0).max(86_400);
const some = z.number().positive().max(86_400);

const Queue = z
  .strictObject({
    id: z.string().min(3).max(50),
    /** How many of the customers come to it, beside the shares of the others. */
    share: z.number().positive().default(1),
    /**
     * How long customers wait before they give up, on average; at most until their request is
     * over.
     */
    patienceSeconds: some.default(240),
    /** How long a conversation takes with its agents, on average. */
    handleSeconds: some.default(480),
    /** How many messages each side says in it, on average. */
    messages: z.number().int().min(0).max(500).default(8),
    /** How long an agent wraps up, on average; longer than the queue gives them is cut off. */
    wrapUpSeconds: seconds.default(30),
    /** How many of its conversations are handed over once, and to which queue. */
    transfers: z.strictObject({ share, to: z.string() }).optional(),
    /** Answered within so long is answered in time. */
    serviceLevelSeconds: some.default(20),
    /** As in `PUT /config/queues/{id}`: steps, priority, acceptSeconds and so on. */
    settings: z.record(z.string(), z.unknown()).prefault({}),
  })
  .transform((queue, ctx): typeof queue & { rules: ConfigOf<'queues'> } => {
    const usual = { requestTtlSeconds: 900, acceptSeconds: 20 };
    const rules = configSchemas.queues.safeParse({ ...usual, ...queue.settings, name: queue.id, mrdId: MRD });
    if (rules.success) return { ...queue, rules: { id: queue.id, ...rules.data } };
    for (const issue of rules.error.issues)
      ctx.addIssue({ code: 'custom', path: ['settings', ...issue.path], message: issue.message });
    return z.NEVER;
  });

const atLeast = (attribute: string, value: number, timeoutSeconds: number) => ({
  expressions: [{ attribute, operator: '>=', value }],
  timeoutSeconds,
});

const QUEUES = [
  { id: 'general', share: 5 },
  {
    id: 'billing',
    share: 3,
    handleSeconds: 600,
    transfers: { share: 0.1, to: 'general' },
    settings: { priority: 2, steps: [atLeast('billing', 5, 3_600)] },
  },
  // Who speaks Spanish for a minute, then anybody.
  {
    id: 'spanish',
    share: 2,
    settings: { steps: [atLeast('spanish', 5, 60), { expressions: [], timeoutSeconds: 3_600 }] },
  },
];

const Agents = z.strictObject({
  chatsAtOnce: z.number().int().min(1).max(20).default(1),
  /** How long they let an offer ring before they take it, on average. */
  answerSeconds: seconds.default(4),
  /** How many offers they let ring out, and how long until they are back. */
  ringOutShare: share.default(0.02),
  backAfterRingOutSeconds: some.default(60),
  /** They come to work within so long, each at another moment. */
  arriveWithinSeconds: seconds.default(600),
  /** About so often they take a break, which is so long. */
  breakEveryMinutes: some.default(120),
  breakMinutes: z.number().min(0).max(480).default(15),
  networkLossesPerHour: z.number().min(0).max(100).default(0.1),
  /** How many of these nobody notices, the gateway neither: the desk is just silent. */
  silentLossShare: share.default(0.3),
  reconnectSeconds: some.default(5),
});

export const Config = z
  .strictObject({
    /** Missing: so many that agents are as busy as `load` says. */
    customersPerHour: z.number().positive().max(1_000_000).optional(),
    load: z.number().positive().max(5).default(0.75),
    /** How many come in each part of the day, beside each other: parts are equally long. */
    curve: z.array(z.number().nonnegative()).min(1).max(200).default([0.6, 0.9, 1.1, 1.2, 1.1, 1, 1.1, 1]),
    queues: z.array(Queue).min(1).max(50).prefault(QUEUES),
    /** Attributes of agents: how many have it, and how well. */
    skills: z
      .record(z.string(), z.strictObject({ share, level: z.number().default(7) }))
      .prefault({ billing: { share: 0.5 }, spanish: { share: 0.3 } }),
    agents: Agents.prefault({}),
    settings: z
      .strictObject({
        graceSeconds: z.number().int().min(1).max(3_600).default(60),
        leaseSeconds: z.number().int().min(15).max(180).default(75),
        /** 0: rows are not stamped with the day on which they expire, which costs a write each. */
        retentionDays: z.number().int().min(0).max(3_650).default(0),
      })
      .prefault({}),
  })
  .check((ctx) => {
    const { queues, curve } = ctx.value;
    const wrong = (path: PropertyKey[], message: string) =>
      ctx.issues.push({ code: 'custom', path, message, input: ctx.value });
    const ids = queues.map(({ id }) => id);
    if (!curve.some((weight) => weight > 0)) wrong(['curve'], 'nobody ever comes');
    for (const [index, { id, transfers }] of queues.entries()) {
      if (ids.indexOf(id) !== index) wrong(['queues', index, 'id'], `there are two queues ${id}`);
      if (transfers && (transfers.to === id || !ids.includes(transfers.to)))
        wrong(['queues', index, 'transfers', 'to'], `there is no other queue ${transfers.to}`);
    }
  });
export type Config = z.output<typeof Config>;
export type QueueLoad = Config['queues'][number];

/** A configuration as a file has it. Throws an error that says where it is wrong. */
export function configOf(text: string, file: string): Config {
  const value = parseJson(text);
  if (value === undefined) throw new Error(`${file} is not JSON.`);
  const result = Config.safeParse(value);
  if (!result.success) throw new Error(`${file}: ${explain(result.error)}`);
  return result.data;
}

/**
 * Every point of a transfer, a conference and a consult at which somebody can go, and who must have
 * the customer then. That is worked out from the rules in words (who asked takes their company
 * along; a named colleague is not replaced; …), not from what the code does.
 */
export type Who = 'amy' | 'bob';

export const WHO: readonly [string, readonly Who[]][] = [
  ['the requester', ['amy']],
  ['the target', ['bob']],
  ['both', ['amy', 'bob']],
];

export interface Situation {
  readonly title: string;
  readonly asks: 'consultRequest' | 'directConferenceRequest' | 'directTransferRequest';
  /** How bob was asked: as somebody of the queue sales, or by his name. */
  readonly by: 'queue' | 'name';
  /** Amy asked. She talks with the customer, wraps up, or has nothing more to do with it. */
  readonly amy: 'PRIMARY' | 'WRAP_UP' | 'free';
  /** Nobody works for the queue `night`: who is asked there is not asked yet. */
  readonly bob: 'not asked' | 'asked' | 'ASSISTANT' | 'PRIMARY';
}

type Point = [string, Situation['amy'], Situation['bob']];

const TRANSFER: Point[] = [
  ['looks for somebody while the requester wraps up', 'WRAP_UP', 'not asked'],
  ['looks for somebody after the wrap-up', 'free', 'not asked'],
  ['rings while the requester wraps up', 'WRAP_UP', 'asked'],
  ['rings after the wrap-up', 'free', 'asked'],
  ['is accepted while the requester wraps up', 'WRAP_UP', 'PRIMARY'],
  ['is accepted after the wrap-up', 'free', 'PRIMARY'],
];
/** Until it is accepted a conference is as a consult. */
const CONFERENCE: Point[] = [['is accepted', 'PRIMARY', 'PRIMARY']];
const CONSULT: Point[] = [
  ['looks for somebody', 'PRIMARY', 'not asked'],
  ['rings', 'PRIMARY', 'asked'],
  ['is accepted', 'PRIMARY', 'ASSISTANT'],
  ['has become a transfer, and the requester wraps up', 'WRAP_UP', 'PRIMARY'],
  ['has become a transfer, after the wrap-up', 'free', 'PRIMARY'],
];

/**
 * A colleague who is asked by name rings at once, or the request is refused: only a queue is ever
 * searched.
 */
export const SITUATIONS: Situation[] = (
  [
    ['transfer', 'directTransferRequest', TRANSFER],
    ['conference', 'directConferenceRequest', CONFERENCE],
    ['consult', 'consultRequest', CONSULT],
  ] as const
).flatMap(([name, asks, points]) =>
  (['queue', 'name'] as const).flatMap((by) =>
    points
      .filter(([, , bob]) => by === 'queue' || bob !== 'not asked')
      .map(([point, amy, bob]) => ({
        title: `A ${name} ${by === 'queue' ? 'to a queue' : 'by name'} ${point}`,
        asks,
        by,
        amy,
        bob,
      })),
  ),
);

export interface End {
  readonly roles: Partial<Record<Who, 'PRIMARY' | 'ASSISTANT' | 'WRAP_UP'>>;
  /** What looks for an agent, or rings at one. */
  readonly request: {
    direction: string;
    priority: number;
    queue: 'support' | 'sales' | 'night';
    ringsAt: Who | null;
  } | null;
}

interface Interruption {
  /** For good. */
  readonly gone: readonly Who[];
  /** Out of reach for a moment at least. */
  readonly away: readonly Who[];
}

/** What must be left. */
export function endOf(situation: Situation, interruption: Interruption): End {
  const { gone } = interruption;
  const { amy, bob, by } = situation;
  const stays = (who: Who) => !gone.includes(who);
  const amyTalks = amy === 'PRIMARY' && stays('amy');
  const bobTalks = bob === 'PRIMARY' && stays('bob');
  const roles = {
    ...(amy !== 'free' && stays('amy') ? { amy } : {}),
    ...(bobTalks || (bob === 'ASSISTANT' && stays('bob') && amyTalks) ? { bob } : {}), // nobody assists nobody
  };
  const open = stillWanted(situation, interruption);
  if (open || amyTalks || bobTalks) return { roles, request: open };

  // A customer whom nobody looks after goes back, first in line, to the last queue that brought
  // them somebody, and rings there if it can.
  const ownedThroughSales = bob === 'PRIMARY' && by === 'queue' && situation.asks !== 'directConferenceRequest';
  const home = ownedThroughSales ? 'sales' : 'support';
  const free = home === 'support' && (amy === 'free' || amy === 'WRAP_UP') && stays('amy'); // who wraps up may come back
  return { roles, request: { direction: 'INBOUND', priority: 11, queue: home, ringsAt: free ? 'amy' : null } };
}

const DIRECTIONS = {
  consultRequest: ['CONSULT', 10], // while the customer waits, advice goes before other requests
  directConferenceRequest: ['DIRECT_CONFERENCE', 1],
  directTransferRequest: ['DIRECT_TRANSFER', 1],
} as const;

function stillWanted({ asks, by, bob }: Situation, { gone, away }: Interruption): End['request'] {
  const [direction, priority] = DIRECTIONS[asks];
  if (bob !== 'not asked' && bob !== 'asked') return null; // it has been answered
  if (asks !== 'directTransferRequest' && gone.includes('amy')) return null; // company for nobody
  if (bob === 'not asked') return { direction, priority, queue: 'night', ringsAt: null };
  if (by === 'name') return gone.includes('bob') ? null : { direction, priority, queue: 'support', ringsAt: 'bob' };
  return {
    direction,
    priority: away.includes('bob') ? 11 : priority,
    queue: 'sales',
    ringsAt: gone.includes('bob') ? null : 'bob',
  };
}

/** Who is told by what that these have gone for good, or null where nobody needs to know. */
export function tellsOf({ asks, by, amy, bob }: Situation, gone: readonly Who[]): [Who, string] | null {
  const [first, both] = gone;
  if (both) return null;
  const together = amy !== 'free' && (bob === 'ASSISTANT' || bob === 'PRIMARY');
  if (first === 'amy') {
    if (bob === 'asked' && asks !== 'directTransferRequest') return ['bob', 'revokeTask'];
    if (bob === 'ASSISTANT') return ['bob', 'topicUnsubscription'];
    return together ? ['bob', 'AGENT_UNSUBSCRIBED'] : null;
  }
  if (together) return ['amy', 'AGENT_UNSUBSCRIBED'];
  if (bob === 'asked' && by === 'name') return ['amy', amy === 'free' ? 'taskRequest' : 'NO_AGENT_AVAILABLE'];
  return null;
}

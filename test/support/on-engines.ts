/**
 * Stories are told in the small world by default: in one process, with a clock that jumps. These
 * are not, or not only, with the reasons. `npm run test:engines` tells all of them on the engines,
 * but for those that need a clock that jumps.
 */

/** Files that need the engines: what they are about is not in the small world. */
export const engineFiles: Readonly<Record<string, string>> = {
  budget: 'counts calls to the database',
  'busy-database': 'makes the database fail as DynamoDB does',
  'bad-input-secrets': 'reads what Lambdas log',
  'issuer-down': 'has an issuer that does not answer over HTTP',
  'frame-rate-roles': 'closes desks by the roles of the functions, in several instances of each',
  limits: 'is about what AWS refuses: sizes, frames, payloads',
  outward: 'listens to the topic with queues of its own',
  'races-routing': 'has timers that go nowhere, in a queue of its own',
  readme: 'is typed into wscat',
  'real-desks': 'runs desks that others wrote, with clocks of their own',
  retention: 'writes rows as DynamoDB takes them, hundreds at a time',
  'session-checks': 'counts the messages of a queue',
  'stored-shapes': 'is about rows as DynamoDB keeps them',
  timers: 'is about delays of SQS and waits of Step Functions',
  together: 'holds the database up, and counts its calls',
};

/** Files that are told in the small world only, because time goes by in them as it likes. */
export const smallFiles: Readonly<Record<string, string>> = {
  'desk-clock': 'has desks whose clocks are wrong',
  'session-token-ends': 'is about tokens of ten minutes',
};

/**
 * Files that `npm test` tells on the engines as well: of their themes nothing else is told there.
 */
export const bothFiles: Readonly<Record<string, string>> = {
  assistance: 'consults, transfers and conferences, over real transactions',
  'after-the-end': 'what is answered once rows are about to expire',
  'bad-input-fields': 'what is refused leaves no trace in DynamoDB',
  declining: 'attempts of one task, and the timers of each',
  park: 'slots that count no more, in the transactions of both sides',
  'platform-config': 'odd ids, in paths and as keys',
  'presence-retry': 'answers that are kept with the change',
  push: 'the whole way of a chat',
  'push-ended-sessions': 'what is granted to replays, which read what has left META',
  'races-accepting': 'who is first is decided by DynamoDB',
  'routing-steps': 'queues that open by and by, on delays of SQS',
  'session-authorisation': 'handshakes of the bundle that is deployed',
  'supervision-orders': 'grants of what supervisors may',
};

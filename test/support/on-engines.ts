/**
 * Stories are told in the small world by default: in one process, with a clock that jumps. These
 * are not, or not only, with the reasons. `npm run test:engines` tells all of them on the engines,
 * but for those that need a clock that jumps; `npm test` the themes alone.
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
  retention: 'writes rows as DynamoDB takes them, hundreds at a time',
  'session-checks': 'counts the messages of a queue',
  'stored-shapes': 'is about rows as DynamoDB keeps them',
  timers: 'is about delays of SQS and waits of Step Functions',
  together: 'holds the database up, and counts its calls',
};

/**
 * Files that are told on a port of the small world, by the clock on the wall, as browsers
 * (`test/desk`) and the client behind bad networks (`test/client`, `test/chaos`) are.
 */
export const servedFiles: Readonly<Record<string, string>> = {
  readme: 'is typed into wscat',
  'real-desks': 'runs desks that others wrote, with clocks of their own',
};

/** Files that are told in the small world only, because time goes by in them as it likes. */
export const smallFiles: Readonly<Record<string, string>> = {
  'desk-clock': 'has desks whose clocks are wrong',
  'session-token-ends': 'is about tokens of ten minutes',
};

/**
 * What `npm test` tells on the engines, a file per theme; `npm run test:rest` tells all others
 * there.
 */
export const themes: Readonly<Record<string, string>> = {
  assistance: 'consults, transfers and conferences, over real transactions',
  'bad-input-secrets': 'what Lambdas log',
  budget: 'what a change costs of the database',
  'frame-rate-roles': 'grants of who closes desks',
  'issuer-down': 'keys that are fetched over HTTP',
  outward: 'the stream and the topic',
  push: 'the whole way of a chat',
  'races-accepting': 'who is first is decided by DynamoDB',
  retention: 'what expires, and what is erased',
  'session-authorisation': 'handshakes of the bundle that is deployed',
  'session-checks': 'what looks at sessions, by queue',
  'session-takeover': 'an agent who goes on at another desk',
  'stored-shapes': 'rows of every shape',
  'supervision-orders': 'grants of what supervisors may',
  timers: 'delays of SQS and waits of Step Functions',
};

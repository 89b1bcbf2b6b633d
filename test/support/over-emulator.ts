/**
 * `npm run test:emulator` tells scenarios and contracts over a stack that was deployed into
 * MiniStack 1.5.33. This is the list of all that is left out of it, with the reasons. `npm run
 * test:emulator -- --left-out` tells just these, and names those that pass: perhaps they need not
 * be here any more.
 */
import { smallFiles } from './on-engines.ts';

/** About what a deployed stack has not, or is not about it. */
const ofFaults: Readonly<Record<string, string>> = {
  'scenario/budget': 'counts the calls of functions at the front, which a deployed stack has not',
  'scenario/busy-database': 'makes the database fail at the front, which a deployed stack has not',
  'scenario/issuer-down': 'is about a stack without its issuer',
  'scenario/bad-input-secrets': 'reads what functions log, which stays in the emulator',
  'scenario/races-routing': 'has timers that go nowhere, in a queue that is not deployed',
  'scenario/stored-shapes': 'is about what our code stores, and not about what the emulator makes of it',
  'scenario/login': 'is about a stack that is told of a client of its issuer',
  'scenario/session-checks': 'counts what functions send at the front, which a deployed stack has not',
  'contract/indexes': 'writes agents whom functions of the deployed stack bring up to date half a minute later',
  'contract/patience': 'is about servers that never answer, of which the emulator is none',
  'scenario/frame-rate-roles':
    'sends hundreds of frames to instances that learn of each other; each is a process here, slow to start',
  'scenario/outward': 'passes alone; else the stream is minutes behind with what was deleted before the file',
};

/**
 * Stories that wait a lot, for what is timed by the same deadlines as in others: here they would
 * take a quarter of an hour. Our own engines tell them.
 */
const waiting = [
  'always-somebodys',
  'assistance-nobody-else',
  'assistance-outcome',
  'coming-back',
  'desk-again',
  'inactivity',
  'ok-means-done',
  'opening-hours',
  'skills',
  'unanswered',
  'waiting',
  'wrap-up-modes',
];

/** Files, by their path in `test`. */
export const leftOutFiles: Readonly<Record<string, string>> = {
  ...ofFaults,
  ...Object.fromEntries(waiting.map((name) => [`scenario/${name}`, 'waits a lot, and is told on our own engines'])),
  ...Object.fromEntries(Object.entries(smallFiles).map(([name, reason]) => [`scenario/${name}`, reason])),
};

/** Single stories of other files, by the beginning of their names. */
export const leftOutStories: Readonly<Record<string, string>> = {
  'The engines deliver it to the one that makes it happen': 'reads what functions log, which stays in the emulator',
  'Customers who come at the same moment cost no more calls':
    'counts the calls of functions at the front, which a deployed stack has not',
  'A conversation that has ended is kept for ': 'has stages of two retentions at once',
  'Figures come once a second at most, however much happens': 'expects many changes within five seconds; each function is a process here, slow to start', // prettier-ignore
  'A desk that opens a conversation under load':
    'expects what 200 messages at once take of one process per invocation within 15 seconds',
  'A desk that was away gets a long log in pages': 'failed in one of two runs on a busy machine; not yet understood',
};

/**
 * Stories that fail because MiniStack 1.5.33 is not as AWS is. They are told, and must fail: one
 * that passes is a reason to take it off.
 */
export const emulatorFaults: Readonly<Record<string, string>> = {
  'A body of more than ten megabytes': 'takes bodies of any size, where an HTTP API answers 413',
  'The id of a configuration may be odd: with/slash':
    'decodes a path before it looks for the route, so an encoded slash divides',
  'The id of a configuration may be odd: 100%': 'decodes a path twice',
  'The longest ids hold whole characters only': 'fails on half a character in what a function answers',
};

export const pathOf = (file: string): string => `test/${file}.test.ts`;

export const fullName = (name: string): string => name.replaceAll(' > ', ' ');

/** The reason that one of them gives for this story, if any does. */
export const reasonIn = (stories: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(stories).find(([beginning]) => fullName(name).startsWith(beginning))?.[1];

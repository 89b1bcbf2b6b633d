/**
 * `npm run test:emulator` tells scenarios and contracts over a stack that was deployed into MiniStack 1.5.33. This is the list of all that is left out of
 * it, with the reasons. `npm run test:emulator -- --left-out` tells just these, and names those that pass: perhaps they need not be here any more.
 */

/** Files, by their path in `test`. */
export const leftOutFiles: Readonly<Record<string, string>> = {
  'scenario/budget': 'counts calls through a database of its own',
  'scenario/busy-database': 'makes the database fail',
  'scenario/issuer-down': 'is about a stack without its issuer',
  'scenario/bad-input-secrets': 'reads what functions log, which stays in the emulator',
  'scenario/races-routing': 'has timers that go nowhere, in a queue that is not deployed',
};

/** Single stories of other files, by the beginning of their names. */
export const leftOutStories: Readonly<Record<string, string>> = {
  'The engines deliver it to the one that makes it happen': 'reads what functions log, which stays in the emulator',
};

/** Stories that fail because MiniStack 1.5.33 is not as AWS is. They are told, and must fail: one that passes is a reason to take it off. */
export const emulatorFaults: Readonly<Record<string, string>> = {};

export const pathOf = (file: string): string => `test/${file}.test.ts`;

export const fullName = (name: string): string => name.replaceAll(' > ', ' ');

/** The reason that one of them gives for this story, if any does. */
export const reasonIn = (stories: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(stories).find(([beginning]) => fullName(name).startsWith(beginning))?.[1];

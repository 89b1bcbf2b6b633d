/**
 * Before each story that is told through the client: one that cannot be is left out, and says why.
 */
import { beforeEach } from 'vitest';
import { rawStories } from './through-client.ts';

beforeEach(({ task, skip }) => {
  const name = task.fullTestName.replaceAll(' > ', ' ');
  for (const [beginning, why] of Object.entries(rawStories)) skip(name.startsWith(beginning), why);
});

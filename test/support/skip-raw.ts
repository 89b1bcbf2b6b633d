/**
 * Before each story that is told through the client: one that cannot be is left out, and says why.
 */
import { beforeEach } from 'vitest';
import { rawStories, unbridgedStories } from './through-client.ts';

beforeEach(({ task, skip }) => {
  const name = task.fullTestName.replaceAll(' > ', ' ');
  const untold = process.env['DESK'] === 'bridge' ? { ...rawStories, ...unbridgedStories } : rawStories;
  for (const [beginning, why] of Object.entries(untold)) skip(name.startsWith(beginning), why);
});

/**
 * Before each test over the deployed stack: one that is left out says why, and one that MiniStack
 * makes fail must fail.
 */
import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { emulatorFaults, leftOutFiles, leftOutStories, pathOf, reasonIn } from './over-emulator.ts';

beforeEach(({ task, skip }) => {
  const path = relative(process.cwd(), task.file.filepath);
  const why =
    reasonIn(leftOutStories, task.fullTestName) ??
    Object.entries(leftOutFiles).find(([file]) => pathOf(file) === path)?.[1];
  const onlyLeftOut = process.env['LEFT_OUT'] === 'only';
  if (onlyLeftOut) skip(why === undefined, 'is told without being asked for');
  else skip(why !== undefined, why);
  // As `test.fails` would say it in the story itself.
  if (reasonIn(emulatorFaults, task.fullTestName) !== undefined) Object.assign(task, { fails: true });
});

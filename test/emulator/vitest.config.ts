/**
 * Tests over the stack that `npm run test:emulator` has deployed. There is one, so one file after
 * the other, and the contracts behind the stories.
 */
import { defineConfig } from 'vitest/config';
import { root } from '../../infra/functions.ts';
import { leftOutFiles, pathOf } from '../support/over-emulator.ts';

const exclude = process.env['LEFT_OUT'] === 'only' ? [] : Object.keys(leftOutFiles).map(pathOf);
const setupFiles = ['test/support/skip-over-emulator.ts'];

export default defineConfig({
  test: {
    root,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
    retry: process.env['CI'] ? 2 : 0,
    expect: { poll: { timeout: 15_000, interval: 100 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'stories',
          include: ['test/scenario/*.test.ts'],
          exclude,
          setupFiles,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'contracts',
          include: ['test/contract/*.test.ts'],
          exclude,
          setupFiles,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

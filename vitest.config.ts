/** Tests run against the built bundles and the synthesized template, which are made once before the first test. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // A story on the wire that a busy machine held up is told again; one that is wrong is wrong three times.
    retry: process.env['CI'] ? 2 : 0,
    expect: { poll: { timeout: 15_000, interval: 100 } },
  },
});

/** What is told where. What needs the bundles and the template finds them made, once for all. */
import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { grantsFolder } from './test/grants/folder.ts';
import { bothFiles, engineFiles, smallFiles } from './test/support/on-engines.ts';
import { mainFiles, rawFiles } from './test/support/through-client.ts';

/** Bundles and template, made before the first test; again only where they have changed. */
const globalSetup = ['test/support/build.ts'];

/** Contracts that every table is held to. */
const keptFiles = ['agent-log', 'configuration', 'connections', 'indexes', 'retention', 'save', 'table'];

const scenarios = (names: readonly string[]) => names.map((name) => `test/scenario/${name}.test.ts`);

/** `STORIES=engines` tells none there. */
const inSmall =
  process.env['STORIES'] === 'engines'
    ? []
    : globSync('test/scenario/*.test.ts').filter((file) => !scenarios(Object.keys(engineFiles)).includes(file));

/** `STORIES=rest` tells on the engines what the other projects do not, and nothing else. */
const isRest = process.env['STORIES'] === 'rest';

const onlyInSmall = inSmall.filter((file) => !scenarios(Object.keys(bothFiles)).includes(file));

const neverOnEngines = scenarios(Object.keys(smallFiles));

export default defineConfig({
  test: {
    globalSetup: ['test/support/forget-grants.ts'],
    // Where every stack writes down what its functions do, for `npm run check:grants`.
    env: { GRANTS: grantsFolder },
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Stories mostly wait for each other's timers, so more of them than cores are told at once.
    maxWorkers: 3,
    // What decides whether a change lands tells a story again that a busy machine held up, and says so; one that is wrong is wrong three times.
    retry: process.env['CI'] ? 2 : 0,
    expect: { poll: { timeout: 15_000, interval: 100 } },
    projects: [
      {
        // Each file in a process of its own: what these import reads the environment, or they are about starting and ending.
        extends: true,
        test: { name: 'engines', include: ['test/{contract,infra,explore}/*.test.ts'], globalSetup },
      },
      {
        // What DynamoDB is held to, the maps of the small world are held to as well.
        extends: true,
        test: {
          name: 'memory',
          env: { KEPT: 'memory' },
          include: keptFiles.map((name) => `test/contract/${name}.test.ts`),
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['test/{domain,edge,memory,mutants,simulate,client/parts}/*.test.ts', 'test/architecture.test.ts'],
          isolate: false,
        },
      },
      {
        // Stories in the small world, where time jumps.
        extends: true,
        test: {
          name: 'small',
          env: { WORLD: 'small' },
          include: inSmall,
          isolate: false,
        },
      },
      {
        // All others, one file after the other in the same process, and so on the same stack: see contactCentre().
        extends: true,
        test: {
          name: 'wire',
          globalSetup,
          include: isRest ? onlyInSmall.filter((file) => !neverOnEngines.includes(file)) : ['test/**/*.test.ts'],
          exclude: isRest
            ? []
            : [
                'test/{contract,infra,bridge,domain,edge,explore,memory,mutants,simulate,hidden,client/parts}/**',
                'test/architecture.test.ts',
                ...onlyInSmall,
                ...neverOnEngines,
              ],
          isolate: false,
        },
      },
      // What takes minutes, and is told by itself: `npm run test:hidden`.
      ...(process.env['STORIES'] === 'hidden'
        ? [{ extends: true as const, test: { name: 'hidden', include: ['test/hidden/*.test.ts'], globalSetup } }]
        : []),
      {
        // Stories of the small world once more, by desks that have the client underneath.
        extends: true,
        test: {
          name: 'client',
          env: { WORLD: 'small', DESK: 'client' },
          include: inSmall,
          exclude: scenarios(Object.keys(rawFiles)),
          setupFiles: ['test/support/skip-raw.ts'],
          isolate: false,
        },
      },
      {
        // What a bridge is itself, over real sockets.
        extends: true,
        test: { name: 'bridge', env: { WORLD: 'port' }, include: ['test/bridge/*.test.ts'], isolate: false },
      },
      // Stories once more behind a bridge, by socket.io's own client: `npm run test:bridge`.
      ...(process.env['STORIES'] === 'bridge'
        ? [
            {
              extends: true as const,
              test: {
                name: 'bridge-stories',
                env: { WORLD: 'small', DESK: 'bridge' },
                include: inSmall,
                exclude: scenarios(Object.keys(rawFiles)),
                setupFiles: ['test/support/skip-raw.ts'],
                isolate: false,
              },
            },
          ]
        : []),
      {
        // The same of stories that need the engines.
        extends: true,
        test: {
          name: 'client-wire',
          globalSetup,
          env: { DESK: 'client' },
          include: scenarios(isRest || process.env['STORIES'] === 'all' ? ['*'] : mainFiles),
          exclude: [
            ...(isRest ? inSmall : onlyInSmall),
            ...scenarios([...Object.keys(rawFiles), ...(isRest ? mainFiles : [])]),
          ],
          setupFiles: ['test/support/skip-raw.ts'],
          isolate: false,
        },
      },
    ],
  },
});

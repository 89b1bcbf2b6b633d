/** What is told where. What needs the bundles and the template finds them made, once for all. */
import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { grantsFolder } from './test/grants/folder.ts';
import { engineFiles, servedFiles, smallFiles, themes } from './test/support/on-engines.ts';
import { mainFile, mainFiles, rawFiles } from './test/support/through-client.ts';

/** Bundles and template, made before the first test; again only where they have changed. */
const globalSetup = ['test/support/build.ts'];

/** Contracts that every table is held to. */
const keptFiles = ['agent-log', 'configuration', 'connections', 'indexes', 'retention', 'save', 'table'];

const scenarios = (names: readonly string[]) => names.map((name) => `test/scenario/${name}.test.ts`);
const namesOf = (files: Readonly<Record<string, string>>) => scenarios(Object.keys(files));

/** In the small world, where time jumps. */
const inSmall = globSync('test/scenario/*.test.ts').filter(
  (file) => ![...namesOf(engineFiles), ...namesOf(servedFiles)].includes(file),
);

/** On a port of the small world, by the clock on the wall. */
const served = ['test/{client,desk}/*.test.ts', 'test/chaos/chaos.test.ts', ...namesOf(servedFiles)];

/** Looks for a desk without a connection, which there lasts for milliseconds: told on the engines. */
const tooQuick = 'test/client/socket-io.test.ts';

const themesOnEngines = [...namesOf(themes), tooQuick];

/** `npm run test:rest`: on the engines, what `npm test` does not tell there, and nothing else. */
const isRest = process.env['STORIES'] === 'rest';
/** `npm run test:engines`: all that can be told on the engines. */
const isAll = process.env['STORIES'] === 'engines';

/** Stories on the engines mostly wait, so they begin first, and what computes fills the time. */
const order = ['wire', 'client-wire', 'served', 'engines'];

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const of = ({ project }: TestSpecification) =>
      order.includes(project.name) ? order.indexOf(project.name) : order.length;
    return sorted.toSorted((a, b) => of(a) - of(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/forget-grants.ts'],
    // Where every stack writes down what its functions do, for `npm run check:grants`.
    env: { GRANTS: grantsFolder },
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // On two cores: many stories wait for timers, so more of them than cores are told at once.
    maxWorkers: 4,
    sequence: { sequencer: WaitingFirst },
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
        test: { name: 'small', env: { WORLD: 'small' }, include: inSmall, isolate: false },
      },
      {
        // Browsers, desks of others, the client behind bad networks: they reach the small world by a port.
        extends: true,
        test: { name: 'served', env: { WORLD: 'served' }, include: served, exclude: [tooQuick], isolate: false },
      },
      {
        // Stories on the engines, one file after the other in the same process, and so on the same stack: see contactCentre().
        extends: true,
        test: {
          name: 'wire',
          globalSetup,
          include: isRest || isAll ? ['test/scenario/*.test.ts', 'test/chaos/*.test.ts', ...served] : themesOnEngines,
          exclude: [...namesOf(smallFiles), ...(isRest ? themesOnEngines : [])],
          isolate: false,
        },
      },
      // What takes minutes, and is told by itself: `npm run test:hidden`.
      ...(process.env['STORIES'] === 'hidden'
        ? [{ extends: true as const, test: { name: 'hidden', include: ['test/hidden/*.test.ts'], globalSetup } }]
        : []),
      {
        // Rules of AWS over the template: `npm run check:cloudformation`.
        extends: true,
        test: { name: 'cloudformation', include: ['test/cloudformation/*.test.ts'] },
      },
      {
        // Stories of the small world once more, by desks that have the client underneath: `npm run test:client`.
        extends: true,
        test: {
          name: 'client',
          env: { WORLD: 'small', DESK: 'client' },
          include: inSmall,
          exclude: namesOf(rawFiles),
          setupFiles: ['test/support/skip-raw.ts'],
          isolate: false,
        },
      },
      {
        // What a bridge is itself, over real sockets.
        extends: true,
        test: { name: 'bridge', env: { WORLD: 'served' }, include: ['test/bridge/*.test.ts'], isolate: false },
      },
      // Stories once more behind a bridge, by socket.io's own client: `npm run test:bridge`.
      ...(process.env['STORIES'] === 'bridge'
        ? [
            {
              extends: true as const,
              test: {
                name: 'bridge-stories',
                // With a global WebSocket, which Node has since 22, 2.x takes no agent: without one it brings its own.
                ...(process.env['SOCKET_IO'] === '2' && { execArgv: ['--no-experimental-websocket'] }),
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
        // The same on the engines.
        extends: true,
        test: {
          name: 'client-wire',
          globalSetup,
          env: { DESK: 'client' },
          include: isRest || isAll ? [...namesOf(engineFiles), ...scenarios(mainFiles)] : scenarios([mainFile]),
          exclude: [...namesOf(rawFiles), ...(isRest ? scenarios([mainFile]) : [])],
          setupFiles: ['test/support/skip-raw.ts'],
          isolate: false,
        },
      },
    ],
  },
});

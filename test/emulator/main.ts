/**
 * `npm run test:emulator [-- files] [-- --left-out]`: a second opinion. Deploys the stack into
 * MiniStack, an implementation of AWS that is not ours, tells scenarios and contracts over it,
 * takes it down again, and ends with what passed. Without Python or the package it says that
 * nothing ran.
 */
import { join } from 'node:path';
import { startVitest, type Vitest } from 'vitest/node';
import type { Place } from '../../infra/emulator/deployed.ts';
import { deploy, type Deployment } from '../../infra/emulator/deployment.ts';
import { startMinistack, type Ministack } from '../../infra/emulator/ministack.ts';
import { freePort } from '../../infra/local/engines/dynamodb.ts';
import { CannotBeHad } from '../../infra/python.ts';
import { needlessIn, resultOf } from './result.ts';

const options = process.argv.slice(2);
const files = options.filter((option) => option !== '--left-out');
const onlyLeftOut = options.includes('--left-out');

const startedAt = Date.now();
const say = (what: string): void => console.log(`emulator: ${what}, ${Math.round((Date.now() - startedAt) / 1000)} s`);

let ministack: Ministack | undefined;
let deployment: Deployment | undefined;
let vitest: Vitest | undefined;

let ending: Promise<void> | undefined;
/**
 * What was opened last is closed first; what hangs in between is closed by force, with all that is
 * MiniStack's.
 */
const end = (): Promise<void> => (ending ??= close());
async function close(): Promise<void> {
  try {
    await vitest?.close();
    await deployment?.destroy();
    if (deployment) say(`${deployment.stack} is destroyed`);
  } finally {
    await ministack?.stop();
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (ending) process.exit(130); // Asked twice: somebody is in a hurry. MiniStack ends with this process.
    void vitest?.cancelCurrentRun('keyboard-input');
    void end().finally(() => process.exit(130));
  });

try {
  ministack = await startMinistack();
  say(`MiniStack is up at ${ministack.url}`);
  const gatewayPort = await freePort();
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  deployment = await deploy({ endpoint: ministack.url, folder: ministack.folder, stage: 'emulator', gatewayUrl });
  say(`${deployment.stack} is deployed`);
  const place: Place = { endpoint: ministack.url, stack: deployment.stack, gatewayPort };
  process.env['EMULATOR'] = JSON.stringify(place);
  if (onlyLeftOut) process.env['LEFT_OUT'] = 'only';
  vitest = await startVitest('test', files, {
    run: true,
    watch: false,
    config: join(import.meta.dirname, 'vitest.config.ts'),
  });
  say('everything is told');
  await end();
  if (onlyLeftOut) {
    const needless = needlessIn(vitest);
    for (const name of needless) console.log(`emulator: passes, though it is left out: ${name}`);
    console.log(`emulator: ${needless.length} of what is left out passes`);
    process.exit(0);
  }
  const { lines, failed } = resultOf(vitest, files.length === 0);
  console.log(lines.join('\n'));
  process.exit(failed > 0 ? 1 : 0);
} catch (error) {
  await end();
  if (!(error instanceof CannotBeHad)) throw error;
  console.log(`emulator: not run: ${error.message}`);
  process.exit(0);
}

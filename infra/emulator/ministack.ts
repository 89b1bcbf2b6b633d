/**
 * MiniStack, an implementation of AWS that is not ours, on a free port of the loopback interface.
 * It ends with this process, however that ends.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../local/engines/dynamodb.ts';
import { pythonWith } from '../python.ts';

export interface Ministack {
  readonly url: string;
  /** Where its files are, and those of whoever works with it: gone with it. */
  readonly folder: string;
  /** The last that it said. */
  said(): string;
  stop(): Promise<void>;
}

const patienceMs = 180_000;

export async function startMinistack(): Promise<Ministack> {
  const python = await pythonWith('ministack', join(import.meta.dirname, 'requirements.txt'));
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'agent-manager-emulator-'));
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  // Nothing else of ours: functions inherit what it gets.
  const env = {
    // The `node` that runs the functions is the one that runs this.
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: folder,
    TMPDIR: temporary,
    STATE_DIR: join(folder, 'state'),
    S3_DATA_DIR: join(folder, 's3'),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: '127.0.0.1',
    LAMBDA_EXECUTOR: 'local',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LOG_LEVEL: 'WARNING',
  };
  const keeper = join(import.meta.dirname, 'keeper.ts');
  // Detached: Ctrl-C in a terminal goes to the whole group, and the stack is taken down before its
  // ground is.
  const child = spawn(process.execPath, [keeper, folder, python, '-m', 'ministack.app'], {
    env,
    cwd: folder,
    stdio: 'pipe',
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)));
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const ministack: Ministack = {
    url: `http://127.0.0.1:${port}`,
    folder,
    said: () => said,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
  for (const giveUp = Date.now() + patienceMs; Date.now() < giveUp && child.exitCode === null; await sleep(100)) {
    const up = await fetch(`${ministack.url}/_localstack/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return ministack;
  }
  await ministack.stop();
  throw new Error(`MiniStack does not start: ${said.trim() || 'no word from it'}`);
}

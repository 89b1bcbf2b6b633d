/**
 * The database engine: the one at `DYNAMODB_ENDPOINT`, else a dynoxide of our own on a free port of
 * the loopback interface. Its life hangs on a pipe from this process, so it ends with it, however
 * that ends, SIGKILL included.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { dynoxide } from './dynoxide.ts';

export interface Database {
  endpoint: string;
  /** True where other stacks may use the same engine, so that tables need names of their own. */
  shared: boolean;
  stop(): Promise<void>;
}

/**
 * Runs "$@" until it ends by itself or the pipe on stdin does, which is when the process that holds
 * its other end is gone. Then "$0", if it is a folder, is of no more use.
 */
const untilParentIsGone =
  'exec 3<&0; "$@" </dev/null 3<&- & pid=$!; (cat <&3 >/dev/null; kill $pid) 2>/dev/null & exec 3<&- 2>/dev/null; ' +
  'wait $pid; code=$?; [ ! -d "$0" ] || rm -rf "$0"; exit $code';

/**
 * Where tables are that need not stay: in memory, for no write should wait for a disk, unless there
 * is little of it, as in many a container.
 */
export const passing = roomIn('/dev/shm') >= 2 ** 30 ? '/dev/shm' : tmpdir();

const attempts = 5;
const patienceMs = 10_000;

export async function startDatabase(dataDir: string | undefined): Promise<Database> {
  const given = process.env.DYNAMODB_ENDPOINT;
  if (given) return { endpoint: given, shared: true, stop: async () => {} };
  const binary = dynoxide();
  if (binary === null)
    throw new Error(
      'No DynamoDB engine: on Linux x64 run `npm ci` without --omit=optional, which installs @dynoxide/linux-x64; ' +
        'elsewhere start DynamoDB Local or dynoxide and set DYNAMODB_ENDPOINT to its address, such as http://127.0.0.1:8000.',
    );
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = run(binary, port, dataDir);
    const endpoint = `http://127.0.0.1:${port}`;
    if (await answers(endpoint, child.process)) {
      try {
        addIndexes(child.file);
      } catch (error) {
        await child.stop();
        throw error;
      }
      child.isUp();
      return { endpoint, shared: false, stop: () => child.stop() };
    }
    await child.stop();
    // Somebody else may have taken the port in between.
    if (attempt === attempts) throw new Error(`dynoxide does not start: ${child.said() || 'no word from it'}`);
  }
}

/** Free bytes. */
function roomIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function run(binary: string, port: number, dataDir: string | undefined) {
  const folder = dataDir ?? mkdtempSync(join(passing, `agent-manager-${port}-`));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'dynamodb.db');
  const command = [binary, '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
  // Detached: Ctrl-C in a terminal goes to the whole group, and the database must outlive the
  // Lambdas that still write to it.
  const child = spawn('sh', ['-c', untilParentIsGone, dataDir ? 'sh' : folder, ...command], {
    stdio: 'pipe',
    detached: true,
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  child.stdin.on('error', () => {});
  let wanted = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', (code) => {
      // While it starts, `startDatabase` says what is wrong; later nobody else would.
      if (wanted) process.stderr.write(`The database has ended with code ${code}: ${said.trim()}\n`);
      resolve();
    });
  });
  return {
    file,
    process: child,
    said: () => said.trim(),
    isUp() {
      wanted = true;
    },
    async stop() {
      wanted = false;
      child.stdin.end();
      await ended;
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/**
 * dynoxide 1.2.1 looks through every record of a stream, images included, whenever it writes to the
 * table or reads the stream, and it keeps them all: a stack would become slower with everything
 * that happens in it. These are the indexes that its own questions need.
 */
function addIndexes(file: string): void {
  const database = new DatabaseSync(file);
  try {
    for (const columns of [
      'CAST(sequence_number AS INTEGER)',
      'shard_id, CAST(sequence_number AS INTEGER)',
      'shard_id, sequence_number',
    ])
      database.exec(`CREATE INDEX IF NOT EXISTS "_by ${columns}" ON _stream_records (table_name, ${columns})`);
  } finally {
    database.close();
  }
}

async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  for (const giveUp = Date.now() + patienceMs; Date.now() < giveUp && child.exitCode === null;) {
    const up = await fetch(endpoint).then(
      (response) => response.ok,
      () => false,
    );
    if (up && child.exitCode === null) return true;
    await sleep(2);
  }
  return false;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

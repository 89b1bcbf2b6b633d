/**
 * `node keeper.ts <folder> <command> …`: runs a command, and ends it with everything that it
 * started as soon as it is told to, or the pipe on its own standard input closes, which is when
 * whoever started it is gone. Then the folder is removed.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder = '', command = '', ...args] = process.argv.slice(2);
const patienceMs = 5000;

// Detached: a group of its own, by which all of it can be ended.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
if (child.pid !== undefined) setPriority(child.pid, 5);
const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  signal('SIGTERM');
  await Promise.race([ended, sleep(patienceMs)]);
  signal('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.exit(child.exitCode ?? 0);
}

function signal(name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  } catch {
    // Nobody is left in the group.
  }
}

process.stdin
  .resume()
  .on('end', () => void end())
  .on('error', () => void end());
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void end());
// Who listens may be gone first.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
void ended.then(end);

/**
 * `npm start`: builds, synthesizes and runs the whole stack until it is told to stop, and says in
 * one line when it is up. With `--small`, or where the database engine has no build, the small one.
 * `PORT`, `HOST`, `DATA_DIR` and `LOG=1` are its only settings.
 */
import { dynoxide } from '../local/engines/dynoxide.ts';

const port = Number(process.env.PORT ?? 3000);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT=${process.env.PORT}: expected a port from 0 to 65535, 0 for any that is free.`);
  process.exit(1);
}
const host = process.env.HOST ?? '127.0.0.1';

let stack: { wsUrl: string; httpUrl: string; stop(): Promise<void> } | undefined;
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) process.exit(130); // Asked twice: somebody is in a hurry.
  stopping = true;
  await stack?.stop();
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

try {
  const asked = process.argv.includes('--small');
  const lacking = !asked && !process.env.DYNAMODB_ENDPOINT && dynoxide() === null;
  if (lacking)
    console.log(
      `There is no database engine for ${process.platform} on ${process.arch}: this is the small stack, in memory, as with --small.`,
    );
  stack = asked || lacking ? await small() : await whole();
  if (stopping) await stack.stop();
  else console.log(`ready ws=${stack.wsUrl} http=${stack.httpUrl}`);
} catch (error) {
  console.error(explained(error));
  process.exit(1);
}

async function small() {
  const { startSmall } = await import('./small.ts');
  return startSmall({ port, host });
}

/** What this needs takes longer to load than the small one takes to start. */
async function whole() {
  const { built } = await import('../build.ts');
  const { synth } = await import('../synth.ts');
  const { start } = await import('../local/start.ts');
  await built();
  return start({ port, host, template: await synth(), dataDir: process.env.DATA_DIR, demo: true, meterCosts: true });
}

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Set PORT to another one, or to 0 for any that is free.`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user. Set PORT to one above 1023.`;
  return process.env.LOG === '1' ? (error.stack ?? error.message) : error.message;
}

/**
 * `npm run bridge`: runs a bridge until it is told to stop, and says in one line when it is up. On
 * SIGTERM its desks are sent elsewhere first; asked twice, it ends at once.
 */
import { openBridge } from './server.ts';
import { HELP, settingsOf } from './settings.ts';

const read = settingsOf(process.argv.slice(2), process.env);
if (read === 'help') {
  console.log(HELP);
  process.exit(0);
}
if ('wrong' in read) {
  for (const line of read.wrong) console.error(line);
  console.error('`npm run bridge -- --help` tells what may be set.');
  process.exit(1);
}

const { managerUrl: url, handshakeUrl, loginUrl, port, host, drainMs, ...options } = read.settings;
const login = loginUrl === undefined ? {} : { loginUrl };
const bridge = openBridge({
  ...options,
  ...login,
  manager: { url, ...(handshakeUrl === undefined ? {} : { handshakeUrl }) },
});
let ending = false;

async function end(): Promise<void> {
  if (ending) process.exit(130);
  ending = true;
  console.log(`draining desks=${bridge.metrics.desks} seconds=${drainMs / 1000}`);
  await bridge.drain(drainMs);
  console.log('ended');
  process.exit(0);
}
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());

bridge.server.once('error', (error) => {
  console.error(`It cannot listen at ${host}:${port}: ${error.message}`);
  process.exit(1);
});
bridge.server.listen(port, host, () => {
  const address = bridge.server.address();
  const at = typeof address === 'object' && address !== null ? address.port : port;
  console.log(`ready bridge=http://${host.includes(':') ? `[${host}]` : host}:${at} manager=${new URL(url).host}`);
});

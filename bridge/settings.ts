/** How a bridge is set up: by flags, else by the environment. All that is wrong is told at once. */
import { parseArgs } from 'node:util';

export interface Settings {
  readonly managerUrl: string;
  readonly handshakeUrl: string | undefined;
  readonly loginUrl: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly origins: '*' | readonly string[];
  readonly wrapUpReasons: boolean;
  readonly patienceMs: number;
  readonly queuedBytes: number;
  readonly pendingRequests: number;
  readonly drainMs: number;
}

/** Each by its flag: the variable that says the same, its default, and what it is. */
const FLAGS = {
  manager: ['MANAGER_URL', '', 'the WebSocket URL of the manager, such as wss://….amazonaws.com/prod'],
  handshake: ['HANDSHAKE_URL', '', 'its `GET /handshake`, which says why a token is refused; default: on the host of the manager'], // prettier-ignore
  login: ['LOGIN_URL', '', 'the HTTP API of a manager that signs desks in; they do it here then, and get newer tokens'],
  port: ['PORT', '3001', 'where desks connect; 0 for any that is free'],
  host: ['HOST', '127.0.0.1', 'the address to listen at; 0.0.0.0 for all'],
  origins: ['ORIGINS', '*', 'the origins of the pages that may connect, separated by commas; * for all'],
  'wrap-up-reasons': ['WRAP_UP_REASONS', 'false', 'true where the desks know how a wrap-up ended (2024 and later)'],
  'patience-seconds': ['PATIENCE_SECONDS', '10', 'how long the manager may be away before desks are told so'],
  'queued-kilobytes': ['QUEUED_KILOBYTES', '1024', 'how much may wait for a slow desk before it must connect anew'],
  'pending-requests': ['PENDING_REQUESTS', '200', 'how many requests of a desk may wait for their answer'],
  'drain-seconds': ['DRAIN_SECONDS', '20', 'how long desks have to go elsewhere after SIGTERM'],
} as const satisfies Record<string, readonly [variable: string, otherwise: string, what: string]>;
type Flag = keyof typeof FLAGS;

export const HELP = [
  'npm run bridge -- --manager <url> [options]',
  '',
  "A socket.io server before an agent manager, for desks that have socket.io's own client.",
  '',
  ...Object.entries(FLAGS).map(
    ([flag, [variable, otherwise, what]]) =>
      `  --${flag.padEnd(17)} ${variable.padEnd(17)} ${what}${otherwise ? ` (${otherwise})` : ''}`,
  ),
  '  --help',
  '',
  '`GET /health` answers 200, or 503 while it drains; `GET /metrics` is for Prometheus.',
].join('\n');

/** Settings, or what is wrong with them, line by line; `help` where that was asked for. */
export function settingsOf(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { settings: Settings } | { wrong: readonly string[] } | 'help' {
  let given: Partial<Record<string, string | boolean>>;
  try {
    const flags = Object.keys(FLAGS).map((flag) => [flag, { type: 'string' }] as const);
    const options = { ...Object.fromEntries(flags), help: { type: 'boolean' } as const };
    given = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return { wrong: [error instanceof Error ? error.message : String(error)] };
  }
  if (given['help'] === true) return 'help';
  const wrong: string[] = [];
  const read = (flag: Flag) => String(given[flag] ?? (environment[FLAGS[flag][0]] || FLAGS[flag][1]));
  const refuse = (flag: Flag, expected: string) =>
    void wrong.push(`--${flag} (${FLAGS[flag][0]}): expected ${expected}, got "${read(flag)}".`);
  const number = (flag: Flag, min: number, max: number) => {
    const value = Number(read(flag));
    if (!Number.isInteger(value) || value < min || value > max) refuse(flag, `a whole number from ${min} to ${max}`);
    return value;
  };
  const url = (flag: Flag, schemes: readonly string[]) => {
    const scheme = URL.canParse(read(flag)) ? new URL(read(flag)).protocol : '';
    if (!schemes.includes(scheme)) refuse(flag, `a URL that begins with ${schemes.join('// or ')}//`);
    return read(flag);
  };
  const origins = read('origins').split(',').map((origin) => origin.trim()); // prettier-ignore
  if (origins[0] !== '*' && !origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin))
    refuse('origins', '* or origins such as https://desk.example.com');
  if (!['true', 'false'].includes(read('wrap-up-reasons'))) refuse('wrap-up-reasons', 'true or false');
  const settings: Settings = {
    managerUrl: url('manager', ['wss:', 'ws:']),
    handshakeUrl: read('handshake') === '' ? undefined : url('handshake', ['https:', 'http:']),
    loginUrl: read('login') === '' ? undefined : url('login', ['https:', 'http:']),
    port: number('port', 0, 65_535),
    host: read('host'),
    origins: origins[0] === '*' ? '*' : origins,
    wrapUpReasons: read('wrap-up-reasons') === 'true',
    patienceMs: number('patience-seconds', 1, 40) * 1000,
    queuedBytes: number('queued-kilobytes', 128, 65_536) * 1024,
    pendingRequests: number('pending-requests', 1, 10_000),
    drainMs: number('drain-seconds', 1, 600) * 1000,
  };
  return wrong.length > 0 ? { wrong } : { settings };
}

/**
 * What the desk is told by the `config.json` beside it: where the manager is, who signs agents in,
 * and what a wrap-up may say.
 */

/** One kind of wrap-up and what can be said of it. */
export interface Category {
  readonly categoryName: string;
  readonly values: readonly string[];
}

export interface Settings {
  /** The WebSocket API and the HTTP API; relative ones belong to the page's own host. */
  readonly wsUrl: string;
  readonly httpUrl: string;
  /**
   * The development issuer signs in whoever says who they are, and the customer simulator is there.
   */
  readonly development: boolean;
  /** Elsewhere: the OIDC issuer, and the public client of this desk there. */
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly wrapUps: readonly Category[];
}

const DEFAULTS: Omit<Settings, 'wsUrl' | 'httpUrl'> = {
  development: false,
  issuer: '',
  clientId: '',
  scope: 'openid profile',
  wrapUps: [
    { categoryName: 'Orders', values: ['Delivery', 'Return', 'Changed'] },
    { categoryName: 'Billing', values: ['Invoice', 'Refund'] },
    { categoryName: 'Advice', values: ['Product', 'Account'] },
    { categoryName: 'Outcome', values: ['Solved', 'Call back', 'No answer'] },
  ],
};

/** Throws an `Error` that says in words what is wrong with the file. */
export async function readSettings(): Promise<Settings> {
  const response = await fetch('config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`There is no config.json beside the desk (${response.status}).`);
  const given: Partial<Settings> = await response.json().catch(() => {
    throw new Error('The config.json beside the desk is not JSON.');
  });
  for (const name of ['wsUrl', 'httpUrl', ...(given.development ? [] : ['issuer', 'clientId'])] as const) {
    if (!given[name as keyof Settings]) throw new Error(`The config.json beside the desk does not say ${name}.`);
  }
  const { wsUrl = '', httpUrl = '' } = given;
  const socket = new URL(wsUrl, location.href);
  socket.protocol = socket.protocol.replace('http', 'ws');
  return {
    ...DEFAULTS,
    ...given,
    wsUrl: socket.href.replace(/\/$/, ''),
    httpUrl: new URL(httpUrl, location.href).href.replace(/\/$/, ''),
  };
}

/**
 * Gives the demo directory to the platform API, as an administrator would. Putting it again changes
 * nothing.
 */
import { makeToken } from './issuer.ts';
import { config } from './people.ts';

/** In this order, because a queue names its MRD and an agent what they may do. */
const kinds = ['mrds', 'channel-types', 'reason-codes', 'lists', 'queues', 'agents'];

export async function loadDemo(
  httpUrl: string,
  ask: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Promise<void> {
  const authorization = `Bearer ${await makeToken('platform')}`;
  for (const kind of kinds) {
    await Promise.all(
      Object.entries(config[kind] ?? {}).map(async ([id, body]) => {
        const url = `${httpUrl}/config/${kind}/${encodeURIComponent(id)}`;
        const response = await ask(url, {
          method: 'PUT',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        const answer = await response.text();
        if (!response.ok)
          throw new Error(`The demo directory was refused: PUT /config/${kind}/${id}: ${response.status} ${answer}`);
      }),
    );
  }
}

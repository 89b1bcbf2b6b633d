/**
 * The small stack behind a port, with the clock on the wall: for what reaches it over real sockets.
 */
import { loadDemo } from '../../infra/local/people/demo.ts';
import { makeToken } from '../../infra/local/people/issuer.ts';
import { listen } from '../../infra/local/http/http.ts';
import type { LocalStack, StartOptions } from '../../infra/local/start.ts';
import { openSmall } from '../../infra/small/stack.ts';
import { RealClock } from '../../shared/memory/clock.ts';

export const isAtPort = process.env['WORLD'] === 'port';

export async function smallAtPort({ environment = {} }: StartOptions): Promise<LocalStack> {
  const clock = new RealClock();
  const small = await openSmall({ clock, environment });
  const { port, close } = await listen(small.server, 0, '127.0.0.1');
  const httpUrl = `http://127.0.0.1:${port}`;
  await loadDemo(httpUrl);
  const given = {
    wsUrl: `ws://127.0.0.1:${port}/${small.stage}`,
    httpUrl,
    token: makeToken,
    logs: () => small.logs(),
    invoke: (name: string, event: unknown) => small.invoke(name, event),
    gateway: small.gateway,
    async stop() {
      small.stop();
      clock.stop();
      await close();
    },
  };
  return given as unknown as LocalStack;
}

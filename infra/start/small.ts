/**
 * The small stack with the clock on the wall, where others reach it. Nothing it holds outlives it.
 */
import { RealClock } from '../../shared/memory/clock.ts';
import { join } from 'node:path';
import { openCostMeter } from '../cost/meter.ts';
import { bundleDesk, deskFolder } from '../build-desk.ts';
import { loadDemo } from '../local/people/demo.ts';
import { listen } from '../local/http/http.ts';
import { replaceFile } from '../replace-file.ts';
import { openSmall, type SmallOptions } from '../small/stack.ts';

interface StartSmall extends Pick<SmallOptions, 'environment' | 'identity' | 'idleMs' | 'lifeMs'> {
  readonly port: number;
  readonly host: string;
  /** Load the demo directory. Default: yes. */
  readonly demo?: boolean;
}

export async function startSmall({ port, host, demo = true, ...more }: StartSmall) {
  for (const [name, contents] of await bundleDesk()) replaceFile(join(deskFolder, name), contents);
  const clock = new RealClock();
  const costs = openCostMeter();
  const opened = await openSmall({ ...more, clock, seed: Date.now(), logs: process.env.LOG === '1', costs });
  const at = await listen(opened.server, port, host);
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const httpUrl = `http://${named}:${at.port}`;
  if (demo) await loadDemo(httpUrl);
  return {
    ...opened,
    httpUrl,
    wsUrl: `ws://${named}:${at.port}/${opened.stage}`,
    async stop() {
      opened.stop();
      clock.stop();
      await at.close();
    },
  };
}

/**
 * The functions of a stack by their names, each as it describes itself, to be run on whatever ports
 * are given.
 */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Ports, Trigger } from '../../shared/edge/trigger.ts';

const root = join(import.meta.dirname, '../../functions');

const all = new Map<string, Trigger>();
for (const file of globSync('*/*.ts', { cwd: root })) {
  const { on } = (await import(join(root, file))) as { on: Trigger };
  all.set(`${dirname(file)}/${basename(file, '.ts')}`, on);
}

export function run(name: string, ports: Ports, event: unknown): Promise<unknown> {
  const found = all.get(name);
  if (!found) throw new Error(`there is no function ${name}`);
  return found.run(ports, event);
}

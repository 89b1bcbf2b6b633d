/** How much time of processors a process has taken with all whom it has started; Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** In ms; `undefined` where the system does not say. */
export function cpuOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user = '', system = ''] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    const own = (Number(user) + Number(system)) * TICK_MS;
    return started(pid).reduce((sum, child) => sum + (cpuOf(child) ?? 0), own);
  } catch {
    return undefined;
  }
}

function started(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

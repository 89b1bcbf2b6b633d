/**
 * Whom a request asks before anybody else: the customer's last agent, or those whom the platform
 * names. Each once, in this order, and only who could take it now; then it is for everybody.
 */
import * as z from 'zod';

export const Preferred = z.object({
  /** Whom, as it was asked for. */
  agentIds: z.array(z.string()),
  /** It rings at each of them for no longer than this; missing: as everywhere. */
  waitSeconds: z.number().optional(),
  /** Those of them who were not asked yet. Empty: it is for everybody. */
  left: z.array(z.string()),
});
export type Preferred = z.output<typeof Preferred>;

/** How the platform names them, and the customer's last agent, who comes behind. */
export function preferring(
  named: Pick<Preferred, 'agentIds' | 'waitSeconds'> | undefined,
  lastAgentId: string | null,
): Preferred | undefined {
  const agentIds = [...new Set([...(named?.agentIds ?? []), ...(lastAgentId === null ? [] : [lastAgentId])])];
  if (agentIds.length === 0) return undefined;
  return { agentIds, left: agentIds, ...(named?.waitSeconds === undefined ? {} : { waitSeconds: named.waitSeconds }) };
}

/** The same once this agent is asked. */
export function asked(preferred: Preferred, agentId: string): Preferred {
  return { ...preferred, left: preferred.left.filter((id) => id !== agentId) };
}

/** For how long it rings there. */
export function ringSeconds(
  { preferred, rules }: { preferred?: Preferred | undefined; rules: { acceptSeconds: number } },
  agentId: string,
): number {
  const first = preferred?.left.includes(agentId) ? preferred.waitSeconds : undefined;
  return Math.min(rules.acceptSeconds, first ?? Infinity);
}

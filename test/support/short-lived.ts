/** Agents whose tokens end soon. */
import { Desk } from './desk.ts';
import type { Centre } from './contact-centre.ts';

export const LIFE_SECONDS = 600;

/** Somebody of a queue of their own whose tokens last ten minutes, ready over one of them. */
export async function somebody(centre: Centre) {
  const queue = await centre.queue();
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const who = { id: pat.id, firstName: 'Pat', lastName: 'Poe', roles: ['agent'] };
  const token = (more: Parameters<typeof centre.stack.token>[1] = {}) =>
    centre.stack.token(who, { expiresInSeconds: LIFE_SECONDS, ...more });
  const since = centre.now();
  const desk = await Desk.greeted(centre.stack.wsUrl, await token());
  await desk.become('READY');
  return { queue, pat, who, token, desk, since };
}

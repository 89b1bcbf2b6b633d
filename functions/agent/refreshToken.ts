/**
 * A newer token of the same person, in the place of the one that they connected with. What it says
 * of them holds at once. Answered by until when the session's token is good now.
 */
import { Rejection } from '../../shared/domain/rejection.ts';
import { fromContext, toContext } from '../../shared/edge/identity.ts';
import { profileOf, setupOf } from '../../shared/edge/profile.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { tokenOf } from '../../shared/edge/token.ts';
import { tokenMessage } from '../../shared/edge/trigger.ts';

export const on = tokenMessage((tokens) =>
  route(
    'refreshToken',
    async ({ app, loop, data, by }) => {
      const identity = fromContext(toContext(await tokens.verify(data.token))); // no more of it than a handshake carries
      if (identity.id !== by.agentId) throw new Rejection('agent.mismatch', 'This is the token of somebody else.');
      const token = tokenOf(app, identity);
      if (!token) throw new Error('a token was verified, and nothing said of its end');
      const profile = await profileOf(app, identity, await setupOf(app));
      const event = { type: 'tokenRefreshed' as const, at: app.now(), profile, token };
      const { after } = await loop.applyToAgent(by.agentId, event, { by, presence: 'always' });
      return { expiresAt: after.session?.token?.expiresAt, now: app.now() };
    },
    { kept: false }, // twice is as once
  ),
);

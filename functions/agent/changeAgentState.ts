/**
 * The agent changes their state or the state of one MRD, or logs out. Always answered by exactly
 * one presence, also when refused.
 */
import { completeReason, tellPresence } from '../../shared/edge/socket/presence.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route(
    'changeAgentState',
    async ({ app, loop, identity, data, by }) => {
      const at = app.now();
      const event =
        data.action === 'agentMRDState'
          ? { type: 'requestMrdState' as const, at, mrdId: data.mrdId, state: data.state }
          : {
              type: 'requestState' as const,
              at,
              name: data.state.name,
              reasonCode: await completeReason(app, data.state.reasonCode),
            };
      await loop.applyToAgent(identity.id, event, { by, presence: 'always' });
    },
    { unlessDone: tellPresence },
  ),
);

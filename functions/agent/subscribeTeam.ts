/** A supervisor watches the figures of their teams from now on, or no longer. */
import { route } from '../../shared/edge/socket/route.ts';
import { subscribe, tellTeams } from '../../shared/edge/socket/team.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(route('subscribeTeam', subscribe, { unlessDone: tellTeams }));

/** A supervisor watches the figures of their teams from now on, or no longer. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { subscribe, tellTeams } from '../../shared/edge/follow/team.ts';

export const subscribeTeam = route('subscribeTeam', subscribe, { unlessDone: tellTeams });

export const handler = onMessage(app, subscribeTeam);

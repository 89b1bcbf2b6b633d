/** Agents, queues or pull lists have changed: every supervisor who watches them is sent the figures, at most once a second. */
import { app } from '../../shared/aws/app.ts';
import { onChanges } from '../../shared/aws/lambda.ts';
import { tellWatchers } from '../../shared/edge/follow/team.ts';
import { teamOf } from '../../shared/rows/teams.ts';

export const handler = onChanges((partitions) => tellWatchers(app, partitions.map(teamOf)));

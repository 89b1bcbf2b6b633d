/**
 * Agents, queues or pull lists have changed: every supervisor who watches them is sent the figures,
 * at most once a second.
 */
import { tellWatchers } from '../../shared/edge/watch/team.ts';
import { changes } from '../../shared/edge/trigger.ts';
import { teamOf } from '../../shared/rows/teams.ts';

export const on = changes(['app'], ({ app }, partitions) => tellWatchers(app, partitions.map(teamOf)));

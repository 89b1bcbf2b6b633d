/** The ports of a function that only looks: the table and the log. */
import type { Reader } from '../edge/app.ts';
import { notices } from './agent-log.ts';
import { agent, agentIds, agents, routable, subscribers } from './agents.ts';
import { config } from './config.ts';
import * as conversations from './conversations.ts';
import { log } from './log.ts';
import * as retention from './retention.ts';
import { members, watchers, willTell } from './teams.ts';

export const reader: Reader = {
  now: () => Date.now(),
  store: {
    agent,
    agents,
    agentIds,
    routable,
    subscribers,
    notices,
    members,
    watchers,
    willTell,
    ...conversations,
    ...retention,
  },
  config,
  log,
};

/**
 * The whole manager in one account: what there is and what leads to what. Each construct says the
 * rest.
 */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Bridge } from './doors/bridge.ts';
import { Alarms } from './watch/alarms.ts';
import { ManagerDashboard } from './watch/dashboard.ts';
import { ListNews } from './consumers/list-news.ts';
import { OutwardEvents } from './consumers/outward-events.ts';
import { PlatformApi } from './doors/platform-api.ts';
import { Greetings } from './consumers/greetings.ts';
import type { Settings } from './settings.ts';
import { SocketApi } from './doors/socket-api.ts';
import { SocketRoutes } from './doors/socket-routes.ts';
import { StateTable } from './state-table.ts';
import { TeamFeed } from './consumers/team-feed.ts';
import { Timers } from './consumers/timers.ts';

export class AgentManagerStack extends Stack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, `AgentManager-${settings.stage}`, {
      description: 'Agent manager: one WebSocket per agent desk, one Lambda per agent event.',
      terminationProtection: settings.retainData,
    });
    const { table } = new StateTable(this, 'State', settings);
    const socket = new SocketApi(this, 'Socket', settings);
    const lists = new ListNews(this, 'Lists');
    const timers = new Timers(this, 'Timers', { settings, table, socket, lists });
    const parts = { settings, table, socket, timers, lists };
    lists.tell(parts);
    const sessions = new Greetings(this, 'Sessions', parts);
    new SocketRoutes(this, 'SocketRoutes', { ...parts, sessions: sessions.queue });
    const platform = new PlatformApi(this, 'Platform', parts);
    const events = new OutwardEvents(this, 'Events', { settings, table });
    const team = new TeamFeed(this, 'Team', parts);

    const watched = { settings, socket, platform, timers, events, team, sessions, lists, table };
    new Alarms(this, 'Alarms', watched);
    new ManagerDashboard(this, 'Dashboard', watched);

    if (settings.bridge) {
      const addresses = { socketUrl: socket.url, httpUrl: platform.api.apiEndpoint };
      const { host } = new Bridge(this, 'Bridge', { settings, bridge: settings.bridge, ...addresses });
      new CfnOutput(this, 'BridgeHost', {
        value: host,
        description: 'Of the bridges: the target of their DNS record.',
      });
    }
    new CfnOutput(this, 'WebSocketUrl', { value: socket.url, description: 'Where desks connect.' });
    new CfnOutput(this, 'HttpUrl', { value: platform.api.apiEndpoint, description: 'The platform API.' });
    new CfnOutput(this, 'EventsTopicArn', { value: events.topic.topicArn, description: 'Conversation events.' });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}

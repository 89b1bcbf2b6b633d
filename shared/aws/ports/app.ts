/** The ports on AWS, put together once per Lambda at its cold start. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../edge/app.ts';
import { Buckets } from '../../edge/pace.ts';
import { env } from '../env.ts';
import { lists } from '../list-news.ts';
import { reader, rows } from './reader.ts';
import { sockets } from '../sockets.ts';
import { timers } from '../timers.ts';

export const app: App = {
  ...rows,
  pace: new Buckets(),
  log: reader.log,
  newId: () => randomUUID(),
  random: () => Math.random(),
  sleep,
  settings: {
    graceSeconds: env('GRACE_SECONDS'),
    leaseSeconds: env('LEASE_SECONDS'),
    tokenGraceSeconds: env('TOKEN_GRACE_SECONDS'),
    framesPerSecond: env('FRAMES_PER_SECOND'),
    framesOverSeconds: env('FRAMES_OVER_SECONDS'),
    retentionDays: env('RETENTION_DAYS'),
  },
  sockets: sockets(reader.log),
  timers,
  lists,
};

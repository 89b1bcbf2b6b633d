/** The ports of a function that only looks: the table and the log. */
import type { Reader } from '../../edge/app.ts';
import { portsOn } from '../../rows/ports.ts';
import { log } from './log.ts';
import { table } from '../table.ts';

export const rows = portsOn(table, () => Date.now());

export const reader: Reader = { now: rows.now, store: rows.store, config: rows.config, log };

/**
 * All of a version that touches rows: its ports on the table, and its rules. Kept as one file per
 * schema (released.ts).
 */
import { rows } from '../../shared/aws/ports/reader.ts';

export { SCHEMA } from '../../shared/rows/stored.ts';
export { reader } from '../../shared/aws/ports/reader.ts';
export const { connections, requests } = rows;
export { transition } from '../../shared/domain/agent/transition.ts';
export { decide } from '../../shared/domain/decide.ts';

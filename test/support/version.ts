/** All of a version that touches rows: its ports on the table, and its rules. Kept as one file per schema (released.ts). */
export { SCHEMA } from '../../shared/aws/stored.ts';
export { connections } from '../../shared/aws/connections.ts';
export { requests } from '../../shared/aws/requests.ts';
export { reader } from '../../shared/aws/reader.ts';
export { transition } from '../../shared/domain/agent/transition.ts';
export { decide } from '../../shared/domain/decide.ts';

/** Where the documents of the protocol are kept. */
import { join } from 'node:path';
import { root } from '../functions.ts';

export const papersFolder = join(root, 'docs', 'api');

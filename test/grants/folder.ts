/** Where the stacks of a run write down what their functions did with their grants: a file each. */
import { join } from 'node:path';
import { root } from '../../infra/functions.ts';

export const grantsFolder = join(root, '.local', 'grants');

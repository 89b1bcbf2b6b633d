/** An issuer for worlds in which nobody signs in. */
import type { Issuing } from '../../shared/edge/http/login.ts';

const nobody = () => Promise.reject(new Error('nobody signs in here'));

export const noIssuing: Issuing = { issuer: '', redirects: [], newState: () => '', grant: nobody, page: nobody };

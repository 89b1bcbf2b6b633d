/** `GET /handshake`: would a socket with this token open, and if not, why? A browser cannot read the answer to a failed handshake. */
import { lambda } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { explainHandshake, HttpEvent } from '../../shared/edge/http/platform.ts';

export const handler = lambda((event) => explainHandshake(tokens, HttpEvent.parse(event)));

/** `GET /agent/login/callback`: brings a browser back from the issuer to the desk it came from. */
import { comeBack } from '../../shared/edge/http/login-redirect.ts';
import { HttpEvent } from '../../shared/edge/http/platform.ts';
import { trigger } from '../../shared/edge/trigger.ts';

export const on = trigger(['issuing', 'log'], async (ports, event) => comeBack(ports, HttpEvent.parse(event)));

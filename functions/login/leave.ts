/** `GET /agent/login`: sends a browser to the issuer, where people sign in on its own page. */
import { leave } from '../../shared/edge/http/login-redirect.ts';
import { HttpEvent } from '../../shared/edge/http/platform.ts';
import { trigger } from '../../shared/edge/trigger.ts';

export const on = trigger(['issuing', 'log'], (ports, event) => leave(ports, HttpEvent.parse(event)));

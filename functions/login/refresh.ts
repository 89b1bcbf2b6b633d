/** `POST /agent/refresh`: a newer access token for the refresh token of a login. */
import { refresh } from '../../shared/edge/http/login.ts';
import { HttpEvent } from '../../shared/edge/http/platform.ts';
import { trigger } from '../../shared/edge/trigger.ts';

export const on = trigger(['issuing', 'tokens', 'log'], (ports, event) => refresh(ports, HttpEvent.parse(event)));

/** `POST /agent/login`: signs in by name and password, for desks that have a form for that. */
import { signIn } from '../../shared/edge/http/login.ts';
import { HttpEvent } from '../../shared/edge/http/platform.ts';
import { trigger } from '../../shared/edge/trigger.ts';

export const on = trigger(['issuing', 'tokens', 'log'], (ports, event) => signIn(ports, HttpEvent.parse(event)));

/**
 * One server for all that is served here: the sockets, the documents of the issuer and of the
 * protocol, the desk, and the HTTP API.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { hourBill } from '../cost/bill.ts';
import type { CostMeter } from '../cost/meter.ts';
import type { Gateway } from './gateway/gateway.ts';
import { answerDocs } from './http/docs.ts';
import type { HttpApi } from './http/http-api.ts';
import { urlOf } from './http/http.ts';
import { answerToken } from './people/token-endpoint.ts';

export interface Served {
  readonly gateway: Gateway;
  readonly httpApi: HttpApi | undefined;
  /** Answers `GET /cost`: what the last hour would have cost on AWS. */
  readonly costs?: CostMeter | undefined;
  /** By their paths. */
  readonly documents: Readonly<Record<string, unknown>>;
  /** Answers what concerns the desk; false where a request does not. */
  readonly desk: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export function serve(server: Server, { gateway, httpApi, costs, documents, desk }: Served): void {
  server.on('upgrade', (request, wire, head) => gateway.upgrade(request, wire, head));
  server.on('request', (request, response) => {
    const { pathname } = urlOf(request);
    const document =
      costs && pathname === '/cost'
        ? hourBill(costs.lastHour(), gateway.faults.connections().length)
        : documents[pathname];
    if (request.method === 'POST' && pathname === '/oidc/token') answerToken(request, response);
    else if (document) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    else if (gateway.handles(request, response) || desk(request, response) || answerDocs(request, response)) return;
    else if (httpApi) httpApi(request, response);
    else response.writeHead(404).end();
  });
}

/** Of socket.io's client 2.x, which brings no types, what is used here. */
declare module 'socket.io-client-2' {
  import type { RealSocket } from './socket-io-clients.ts';
  export default function io(
    url: string,
    options: object,
  ): Omit<RealSocket, 'active' | 'any' | 'refused'> & {
    onevent(packet: { data: [event: string, ...args: unknown[]]; id?: number }): void;
  };
}

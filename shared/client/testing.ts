/** The package's entry `./testing`: a manager that plays scripts, for the tests of a desk. */
export { createFakeManager, type FakeManager, type FakeOptions } from './fake/manager.ts';
export type { Received } from './fake/inbound.ts';
export type { FakeCustomer, FakeOffer, RefusalCode, ToldEvent } from './fake/script.ts';

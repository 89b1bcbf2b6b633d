/** The package's entry `./testing`: a manager that plays scripts, for the tests of a desk. */
export {
  createFakeManager,
  type FakeCustomer,
  type FakeManager,
  type FakeOptions,
  type RefusalCode,
  type ToldEvent,
} from './fake/manager.ts';
export type { Received } from './fake/inbound.ts';

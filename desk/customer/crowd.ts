/**
 * Everybody whom the simulator plays: those who were sent one by one, and the traffic, which comes
 * by itself at a rate and always alike for a seed.
 */
import { computed, signal } from '@preact/signals';
import { Api } from '../api.ts';
import { tokenOf } from '../sign-in/development.ts';
import { attempt } from '../state/notices.ts';
import { Directory } from '../state/directory.ts';
import { inWords } from '../words.ts';
import { Customer, type Arrival } from './customer.ts';
import { lifeFrom, type Life, type TrafficSettings } from './life.ts';
import { randomFrom } from './random.ts';
import { SAMPLES } from './samples.ts';

const LISTEN_MS = 1_000;
/** So many who have left are remembered. */
const MOST_GONE = 10;

class Crowd {
  readonly customers = signal<readonly Customer[]>([]);
  readonly selected = signal<string | null>(null);
  readonly customer = computed(() => this.customers.value.find(({ sessionId }) => sessionId === this.selected.value) ?? null); // prettier-ignore
  readonly running = signal(false);
  readonly sent = signal(0);
  readonly problem = signal<string | null>(null);
  readonly directory: Directory;
  readonly #api: Api;
  #token: Promise<string> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(httpUrl: string) {
    this.#api = new Api(httpUrl, () => (this.#token ??= tokenOf('platform')));
    this.directory = new Directory(this.#api);
    void attempt(this.directory.read());
    void this.#listen();
  }

  async send(arrival: Arrival, opening: string): Promise<void> {
    const customer = new Customer(this.#api, arrival, crypto.randomUUID());
    if (!(await attempt(customer.arrive(arrival)))) return;
    this.#add(customer);
    this.selected.value = customer.sessionId;
    if (opening.trim() !== '') await attempt(customer.says(opening));
  }

  start(settings: TrafficSettings): void {
    this.stop();
    this.running.value = true;
    this.sent.value = 0;
    const random = randomFrom(settings.seed);
    // Numbers of a run, so that the same customers come under the same names and as others than
    // those of the last run.
    const run = Date.now().toString(36);
    const comes = () => {
      // All chance is drawn here, before anything is waited for: what the manager takes its time
      // with changes nothing about who comes.
      const life = lifeFrom(random, settings);
      this.sent.value += 1;
      void this.#live(life, `traffic-${run}-${this.sent.value}`);
      this.#timer = setTimeout(comes, (60_000 / settings.rate) * (0.5 + random.next()));
    };
    comes();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.running.value = false;
  }

  async #live({ arrival, words, staysMs }: Life, sessionId: string): Promise<void> {
    const customer = new Customer(this.#api, arrival, sessionId);
    try {
      await customer.arrive(arrival);
      this.#add(customer);
      for (const { afterMs, ...said } of words) {
        await later(afterMs);
        if (customer.state.value === 'gone') return;
        await customer.says('text' in said ? said.text : (SAMPLES[said.sample]?.() ?? ''));
      }
      await later(staysMs);
      if (customer.state.value !== 'gone') await customer.leaves();
      this.problem.value = null;
    } catch (error) {
      customer.state.value = 'gone';
      this.problem.value = inWords(error);
    }
  }

  #add(customer: Customer): void {
    const gone = this.customers.value.filter(({ state, sessionId }) => state.value === 'gone' && sessionId !== this.selected.value); // prettier-ignore
    const forgotten = new Set(gone.slice(0, Math.max(0, gone.length - MOST_GONE)));
    this.customers.value = [...this.customers.value.filter((other) => !forgotten.has(other)), customer];
  }

  /**
   * Only the one who is looked at hears what is said: that is what a channel would be told without
   * asking.
   */
  async #listen(): Promise<void> {
    for (;;) {
      const { value: customer } = this.customer;
      if (customer?.conversationId && document.visibilityState === 'visible') await customer.listen().catch(() => {});
      await later(LISTEN_MS);
    }
  }
}

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let crowd: Crowd | undefined;

/** The one crowd of this page: it goes on while nobody looks at it. */
export function crowdAt(httpUrl: string): Crowd {
  return (crowd ??= new Crowd(httpUrl));
}
export type { Crowd };

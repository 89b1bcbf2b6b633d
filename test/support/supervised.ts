/**
 * A floor in the small world with teams, each with a supervisor who watches it: what a change costs
 * until their desks know, and what these hold.
 */
import { lineOf } from '../../shared/domain/routing/lines.ts';
import { tellWatchers } from '../../shared/edge/watch/team.ts';
import type { App } from '../../shared/edge/app.ts';
import { VirtualClock } from '../../shared/memory/clock.ts';
import { Book, type Counted } from '../../shared/memory/meter.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import type { Frame } from './desk.ts';
import { agent, user } from './world.ts';

/** One call of the table. Without it, readers at the same moment would follow each other. */
const CALL_MS = 5;

export interface Spent extends Counted {
  /** Frames that desks were sent. */
  readonly posts: number;
  /** Read units of the partitions that begin so. */
  readonly reads: (prefix: string) => number;
}

export class Supervised {
  readonly clock = new VirtualClock();
  readonly app: App;
  /** What each supervisor's desk holds, by the supervisor's team. */
  readonly held = new Map<string, Frame<'onTeam'>['data']>();
  readonly #book = new Book();
  readonly #small = smallWorld({ clock: this.clock, meter: this.#book.meter });
  readonly #store = this.#small.app().store;
  #posts = 0;

  private constructor() {
    this.app = this.#small.app(async (call, run) => {
      if (call.port === 'table') await this.clock.sleep(CALL_MS);
      return run();
    });
  }

  static async of({ teams, members }: { teams: number; members: number }): Promise<Supervised> {
    const floor = new Supervised();
    const { config } = floor.#small.app();
    await config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) });
    await config.put('queues', { id: 'support', ...configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT' }) });
    const line = lineOf('CHAT', {}, await config.list('queues'));
    await floor.#store.openLines([line], floor.clock.now());
    for (let team = 0; team < teams; team += 1) {
      await floor.#supervisor(`team-${team}`);
      for (let n = 0; n < members; n += 1) await floor.agent(`team-${team}`, `agent-${n}-of-${team}`, line.id);
    }
    return floor;
  }

  /** An agent as they are now, READY or not. */
  async agent(teamId: string, id: string, line = '', state: 'READY' | 'NOT_READY' = 'READY'): Promise<void> {
    const person = agent(id, { CHAT: { line, state } }, { state });
    const now = { ...person, user: { ...person.user, team: { teamId, teamName: teamId } } };
    const before = await this.#store.agent(id);
    await this.#store.save({ before: { agents: before ? { [id]: before } : {} }, after: { agents: { [id]: now } } });
  }

  /**
   * What the stream's readers do, all at the same moment, and what it costs until nothing is due
   * any more.
   */
  async told(...readers: (readonly (string | null)[])[]): Promise<Spent> {
    const before = new Map([...this.#book.partitions].map(([pk, counted]) => [pk, { ...counted }]));
    const { calls, readUnits, writeUnits } = this.#book.total;
    this.#posts = 0;
    const all = Promise.all(readers.map((changed) => tellWatchers(this.app, changed)));
    await this.clock.runUntil(this.clock.now() + 5_000);
    await all;
    const { total } = this.#book;
    const units = [...this.#book.partitions].map(([pk, counted]): [string, number] => {
      return [pk, counted.readUnits - (before.get(pk)?.readUnits ?? 0)];
    });
    return {
      calls: total.calls - calls,
      readUnits: total.readUnits - readUnits,
      writeUnits: total.writeUnits - writeUnits,
      posts: this.#posts,
      reads: (prefix) => units.reduce((sum, [pk, count]) => (pk.startsWith(prefix) ? sum + count : sum), 0),
    };
  }

  async #supervisor(teamId: string): Promise<void> {
    const id = `sam-of-${teamId}`;
    const supervisedTeams = [{ teamId, teamName: teamId }];
    const person = agent(id, {}, {});
    const sam = { ...person, user: { ...user(id), roles: ['supervisor'], team: { teamId: '', teamName: '' }, supervisedTeams }, teams: [teamId] }; // prettier-ignore
    this.#small.wires.attach(sam.session?.connectionId ?? '', {
      receive: (frame) => {
        this.#posts += 1;
        this.held.set(teamId, (JSON.parse(frame) as Frame<'onTeam'>).data);
      },
    });
    await this.#store.save({ before: { agents: {} }, after: { agents: { [id]: sam } } });
  }
}

/**
 * The demo directory: who there is, and the configuration that the platform API is given at the
 * first start.
 */
import * as z from 'zod';
import demo from './demo.json' with { type: 'json' };

const Team = z.object({ teamId: z.string(), teamName: z.string() });
const Person = z.object({
  /** The `sub` of the token, and with it the agent's id. */
  id: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  roles: z.array(z.string()),
  team: Team.optional(),
  supervisedTeams: z.array(Team).default([]),
  /** What Keycloak would grant: scopes by resource. */
  permissions: z.record(z.string(), z.array(z.string())).default({}),
});
const Demo = z.object({
  people: z.array(Person),
  /** kind → id → body of `PUT /config/{kind}/{id}` */
  config: z.record(z.string(), z.record(z.string(), z.unknown())),
});

export type Person = z.input<typeof Person>;

export const { people, config } = Demo.parse(demo);

export function personNamed(name: string): z.output<typeof Person> {
  const person = people.find((candidate) => candidate.id === name);
  if (!person) throw new Error(`Nobody is called ${name}. There are: ${people.map(({ id }) => id).join(', ')}.`);
  return person;
}

/**
 * What a busy floor stores has the shapes that are kept for its schema, so nobody changes a stored
 * shape unawares.
 */
import { expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { keepCode } from '../support/released.ts';
import { busyFloor, keepRows, keptRows, shapesOf, type Row } from '../support/stored-rows.ts';

const centre = contactCentre({ alone: true });

const schemaOf = (rows: readonly Row[]) => Math.max(...rows.map(({ schema }) => Number(schema ?? 0)));

it('nothing is stored of which no row of this schema is kept', async () => {
  const rows = await busyFloor(centre);
  const schema = schemaOf(rows);
  // What ARCHITECTURE.md, "Stored shapes", asks of whoever has changed one.
  if (process.env['KEEP']) {
    keepRows(schema, rows);
    await keepCode(schema);
  }
  const kept = shapesOf(keptRows(schema) ?? []);
  const unknown = Object.entries(shapesOf(rows)).flatMap(([kind, members]) =>
    members.filter((member) => !kept[kind]?.includes(member)).map((member) => `${kind} / ${member}`),
  );
  expect(unknown).toEqual([]);
  expect(Object.keys(kept).length).toBeGreaterThan(20);
});

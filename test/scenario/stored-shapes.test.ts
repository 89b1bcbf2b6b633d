/** What a busy floor stores has the shapes that are kept for its schema, so nobody changes a stored shape unawares. */
import { expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { keepCode } from '../support/released.ts';
import { busyFloor, keepRows, keptRows, shapesOf, type Row } from '../support/stored-rows.ts';

const centre = contactCentre({ alone: true });

const schemaOf = (rows: readonly Row[]) => Math.max(...rows.map(({ schema }) => Number(schema ?? 0)));

it('the shapes that are stored are those of the rows that are kept of their schema', async () => {
  const rows = await busyFloor(centre);
  const schema = schemaOf(rows);
  // What ARCHITECTURE.md, "Stored shapes", asks of whoever has changed one.
  if (process.env['KEEP']) {
    keepRows(schema, rows);
    await keepCode(schema);
  }
  expect(shapesOf(rows)).toEqual(shapesOf(keptRows(schema) ?? []));
});

/** What a busy floor stores has the shapes that are kept for its schema, so nobody changes a stored shape unawares. */
import { expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { busyFloor, keepRows, keptRows, shapesOf } from '../support/stored-rows.ts';

const centre = contactCentre({ alone: true });
const SCHEMA = 0;

it('the shapes that are stored are those of the rows that are kept of this schema', async () => {
  const rows = await busyFloor(centre);
  if (process.env['KEEP_ROWS']) keepRows(SCHEMA, rows);
  expect(shapesOf(rows)).toEqual(shapesOf(keptRows(SCHEMA) ?? []));
});

/**
 * Whoever asked, whoever was asked, or both vanish at any point of a transfer, a conference or a
 * consult, and do not come back in time.
 */
import { beforeAll, describe, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { everywhere, haveGone, isLeft, isTold, type Everywhere } from '../support/interrupted.ts';
import { endOf, SITUATIONS, WHO } from '../support/interruption.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '1' } }, 'all');

describe.each(WHO)('At any point %s may be lost for good', (_, who) => {
  let told: Everywhere;
  beforeAll(async () => {
    told = await everywhere(centre);
    const leavers = who.map((name) => told.people[name]);
    for (const { desk } of leavers) desk.vanish();
    await haveGone(centre, leavers);
  });
  it.each(SITUATIONS)('$title', async (situation) => {
    await isTold(told, situation, who);
    await isLeft(centre, told.people, told.storyOf(situation), endOf(situation, { gone: who, away: who }));
  });
});

/**
 * Whoever hears a desk that goes on sending too many frames closes it: on the engines by the roles
 * of the functions, with several instances of each, of which none hears all.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre({ environment: { FRAMES_PER_SECOND: '5', FRAMES_OVER_SECONDS: '2' } });

describe('A desk that sends four times as many frames as it may', () => {
  it.each([
    ['beats', 'heartbeat', {}],
    ['reads again', 'replayTopic', { conversationId: 'nobody-knows', afterSeq: 0 }],
    ['works', 'changeAgentState', { action: 'agentState', state: { name: 'READY', reasonCode: null } }],
    ['says what nobody knows', 'sing', {}],
  ])('and %s is refused, told and closed, while another desk works on', async (_, action, data) => {
    const other = await (await centre.person()).ready();
    const desk = await (await centre.person()).connect();
    for (let sent = 0; !desk.closed && sent < 200; sent++) {
      desk.send(action, data, `f${sent}`);
      await centre.passes(50);
    }
    await desk.gone();
    const told = desk.frames.flatMap(({ event, data }) => (event === 'errors' ? [JSON.stringify(data)] : []));
    const refused = told.filter((said) => said.includes('frame.tooMany'));
    expect(refused[0]).toMatch(/Nothing was done/);
    expect(refused.some((said) => said.includes('is closed'))).toBe(true);
    expect(await other.ask('heartbeat')).toMatchObject({ status: 'ok' });
  });
});

/**
 * While an agent's response time passes, desks are told: change the colour, to red, ask the agent.
 */
import { expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { logged, watched } from '../support/scene.ts';

/** Of its own: what other stories have left behind may ring all at once, and seconds count here. */
const centre = contactCentre({ alone: true });

it('Half, three quarters and nine tenths of the time are shown to everybody in the conversation, in order', async () => {
  const { amy, sam, conversationId } = await watched(centre, { support: { agentSlaSeconds: 10 } });
  for (const { desk } of [amy, sam]) {
    const { data } = await desk.cim('AGENT_SLA_STARTED');
    expect(data).toMatchObject({ action: 'CHANGE_COLOR', totalDuration: 10 });
  }
  const desk = await amy.person.connect(); // a new desk shows what is left, not how it came to that
  const { topicData } = (await desk.next('onTopicData')).data;
  expect(topicData['agentSla']).toMatchObject({ totalDuration: 10, startTime: expect.any(String) });
  expect(topicData.topicEvents.filter(({ name }) => name.startsWith('AGENT_SLA'))).toEqual([]);
  for (const action of ['CHANGE_COLOR_TO_RED', 'SHOW_POPUP'])
    expect((await sam.desk.cim('AGENT_SLA_STARTED')).data).toMatchObject({ action, totalDuration: 10 });
  await sam.desk.cim('AGENT_SLA_EXPIRED');
  const shown = (await logged(centre, conversationId, 'AGENT_SLA_STARTED')).map(({ data }) => data.action);
  expect(shown.slice(0, 4)).toEqual(['START_TIMER', 'CHANGE_COLOR', 'CHANGE_COLOR_TO_RED', 'SHOW_POPUP']);
});

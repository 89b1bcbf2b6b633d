/** Whoever asks has their answer before anything is done of what follows from it. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

describe('An agent who becomes ready while five customers wait', () => {
  it('has their presence and their acknowledgement, and then the offers', async () => {
    const queue = await centre.queue();
    for (let n = 0; n < 5; n++) await centre.customer(queue);
    const person = await centre.person(['agent'], {
      attributes: { [queue]: 1 },
      mrds: [{ mrdId: 'CHAT', maxAgentTasks: 5 }],
    });
    const desk = await person.connect();
    const connection = centre.stack.gateway.connections().find(({ principalId }) => principalId === person.id);
    const posted: string[] = [];
    const stop = centre.stack.gateway.interceptPosts(({ connectionId, body }) => {
      if (connectionId === connection?.connectionId) posted.push(JSON.parse(body).event);
      return undefined;
    });
    try {
      desk.send('changeAgentState', { action: 'agentState', state: { name: 'READY', reasonCode: null } }, 'ready-1');
      await centre.poll(() => posted.filter((event) => event === 'taskRequest').length).toBe(5);
      expect(posted.slice(0, 2)).toEqual(['agentPresence_', 'ack']);
      expect(posted.filter((event) => event === 'ack')).toHaveLength(1);
    } finally {
      stop();
    }
  });
});

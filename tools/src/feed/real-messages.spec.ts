import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readMessages } from './feed.js';
import { planSteps } from './plan-steps.js';
import { keywordRules } from './rules.js';

/** The texts are not ours to copy; whoever has them names their folder. */
const folder = process.env.LIANBAN_DATA;

(folder ? describe : describe.skip)('the real messages', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it('are read to the last line, and each comes to an end', async () => {
    const { messages, badLines } = await readMessages(join(folder ?? '', 'messages-replied.jsonl'), now);
    expect(badLines).toEqual([]);
    expect(messages.length).toBeGreaterThan(1_000);
    for (const message of messages) {
      const { script } = planSteps(message, keywordRules, ['estate']);
      expect(['call-back', 'handle-on-the-spot', 'refuse']).toContain(script.steps.at(-1)?.do);
    }
  });

  it('are spread over the departments: none gets more than 35 %, and most get some', async () => {
    const { messages } = await readMessages(join(folder ?? '', 'messages-replied.jsonl'), now);
    const counts = new Map<string, number>();
    for (const message of messages) {
      const { lead } = keywordRules(message);
      counts.set(lead, (counts.get(lead) ?? 0) + 1);
    }
    expect(Math.max(...counts.values()) / messages.length).toBeLessThan(0.35);
    expect(counts.size).toBeGreaterThanOrEqual(25);
    expect((counts.get('government-services') ?? 0) / messages.length).toBeLessThan(0.1);
  });
});

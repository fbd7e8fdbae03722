import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { acceptedDigests, differences, GOLDEN_STRATEGIES, goldenDigests } from '../scripts/golden-digests.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('orders, fills and settlements on the demo tape', () => {
  for (const strategy of GOLDEN_STRATEGIES) {
    it(`are what they were when ${strategy} was last accepted, in every arm and lane`, async () => {
      const accepted = Object.entries(acceptedDigests()).filter(([key]) => key.startsWith(`${strategy}, `));
      const now = await goldenDigests(strategy, folder);
      expect(differences(Object.fromEntries(accepted), now).join('\n')).toBe('');
    });
  }

  it('one changed digest names the strategy, the arm, the lane and the command that accepts it', () => {
    const [text, ...others] = differences(
      { 'whale, fade, base': 'a'.repeat(64), 'noop, noop, base': 'c'.repeat(64) },
      { 'whale, fade, base': 'b'.repeat(64), 'noop, noop, base': 'c'.repeat(64) },
    );
    expect(others).toEqual([]);
    expect(text).toContain('strategy whale, arm fade, lane base');
    expect(text).toContain('npm run golden -- --accept');
  });
});

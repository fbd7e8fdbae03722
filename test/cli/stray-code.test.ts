import { describe, expect, it, vi } from 'vitest';

describe('a failure that nobody waited for', () => {
  const ofNode = new Error('read ECONNRESET');
  ofNode.stack = 'Error: read ECONNRESET\n    at TCP.onStreamRead (node:internal/stream_base_commons:218:20)';

  it('is ours in a command that runs no code of a user, and may be the strategy’s in one that does', async () => {
    // As in a process that has just begun: files before this one may have run code of users.
    vi.resetModules();
    const { markForeignCode, strayFault } = await import('../../src/cli/stray-code.ts');
    expect(strayFault(ofNode)).toBe(ofNode);
    markForeignCode();
    expect(strayFault(ofNode)).toMatchObject({ code: 'strategy-failed' });
    const theirs = new Error('slip');
    expect(strayFault(theirs)).toMatchObject({ code: 'strategy-failed' });
  });
});

import { describe, expect, it } from 'vitest';
import { markForeignCode, strayFault } from '../../src/cli/stray-code.ts';

describe('a failure that nobody waited for', () => {
  const ofNode = new Error('read ECONNRESET');
  ofNode.stack = 'Error: read ECONNRESET\n    at TCP.onStreamRead (node:internal/stream_base_commons:218:20)';

  it('is ours in a command that runs no code of a user, and may be the strategy’s in one that does', () => {
    expect(strayFault(ofNode)).toBe(ofNode);
    markForeignCode();
    expect(strayFault(ofNode)).toMatchObject({ code: 'strategy-failed' });
    const theirs = new Error('slip');
    expect(strayFault(theirs)).toMatchObject({ code: 'strategy-failed' });
  });
});

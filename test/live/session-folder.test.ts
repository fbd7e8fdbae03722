import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findSession, SessionFolder, sessionIds } from '../../src/live/session-folder.ts';
import { temporaryFolder } from '../cli/compiled.ts';

test('the newest session is the one that was begun last, whatever time its market had', () => {
  const data = temporaryFolder();
  const begin = (id: string, startedTime: number, begunTime: number) =>
    SessionFolder.create(data, { id, startedTime, begunTime } as never);
  begin('in-2030', 1_900_000_000_000_000, 1_000);
  begin('a-moment-later', 1_700_000_000_000_001, 2_000);
  begin('newest', 1_700_000_000_000_000, 3_000);
  expect(sessionIds(data)).toEqual(['in-2030', 'a-moment-later', 'newest']);
  expect(findSession(data, 'latest').path).toBe(join(data, 'sessions', 'newest'));
});

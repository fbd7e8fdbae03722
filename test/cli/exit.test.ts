import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endingOf, OWN_MISTAKE } from '../../src/cli/exit.ts';
import { AssertionError } from '../../src/core/assert.ts';
import { FAULT_EXIT, Fault } from '../../src/core/fault.ts';

const document = readFileSync(resolve(import.meta.dirname, '../../docs/exit-codes.md'), 'utf8');

describe('the end of a failed command', () => {
  it('tells a fault in three lines: what, why, next', () => {
    const cause = new Error('ENOENT: no such file\nmore');
    const { status, text } = endingOf(
      new Fault('missing-file', 'cannot read a.csv', { next: 'Check the path.', cause }),
      false,
    );
    expect(status).toBe(3);
    expect(text).toBe('error: cannot read a.csv [missing-file]\nwhy:   ENOENT: no such file\nnext:  Check the path.');
  });

  it('does not repeat a cause that the message already tells', () => {
    const fault = new Fault('malformed-input', 'a.csv: bad row', { next: 'Mend it.', cause: new Error('bad row') });
    expect(endingOf(fault, false).text).toBe('error: a.csv: bad row [malformed-input]\nnext:  Mend it.');
  });

  it('owns up to a broken invariant with a stack, as status 70', () => {
    const { status, text } = endingOf(new AssertionError('cash does not sum'), false);
    expect(status).toBe(OWN_MISTAKE);
    expect(text).toContain('AssertionError: cash does not sum\n    at ');
    expect(text).toContain('please report it');
    expect(JSON.parse(endingOf(new Error('x'), true).text).error.code).toBe('own-mistake');
  });
});

describe('docs/exit-codes.md', () => {
  it('lists each fault code with its own exit status', () => {
    for (const [code, status] of Object.entries(FAULT_EXIT)) {
      const row = document.split('\n').find((line) => line.includes(`\`${code}\``));
      expect(row, `docs/exit-codes.md has no row for ${code}`).toBeDefined();
      expect(row).toMatch(new RegExp(`^\\| ${status} \\| \`${code}\` \\|`));
    }
  });

  it('lists no code that does not exist', () => {
    const listed = [...document.matchAll(/^\| \d+ \| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(listed.sort()).toEqual([...Object.keys(FAULT_EXIT), 'own-mistake'].sort());
  });
});

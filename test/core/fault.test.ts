import { describe, expect, it } from 'vitest';
import { AssertionError, assert, unreachable } from '../../src/core/assert.ts';
import { FAULT_EXIT, Fault, type FaultCode } from '../../src/core/fault.ts';

const CODES = Object.keys(FAULT_EXIT) as FaultCode[];

describe('the list of faults', () => {
  it('has codes that read as words, each once', () => {
    for (const code of CODES) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(new Set(CODES).size).toBe(CODES.length);
  });

  it('ends every code with a status that no shell, signal or crash gives', () => {
    for (const code of CODES) {
      const status = FAULT_EXIT[code];
      if (code === 'interrupted') expect(status).toBe(128 + 2);
      else expect(status >= 2 && status < 64).toBe(true);
    }
  });

  it('gives the statuses of a user, an input, a refusal, a strategy, a disk and a query apart', () => {
    const codes: FaultCode[] = [
      'usage',
      'malformed-input',
      'unknown-fee-schedule',
      'strategy-failed',
      'disk-full',
      'query-failed',
    ];
    expect(codes.map((code) => FAULT_EXIT[code])).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe('a fault', () => {
  it('says what happened, what to do next, and keeps its cause', () => {
    const cause = new Error('ENOSPC');
    const fault = new Fault('disk-full', 'no room left', { next: 'Free some space.', cause });
    expect([fault.name, fault.code, fault.message, fault.next]).toEqual([
      'Fault',
      'disk-full',
      'no room left',
      'Free some space.',
    ]);
    expect(fault.cause).toBe(cause);
    expect(fault).toBeInstanceOf(Error);
  });

  it('without a next step or a cause has neither', () => {
    const fault = new Fault('usage', 'what?');
    expect(fault.next).toBe('');
    expect('cause' in fault).toBe(false);
  });
});

describe('an assertion', () => {
  it('is no fault: it means that the code is wrong', () => {
    expect(() => assert(false, 'the ledger does not sum')).toThrow(AssertionError);
    expect(() => assert(true, 'never said')).not.toThrow();
    expect(() => unreachable({ odd: 1 } as never)).toThrow('unreachable value: {"odd":1}');
    expect(new AssertionError('x')).not.toBeInstanceOf(Fault);
  });
});

import { Fault } from '../core/fault.ts';
import type { DoctorFlags } from './commands/doctor.ts';
import { examine, type Finding } from './doctor-checks.ts';
import type { Session } from './session.ts';

/** Prints what is in order and what is not, with the next step. Throws a Fault (`not-ready`) where a check failed. */
export async function doctor(flags: DoctorFlags, session: Session): Promise<void> {
  const names = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '');
  const asked = { url: flags.url, series: names(flags.series), markets: names(flags.market) };
  const findings = await examine(session.dataFolder, asked, session.signal);
  const bad = findings.filter(({ state }) => state === 'failed');
  session.print(
    session.json ? JSON.stringify({ ready: bad.length === 0, findings }, null, 2) : findings.flatMap(lines).join('\n'),
  );
  if (bad.length === 0) return;
  throw new Fault(
    'not-ready',
    `${bad.length} of ${findings.length} checks failed: ${bad.map(({ check }) => check).join(', ')}`,
    {
      next: bad[0]!.next,
    },
  );
}

const STATE_WORDS = { ok: 'ok', failed: 'failed', 'not-checked': '-' } as const;

function lines({ check, state, said, next }: Finding): string[] {
  const line = `${STATE_WORDS[state].padEnd(6)}  ${check.padEnd(11)}  ${said}`;
  return next === '' ? [line] : [line, `${' '.repeat(21)}next: ${next}`];
}

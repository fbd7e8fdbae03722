import { sweptText } from '../study/sweep/grid.ts';
import { cents, count, minute, signedDollars } from '../study/text/number-text.ts';
import { textTable } from '../study/text/text-table.ts';
import { spansOf, type TapeKin } from '../study/trials/tape-kin.ts';
import type { Trial } from '../study/trials/trial-line.ts';
import { countTrials, distinctTrials, readTrials } from '../study/trials/trials.ts';
import { openTape } from '../tape/open-tape.ts';
import type { Session } from './session.ts';

const ROWS_SHOWN = 30;
const COLUMNS = [
  { title: 'last seen (UTC)' },
  { title: 'strategy' },
  { title: 'net, worst lane', right: true },
  { title: '¢ each', right: true },
  { title: 'days', right: true },
  { title: 'made by' },
  { title: 'parameters that differ' },
];

/**
 * Prints every different configuration ever tried on a tape, newest last; without a name, how many there are on each tape. Throws a
 * Fault (`tape-not-found`).
 */
export async function showTrials(tape: string | undefined, session: Session): Promise<void> {
  const trials = readTrials(session.dataFolder, (text) => session.note(`note: ${text}`));
  if (tape === undefined) showTapes(trials, session);
  else {
    const { manifest, markets } = await openTape(session.dataFolder, tape);
    const { name, digest, synthetic } = manifest;
    showTape(trials, { name, digest, synthetic, spans: spansOf(markets) }, session);
  }
}

function showTapes(trials: readonly Trial[], session: Session): void {
  const tapes = new Map(trials.map(({ tape }) => [tape.digest, tape]));
  const lines = [...tapes.values()].map((tape) => ({
    name: tape.name,
    digest: tape.digest,
    synthetic: tape.synthetic,
    trials: distinctTrials(trials, tape).length,
    counted: countTrials(trials, tape).count,
    runs: trials.filter((trial) => trial.tape.digest === tape.digest).length,
  }));
  if (session.json) {
    session.print(JSON.stringify(lines, null, 2));
    return;
  }
  if (lines.length === 0) {
    session.print(`no trial has been made in ${session.dataFolder}`);
    return;
  }
  const columns = [{ title: 'tape' }, { title: 'digest' }];
  const numbers = ['trials', 'of them traded', 'results seen'].map((title) => ({ title, right: true }));
  const rows = lines.map(({ name, digest, synthetic, trials: all, counted, runs }) => [
    synthetic ? `${name} (SYNTHETIC)` : name,
    digest.slice(0, 12),
    count(all),
    count(counted),
    count(runs),
  ]);
  session.print(textTable([...columns, ...numbers], rows).join('\n'));
}

function showTape(trials: readonly Trial[], tape: TapeKin, session: Session): void {
  const { name, digest } = tape;
  const distinct = distinctTrials(trials, tape);
  if (session.json) {
    session.print(JSON.stringify({ tape: { name, digest }, ...countTrials(trials, tape), trials: distinct }, null, 2));
    return;
  }
  if (distinct.length === 0) {
    session.print(`no trial has been made on ${name}, nor on a tape that overlaps it`);
    return;
  }
  const shown = distinct.slice(-ROWS_SHOWN);
  session.print(
    textTable(
      COLUMNS,
      shown.map((trial) => row(trial, distinct)),
    ).join('\n'),
  );
  if (distinct.length > shown.length)
    session.print(`${count(distinct.length - shown.length)} earlier: --json shows all.`);
  session.print(
    `${count(countTrials(trials, tape).count)} different configurations have traded on ${name} or on tapes that overlap it.`,
  );
}

function row({ time, strategy, params, source, lanes }: Trial, all: readonly Trial[]): string[] {
  const worst = lanes.reduce((least, lane) => (lane.net_e6 < least.net_e6 ? lane : least));
  const siblings = all.filter((other) => other.strategy === strategy);
  const differing = Object.entries(params).filter(([name, value]) =>
    siblings.some((other) => other.params[name] !== value),
  );
  return [
    minute(time),
    strategy,
    signedDollars(worst.net_e6),
    cents(worst.cents_per_contract),
    count(worst.days),
    source,
    sweptText(Object.fromEntries(differing)),
  ];
}

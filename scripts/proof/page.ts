import type { Claim, Proof } from './claims.ts';
import type { SplitTruth } from './decreases.ts';
import type { FairBets } from './fair-bets.ts';
import type { QueueTruth } from './queue.ts';
import { LOOKS } from './queue-run.ts';
import { type StudyPoint, smallestFound } from './study-sums.ts';
import { STATED_SHARE, STUDY_CONFIG } from './study-task.ts';

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const signed = (value: number, digits = 2): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const of = (part: number, whole: number): string => `${count(part)} of ${count(whole)} (${percent(part / whole)})`;

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = columns.map((_, at) => (at === 0 ? '---' : '---:'));
  return [columns, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The claims as a table. */
export function claimTable(claims: readonly Claim[]): string {
  const rows = claims.map(({ text, bound, measured, holds, reason }) => [
    text,
    bound,
    measured,
    holds ? 'holds' : '**fails**',
    reason,
  ]);
  return table(['claim', 'bound', 'measured', '', 'where the bound is from'], rows);
}

/** docs/proof.md: what is claimed, what was measured, and what it does not show. */
export function proofPage({ queues, splits, fair, points }: Proof, claims: readonly Claim[]): string {
  return `# The simulator and the statistics against known truth

No long recorded tape with depth and trades is at hand, so the queue model, the fill lanes and the verdict are proved where everything is known: on
SYNTHETIC tapes, whose generator matches every order by itself and shares no matching code with the simulator. This page is written by
\`npm run proof\`; a short form of it, \`npm run proof -- --quick\`, runs with the tests. What holds here holds for the simulator; that a real
venue behaves like the generator is not shown by it, and the queue model stays unproven on real fills until sessions exist.

${claimTable(claims)}

${queueSection(queues)}

${splitSection(splits)}

${fairSection(fair)}

${studySection(points)}
`;
}

function queueSection(queues: readonly QueueTruth[]): string {
  const [first] = queues;
  return `## Queue, fills and lanes

${count(first!.orders)} extra orders were placed at random times, levels (a tenth inside the spread, half at the touch, the rest up to three levels behind)
and sizes on generated tapes of ${count(first!.rows)} rows, and cancelled after a quarter of an hour on average. Nobody in the generated market sees
them: the generator's own queues say what each would have got. The simulator gets the same orders at the same instants, without any delay, in
every lane. Each tape is told in three ways: prints before the decreases they cause, after them, and on two channels with delays of their
own of up to 4 ms and print times in whole milliseconds.

${queueTable(first!)}

${queues.map(fillTable).join('\n\n')}

What the figures say:

- An order joins with exactly the queue that stood there. From then on the pessimistic lane never has it nearer to the front than it was, and
  fills nothing early; the optimistic lane is about as much too near as the pessimistic is too far. How the feed tells prints and decreases changes next to nothing.
- Where the truth fills and the pessimistic and base lanes do not, a quote of the other side arrived *at* our price. In the generator its
  sender takes what stands in the way; on Kalshi one who pays no maker fee would rather refuse to take. So it fills in the optimistic
  lane only, and in the others its sender is gone: what met us is not there for a later order of ours either. Before this was measured such quotes filled in
  no lane, and much of the truth lay outside them all.
- Where the truth fills more than even the optimistic lane, a taker emptied our level and wanted more. The tape does not show what an
  immediate order did not get, and no lane makes it up.
- "Worth" is what a contract was truly worth at the moment of its fill, less its price: below zero, because resting orders are hit when they
  should not be. The lanes that fill less do not lose less by it.`;
}

function queueTable(queue: QueueTruth): string {
  const rows = queue.lanes.flatMap(({ lane, looks }) =>
    looks.map(({ orders, truth, bias, absolute, tooNear }, at) => [
      at === 0 ? lane : '',
      lookName(LOOKS[at]!),
      count(orders),
      count(truth / orders),
      signed(bias / orders),
      `${(absolute / orders).toFixed(2)} (${percent(absolute / truth, 2)})`,
      percent(tooNear / orders),
    ]),
  );
  return `Told ${queue.telling}:

${table(['queue ahead', 'after', 'orders', 'true mean, contracts', 'bias', 'mean error', 'too near'], rows)}`;
}

function fillTable(queue: QueueTruth): string {
  const fills = queue.lanes.map(({ lane, filled, time, contracts, worth }) => [
    lane,
    count(filled.both),
    count(filled.laneOnly),
    count(filled.truthOnly),
    count(filled.neither),
    count(time.earlier),
    count(time.same),
    count(time.later),
    percent(contracts / queue.contracts),
    `${signed(worth / contracts)} ¢`,
  ]);
  return `**Told ${queue.telling}.** Of ${count(queue.touched)} orders that filled somewhere, the true quantity lies between the lanes' for
${percent(queue.quantityBetween / queue.touched)}, the true time of the whole fill for ${percent(queue.timeBetween / queue.touched)}. Of those outside, ${count(queue.unseenDemand)} stood at a level that a taker emptied, ${count(queue.unexplained)} did not.

${table(
  [
    'filled whole',
    'both',
    'lane only',
    'truth only',
    'neither',
    'earlier',
    'same time',
    'later',
    'contracts, of the truth',
    'worth',
  ],
  [...fills, ['truth', '', '', '', '', '', '', '', '100.0 %', `${signed(queue.worth / queue.contracts)} ¢`]],
)}`;
}

function lookName(look: number): string {
  const seconds = look / 1e6;
  return seconds === 0 ? 'joining' : seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
}

function splitSection(splits: readonly SplitTruth[]): string {
  const rows = splits.map((split) => [
    split.telling,
    count(split.decreased / 100),
    percent(split.traded / split.decreased, 2),
    percent(split.cancelled / split.decreased, 2),
    percent(split.ambiguous / split.decreased, 2),
    percent(split.trulyTraded / split.decreased, 2),
    percent(split.wrong / split.decreased, 2),
  ]);
  return `## What a decrease was

Every decrease of a level was a trade or a cancel; the feed does not say which. The venue splits them by one accumulator
(\`src/sim/decrease-split.ts\`), which is run here over the same tapes, and by \`npx tapedeck inspect\` over any tape. It calls a decrease ambiguous when a
print and more than one decrease of its level lie within 5 ms and none has the print's own millisecond and size.

${table(['told', 'contracts that left levels', 'traded', 'cancelled', 'ambiguous', 'truly traded', 'wrong'], rows)}

A wrong one costs little: a print moves the queue by its own size in every lane, whichever decrease it is matched with. The queue errors above hold
all of it.`;
}

function fairSection(fair: readonly FairBets[]): string {
  const rows = fair.map(({ cents, days, betsPerDay, runs, held, above, yes }) => [
    `${cents} ¢`,
    String(days),
    String(betsPerDay),
    percent(held / runs),
    percent(above / runs),
    percent(yes / runs),
  ]);
  return `## Bets without an edge

Contracts bought at their true probability, ${count(fair[0]!.runs)} runs a row, the three lanes alike, no placebo: how often the 95 % interval holds the truth, lies above
it, and how often the verdict says yes.

${table(['price', 'days', 'bets a day', 'interval holds zero', 'interval above zero', 'verdict yes'], rows)}

- Favourites bought on few days look like an edge to any interval, because the loss that pays for the wins has not come yet. What keeps them out is the
  verdict's second question: with fewer than five days that ended with a loss, the interval must stay above zero when one more day is added that loses the largest
  stake of any day (\`src/study/statistics/unseen-loss.ts\`).
- The interval is studentized: each draw of days is measured in its own standard error. Percentiles of the ratio, which were used before, were too narrow on
  few and on skewed days.`;
}

function studySection(points: readonly StudyPoint[]): string {
  const whale = points.filter(({ strategy }) => strategy === 'whale');
  const found = smallestFound(whale);
  const rows = points.map((point) => [
    `\`${point.strategy}\``,
    percent(point.effect, 0),
    signed(point.net),
    signed(point.fair),
    count(point.contracts),
    of(point.yes, point.runs),
    percent(point.above / point.runs),
    point.strategy === 'random' ? '–' : percent(point.beyondPlacebo / point.runs),
    point.strategy === 'whale' ? percent(point.beyondOneDraw / point.runs) : '–',
    percent(point.holdsNet),
    percent(point.holdsFair),
  ]);
  const cities = STUDY_CONFIG.cities.length;
  return `## Does a run find what is there, and nothing else

Each run generates a tape of its own (${cities} cities, ${STUDY_CONFIG.days} days, activity ${STUDY_CONFIG.activity}, ${STUDY_CONFIG.sweepsPerEvent} sweeps an event), runs the strategy with its
controls in all three lanes, and judges it as a backtest does: intervals, placebo, verdict. \`whale\` runs with its standard parameters but for \`maxPositions\`, and
under limits that refuse nothing, so that every whale counts. "Planted" is the share of sweeps whose trader knows the outcome; for \`oracle\` the share of its trades
for which it is told it. An oracle looks ahead: its verdict says so, and it runs on no recorded tape.

${table(
  [
    'strategy',
    'planted',
    'earns over all seeds, ¢',
    'fair worth of its fills, ¢',
    'contracts a run',
    'verdict yes',
    'interval above zero',
    'beyond the placebo, 5 draws',
    '1 draw',
    'interval holds what it earns',
    'interval holds the fair worth',
  ],
  rows,
)}

- **Smallest edge found eight times in ten**: ${found === null ? 'none of those tried' : `about ${percent(found.effect, 0)} of sweeps informed, ${signed(found.cents)} cents a contract after costs, over ${STUDY_CONFIG.days} days and some ${count(whale[0]!.contracts / 5)} trades`}. Stated and bounded: ${percent(STATED_SHARE, 0)}.
  A smaller edge on so few trades is mostly not found, and no rule of the verdict makes up for it: a contract held to settlement wins or loses some 45 cents, so that 300 of
  them leave an error of 45 / √300 = 2.6. With the standard \`maxPositions\` of three a tape of two weeks gives some forty trades, whose error is 7 cents: only a very large edge shows.
- **One placebo draw is as noisy as what it is compared with.** Alone it took away much of the power (the two columns). Five draws are judged as one control now, at five
  times its cost in time; its condition stays, because it tells skill from drift.
- **"In every lane" costs little**, because lanes are the same days and nearly the same fills: their intervals stand or fall together.
- **Fair worth** is what the fills were worth by the generator's true probability when they were made, less price and fee: the luck of the outcome is not in it. For \`random\` it is
  minus the spread and the fees, and its interval holds it as often as it should. For \`whale\` with a planted edge it is far below what it earns, as it must be: the informed know more than the
  public probability.`;
}

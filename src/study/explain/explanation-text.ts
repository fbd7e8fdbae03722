import { formatDollars, type Money } from '../../core/money.ts';
import { type Duration, formatDuration, formatTime, type Time } from '../../core/time.ts';
import type { Reasons } from '../../engine/strategy.ts';
import { contracts, signedDollars } from '../text/number-text.ts';
import { wrap } from '../text/text-table.ts';
import type { ExplainedFill, ExplainedStep, Explanation } from './explanation.ts';
import type { OrderRow, UpdateRow } from './recorded.ts';
import type { TapeRow } from './tape-rows.ts';

const WIDTH = 98;
/** Of a long queue the first and the last steps are shown. */
const STEPS_SHOWN = 8;

/** An explanation for a terminal, under 100 columns, in the order in which things happened. */
export function renderExplanation(explanation: Explanation): string {
  const parts = [
    head(explanation),
    heard(explanation),
    decisions(explanation),
    limits(explanation),
    wire(explanation),
    book(explanation),
    queue(explanation),
    answers(explanation),
    fees(explanation),
    outcome(explanation),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.flatMap(fit).join('\n'))
    .join('\n\n')}\n`;
}

/** A line that is too long goes on below, two spaces further in. */
function fit(line: string): string[] {
  const indent = line.length - line.trimStart().length;
  return wrap(line.trimStart(), WIDTH - indent - 2).map(
    (part, at) => ' '.repeat(at === 0 ? indent : indent + 2) + part,
  );
}

function head({ run, arm, lane, laneIs, order }: Explanation): string[] {
  const terms = [
    order.time_in_force,
    order.post_only ? 'post-only' : '',
    order.reduce_only ? 'reduce-only' : '',
    ...(order.fair_price_e4 === null ? [] : [`fair by its own word: ${cents(order.fair_price_e4)}`]),
  ].filter((term) => term !== '');
  const ended = order.reason === null ? order.status : `${order.status} (${order.reason})`;
  return [
    `order ${order.order_id} of ${arm} in the ${lane} lane${laneIs === 'worst' ? ', its worst' : ''}: run ${run.id}`,
    ...(run.synthetic ? ['SYNTHETIC: a program generated this tape. Nothing below is about a real market.'] : []),
    `${order.side} ${contracts(order.quantity_e2)} of ${order.ticker} at ${cents(order.price_e4)} (YES price), ${terms.join(', ')}: ${ended}, ${contracts(order.filled_e2)} filled`,
  ];
}

function heard({ heard: known, order, run }: Explanation): string[] {
  if (known === null) return ['Heard before', `  the tape ${run.tape} cannot be read as it was`];
  const { moment, answer, trigger, triggerTicker, feedUs, market } = known;
  const decided =
    moment === 'row'
      ? `decided on row ${trigger!.sequence}${triggerTicker === null || triggerTicker === order.ticker ? '' : ` of ${triggerTicker}`}`
      : moment === 'answer'
        ? `decided on an answer of the venue: order ${answer!.order_id} ${answer!.type}`
        : 'decided on a clock of its own, or at the beginning: no row was told at that moment';
  return [
    `Heard before (a row is heard ${span(feedUs)} after it was received)`,
    ...market.map((told) => `  ${row(told)}, heard ${clock(told.local_time_us + feedUs)}`),
    `  at ${formatTime(order.submit_time_us as Time)} it ${decided}`,
  ];
}

function decisions({ decisions: rows, order }: Explanation): string[] {
  if (rows.length === 0) return ['Decision', '  the strategy explained none in this market'];
  return [
    'Decision',
    ...rows.map(({ action, time_us, reasons }) => {
      const earlier = order.submit_time_us - time_us;
      const when = earlier === 0 ? '' : ` (${span(earlier)} before)`;
      return `  ${action}${when}: ${plainReasons(reasons)}`;
    }),
  ];
}

/** Reasons as "name value, name value". */
export function plainReasons(reasons: Reasons): string {
  return Object.entries(reasons)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function limits({ order }: Explanation): string[] {
  const asked = `asked ${contracts(order.asked_e2)}`;
  if (order.status === 'refused') return ['Limits', `  ${asked}, refused: ${order.reason}; nothing left`];
  const cut = order.quantity_e2 < order.asked_e2;
  return [
    'Limits',
    `  ${asked}, ${cut ? `${contracts(order.quantity_e2)} allowed: a limit cut the rest` : 'all allowed'}`,
  ];
}

function wire({ request, lane }: Explanation): string[] {
  if (request === null) return [];
  const { leftUs, arrivedUs, quantile, origin } = request;
  if (arrivedUs === null) return ['On the wire', `  left ${clock(leftUs)}; the tape ended before it arrived`];
  const drawn = quantile === null ? 'drawn from' : `quantile ${quantile} of`;
  return [
    'On the wire',
    `  left ${clock(leftUs)}, arrived ${clock(arrivedUs)}: ${span(arrivedUs - leftUs)} (${lane}: ${drawn} ${origin} delays)`,
  ];
}

function book({ met, unseen, order }: Explanation): string[] {
  if (unseen !== null) return ['At the venue', `  not shown: ${unseen}`];
  if (met === null) return [];
  const title = `At the venue when it arrived (${clock(met.timeUs)})`;
  if (met.state === 'none') return [title, '  this tape has no books'];
  const quote = (priceE4: number | null, sizeE2: number | null): string =>
    priceE4 === null ? 'none' : `${cents(priceE4)} for ${contracts(sizeE2 ?? 0)}`;
  const able = met.takeable.map(({ priceE4, quantityE2 }) => `${contracts(quantityE2)} at ${cents(priceE4)}`);
  return [
    title,
    `  book ${met.state}: best bid ${quote(met.bestBidE4, met.bidSizeE2)}, best ask ${quote(met.bestAskE4, met.askSizeE2)}`,
    `  displayed at ${cents(order.price_e4)} on its own side: ${met.ownLevelE2 === null ? 'not known' : contracts(met.ownLevelE2)}`,
    `  within its limit it could take ${able.length === 0 ? 'nothing' : able.slice(0, 5).join(', ')}${able.length > 5 ? ', …' : ''}`,
  ];
}

function queue(explanation: Explanation): string[] {
  const { steps, cancels, met } = explanation;
  if (steps.length === 0) return [];
  const lines = steps.map((step) => stepLine(step, explanation));
  const hidden = lines.length - 2 * STEPS_SHOWN;
  const shown =
    hidden <= 1
      ? lines
      : [...lines.slice(0, STEPS_SHOWN), `… ${hidden} steps more (all with --json) …`, ...lines.slice(-STEPS_SHOWN)];
  return [
    met?.state === 'none' ? 'Its place' : `Its place (this lane takes cancels to be ${where(cancels)})`,
    ...shown.map((line) => `  ${line}`),
  ];
}

function where(cancels: string): string {
  return cancels === 'behind' ? 'behind us' : cancels === 'ahead' ? 'ahead of us' : 'spread evenly over the queue';
}

function stepLine(step: ExplainedStep, { order, fills }: Explanation): string {
  const cause = step.tape === null ? (step.message ?? `row ${step.row}`) : row(step.tape);
  const time = step.tape === null ? `${clock(step.timeUs)} ` : '';
  const filled = step.filledE2 === 0 ? '' : `, ${contracts(step.filledE2)} of ours traded${why(step, order, fills)}`;
  return `${time}${cause}: ${place(step, order.price_e4)}${filled}`;
}

/** By which rule a row that fills us does so. */
function why({ tape }: ExplainedStep, order: OrderRow, fills: readonly ExplainedFill[]): string {
  if (tape === null) return '';
  const took = fills.some((fill) => fill.tape_sequence === tape.sequence && fill.liquidity === 'taker');
  if (took) return ': without a book the next print on its side stands for what it took';
  if (tape.kind === 'trade' || tape.kind === 'unsided-trade') {
    return tape.price_e4 === order.price_e4 ? ': its turn has come' : ': the trade went through its price';
  }
  const own = tape.kind === 'delta' && tape.side === order.side && tape.price_e4 === order.price_e4;
  return own ? ': this lane counts the decrease as a trade' : ': the recorded quotes now pass its price';
}

function place({ phase, aheadBeforeE2, aheadAfterE2, displayedE2 }: ExplainedStep, priceE4: number): string {
  if (phase === 'done') return 'out of the queue';
  if (phase === 'seeking') return 'waits for the next print on its side';
  const after = aheadAfterE2 === null ? 'an unknown number' : contracts(aheadAfterE2);
  const before = aheadBeforeE2 === null || aheadBeforeE2 === aheadAfterE2 ? '' : `, ${contracts(aheadBeforeE2)} before`;
  const shown = displayedE2 === null ? '' : ` (${contracts(displayedE2)} displayed)`;
  return `${after} ahead at ${cents(priceE4)}${before}${shown}`;
}

function answers({ answers: rows }: Explanation): string[] {
  if (rows.length === 0) return [];
  return ['Requests and answers (at the venue, then when we knew)', ...rows.map((update) => `  ${answerLine(update)}`)];
}

function answerLine({ type, reason, quantity_e2, price_e4, exchange_time_us, local_time_us }: UpdateRow): string {
  const what = [
    quantity_e2 === null ? '' : contracts(quantity_e2),
    price_e4 === null ? '' : `at ${cents(price_e4)}`,
    reason === null ? '' : `(${reason})`,
  ].filter((part) => part !== '');
  return `${clock(exchange_time_us)}  ${clock(local_time_us)}  ${[type, ...what].join(' ')}`;
}

function fees({ fills }: Explanation): string[] {
  if (fills.length === 0) return [];
  return ['Fills and fees (k × multiplier × contracts × P × (1 − P))', ...fills.flatMap(feeLines)];
}

function feeLines({
  fee,
  price_e4,
  quantity_e2,
  liquidity,
  tape_sequence,
  position_after_e2,
}: ExplainedFill): string[] {
  const [p, n] = [price_e4 / 10_000, quantity_e2 / 100];
  const formula = `${fee.coefficientE4 / 10_000} × ${fee.terms.multiplierE4 / 10_000} × ${n} × ${p} × ${(10_000 - price_e4) / 10_000}`;
  const terms = `${fee.terms.type}${fee.assumed ? ', assumed for that time' : ''}`;
  return [
    `  ${contracts(quantity_e2)} at ${cents(price_e4)} as ${liquidity}, by tape row ${tape_sequence}; position then ${contracts(position_after_e2)} YES`,
    `    fee ${formula} = $${dollars(fee.modelE6)}, charged $${dollars(fee.chargedE6)} after rounding (${terms})`,
  ];
}

function outcome({ outcome: made, order, fills }: Explanation): string[] {
  if (fills.length === 0) return ['What it made', '  nothing: it never traded'];
  if (made === null) {
    return [
      'What it made',
      '  not known: its market never paid on this tape; what is open counts as lost in the headline',
    ];
  }
  const { valueE4, priceE6, feesE6, netE6, settlement } = made;
  const paid =
    settlement === null
      ? `${order.ticker} paid ${cents(valueE4)} a YES; the position was closed before that`
      : `${order.ticker} paid ${cents(valueE4)} a YES (${settlement.outcome}) at ${formatTime(settlement.time_us as Time)}`;
  return [
    'What it made',
    `  ${paid}`,
    `  against that: ${signedDollars(priceE6)} by price, ${formatDollars(feesE6 as Money)} fees, ${signedDollars(netE6)} net`,
    '  (over all orders of a market this sums to what the market made)',
  ];
}

function row({ sequence, kind, side, price_e4, quantity_e2, exchange_time_us, detail }: TapeRow): string {
  const size = quantity_e2 === null ? '' : ` ${contracts(quantity_e2)}`;
  const at = price_e4 === null ? '' : ` at ${cents(price_e4)}`;
  const who = side === null ? '' : kind === 'trade' ? `, taker ${side}` : ` ${side}`;
  const what = detail === null ? `${kind}${size}${at}${who}` : `${kind} ${detail.slice(0, 60)}`;
  return `row ${sequence}  ${clock(exchange_time_us)}  ${what}`;
}

/** "10:15:02.123456": the day stands at the decision. */
function clock(timeUs: number): string {
  return formatTime(timeUs as Time).slice(11, 26);
}

function span(us: number): string {
  return formatDuration(us as Duration);
}

function cents(e4: number): string {
  return `${e4 / 100}¢`;
}

function dollars(e6: number): string {
  return (e6 / 1_000_000).toFixed(6);
}

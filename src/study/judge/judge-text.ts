import { textTable, wrap } from '../text/text-table.ts';
import type { EdgeJudgement, TradedEdges } from './edge-judgement.ts';
import type { Judgement, JudgeReport, Standing } from './judge.ts';
import { BINS } from './reliability.ts';

const WIDTH = 98;

const COLUMNS = [
  { title: 'city' },
  { title: 'events', right: true },
  { title: '' },
  { title: 'Brier', right: true },
  { title: 'RPS', right: true },
  { title: 'log loss', right: true },
  { title: 'MAE °F', right: true },
  { title: 'Brier less the market’s', right: true },
];

/** A judgement for a terminal: a table for each hour, lower scores being better. */
export function judgeText(
  { judgements, left, events, labels, findings }: JudgeReport,
  synthetic: boolean,
  edges: EdgeJudgement | null = null,
): string {
  const hours = [...new Set(judgements.map(({ hour }) => hour))];
  const parts = hours.map((hour) => {
    const at = judgements.filter((each) => each.hour === hour);
    const days = at.flatMap(({ firstDay, lastDay }) => [firstDay, lastDay]).sort();
    return [
      `${hourName(hour)}, days ${days[0]} to ${days.at(-1)}`,
      ...textTable(COLUMNS, at.flatMap(rowsOf)),
      ...at.slice(0, 1).map(gapText),
      ...at.slice(0, 1).flatMap(reliabilityLines),
    ].join('\n');
  });
  const counts = Object.entries(left).flatMap(([why, count]) => (count > 0 ? [`${count} had ${why}`] : []));
  return [
    ...(synthetic ? ['SYNTHETIC: a program generated this tape. Nothing below is about a real market.'] : []),
    ...parts,
    ...(edges === null ? [] : [edgeText(edges)]),
    wrap(
      `${events} events; of the looks at them ${counts.length > 0 ? counts.join(', ') : 'none is left out'}. Lower is better; intervals are 95 %, by calendar day over all cities. What came is ` +
        `the bracket that was paid; the official high lay in it in ${labels.agreed} of ${labels.events} events.`,
      WIDTH,
    ).join('\n'),
    ...findings.map((finding) => wrap(`Not to be believed yet: ${finding}.`, WIDTH).join('\n')),
  ].join('\n\n');
}

/** An hour of a climate day as a person says it, in standard time: "21:00 of the evening before". */
function hourName(hour: number): string {
  const day = Math.floor(hour / 24);
  const minutes = Math.round((hour - day * 24) * 60);
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const when = day === 0 ? 'on the day' : day === -1 ? 'on the day before' : `${-day} days before`;
  return `At ${clock} standard time ${when}`;
}

function rowsOf({ city, events, standings }: Judgement): string[][] {
  return standings.map((standing, at) => [
    at === 0 ? (city ?? 'all') : '',
    at === 0 ? String(events) : '',
    standing.competitor,
    standing.brier.toFixed(3),
    standing.rps.toFixed(3),
    standing.logLoss.toFixed(3),
    standing.mae.toFixed(2),
    against(standing),
  ]);
}

function against({ competitor, againstMarket }: Standing): string {
  if (competitor === 'market') return '';
  if (againstMarket === null) return 'too few days';
  const { estimate, lower, upper } = againstMarket;
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
  return `${signed(estimate)} (${signed(lower)} to ${signed(upper)})`;
}

function gapText({ gaps: { degrees, count, forecastNearer }, events }: Judgement): string {
  const share =
    count === 0
      ? ''
      : `: the forecast was nearer in ${forecastNearer} (${Math.round((100 * forecastNearer) / count)} %)`;
  return `Apart by ${degrees} °F or more in ${count} of ${events}${share}.`;
}

/** How probabilities came true: what was said on average of the brackets of each bin, and the share of them that came. */
function reliabilityLines({ standings }: Judgement): string[] {
  const right = (title: string) => ({ title, right: true });
  const bins = BINS.map((from, at) => right(`${100 * from}–${100 * (BINS[at + 1] ?? 1)} %`));
  const share = (value: number) => (100 * value).toFixed(0);
  const table = textTable(
    [{ title: 'said → came, %' }, ...bins, right('reliability'), right('resolution')],
    standings.map(({ competitor, reliability }) => [
      competitor,
      ...reliability.bins.map(({ said, came }) => (said === null ? '-' : `${share(said)} → ${share(came!)}`)),
      reliability.reliability.toFixed(3),
      reliability.resolution.toFixed(3),
    ]),
  );
  return ['', ...table];
}

function edgeText({
  candidates,
  days,
  logLoss,
  priceOnly,
  againstPrice,
  auc,
  aucOfPrice,
  traded,
}: EdgeJudgement): string {
  const signed = (value: number, digits: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
  const bounds = (of: TradedEdges['cents'], digits: number) =>
    of === null
      ? 'too few days'
      : `${signed(of.estimate, digits)} (${signed(of.lower, digits)} to ${signed(of.upper, digits)})`;
  const right = (title: string) => ({ title, right: true });
  const table = textTable(
    [
      { title: 'traded where it is sure of' },
      right('and the price leaves'),
      right('trades'),
      right('¢ each after the fee'),
    ],
    [
      ...traded.map(({ confidence, leastValue, trades, cents }) => [
        `${100 * confidence} %`,
        `${100 * leastValue} ¢`,
        String(trades),
        bounds(cents, 2),
      ]),
      ['never', '', '0', '0'],
    ],
  );
  const told = `Edges: of ${candidates} candidates on ${days} days the classifier's log loss is ${logLoss.toFixed(4)}, that of the price alone ${priceOnly.toFixed(4)}: ${bounds(againstPrice, 4)}. It ranks them with an AUC of ${auc.toFixed(3)}, the price alone with ${aucOfPrice.toFixed(3)}.`;
  const caution =
    'These are no fills: the price is that of the first print of the side that surely came later, often hours later, and looks of one day repeat each other. What could be had, "backtest --strategy edge" tells.';
  return [...wrap(told, WIDTH), ...table, ...wrap(caution, WIDTH)].join('\n');
}

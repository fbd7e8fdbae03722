import { LANES } from '../../sim/lane.ts';
import type { Summary } from '../summary/summary.ts';
import { minute } from '../text/number-text.ts';
import type { Tearsheet } from './contents.ts';
import { amount, cell, cents, decimal, dollars, lots, reported, said, share, whole } from './figure.ts';
import { intervalStrip, stripScale } from './interval-strip.ts';
import { type Content, html, type Markup } from './markup.ts';

const ANSWERS = { yes: ['yes', '✓'], no: ['no', '✕'], unknown: ['cannot be said', '?'] } as const;

/** What a trader sees first: the verdict, the worst lane's result with its interval, and what it rests on. */
export function firstPage({ summary }: Tearsheet): Markup {
  const { run, facts, verdict } = summary;
  const [answer, sign] = ANSWERS[verdict.survives];
  return html`<section class="first" id="verdict" aria-labelledby="verdict-title">
<div class="answer">
<p class="kicker"><bdi>${run.strategy}</bdi> (<bdi>${run.arm}</bdi>) on <bdi>${facts.tape}</bdi>, ${dates(summary)}</p>
<h1 id="verdict-title">The edge survives every lane: <strong class="verdict ${verdict.survives}"><span aria-hidden="true">${sign}</span> ${answer}</strong></h1>
<p class="grounds">${said(groundsOf(verdict.sentence), reported('summary', 'verdict', 'sentence'))}</p>
${lanesLeftOut(summary)}
</div>
${headline(summary)}
<dl class="strip">${strip(summary).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>
`;
}

/** "Every lane" is every lane that was run: the page says which were not. */
function lanesLeftOut({ arms }: Summary): Markup | null {
  const run = arms[0]!.lanes.map(({ lane }) => lane);
  const left = LANES.map(({ name }) => name).filter((name) => !run.includes(name));
  return left.length === 0 ? null : html`<p class="grounds left">Not run: the ${left.join(' and the ')} lane.</p>`;
}

/** The verdict's sentence without the answer, which stands above it. */
function groundsOf(sentence: string): string {
  const rest = sentence.replace(/^Survives every lane: (?:(?:yes|no|cannot be said)\. )?/, '');
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

/** The days the tape spans. */
export function dates({ facts }: Summary): Markup {
  const [from, to] = [minute(facts.from).slice(0, 10), minute(facts.to).slice(0, 10)];
  return html`<time datetime="${from}">${from}</time> to <time datetime="${to}">${to}</time>`;
}

function headline({ headline: worst, run, arms }: Summary): Markup {
  const { lanes } = arms[0]!;
  const at = lanes.findIndex(({ lane }) => lane === worst.lane);
  const { interval } = lanes[at]!;
  const path = (name: string) => reported('summary', 'arms', 0, 'lanes', at, 'interval', name);
  const range =
    typeof interval === 'string'
      ? html`<p class="range">No interval: ${said(interval, reported('summary', 'arms', 0, 'lanes', at, 'interval'))}.</p>`
      : html`${intervalStrip(interval, stripScale([interval]), worst.lane, true)}
<p class="range">95 % interval ${cents(interval.lower, path('lower'))} to ${cents(interval.upper, path('upper'))}, over ${whole(interval.days, path('days'))} calendar days</p>`;
  return html`<div class="headline">
<p class="label">${lanes.length === 1 ? 'The one lane that was run' : 'Worst lane'}: ${worst.lane}</p>
<p class="big">${dollars(worst.netE6, cell('lanes', run.arm, worst.lane, 'net_e6'))} <span>net</span></p>
<p class="big second">${cents(worst.centsPerContract, cell('lanes', run.arm, worst.lane, 'cents'))} <span>a contract</span></p>
${range}
</div>`;
}

function strip({ run, facts, headline: worst, arms, sharpe }: Summary): [string, Content][] {
  const line = arms[0]!.lanes.find(({ lane }) => lane === worst.lane)!;
  const at = (column: string) => cell('lanes', run.arm, worst.lane, column);
  const ratio =
    typeof sharpe === 'string'
      ? html`<abbr title="${sharpe}">none</abbr>`
      : html`<abbr title="${sharpe.label}">${decimal(sharpe.value, reported('summary', 'sharpe', 'value'), 2)}</abbr>`;
  return [
    ['Fills', whole(line.fills, at('fills'))],
    ['Contracts', lots(line.contractsE2, at('contracts_e2'))],
    ['Fees', amount(line.feesE6, at('fees_e6'))],
    ['Deepest fall', amount(line.maxDrawdownE6, at('max_drawdown_e6'))],
    ['Days traded', whole(facts.daysTraded, reported('summary', 'facts', 'daysTraded'))],
    ['Independent days', decimal(facts.effectiveDays, reported('summary', 'facts', 'effectiveDays'))],
    ['Share of volume', share(facts.participation, reported('summary', 'facts', 'participation'))],
    ['Sharpe, by day', ratio],
  ];
}

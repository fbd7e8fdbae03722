import type { Facts } from '../summary/summary.ts';
import { minute } from '../text/number-text.ts';
import type { Tearsheet } from './contents.ts';
import { decimal, duration, reported, said, share, whole } from './figure.ts';
import { dates } from './first-page.ts';
import { type Content, html, type Markup } from './markup.ts';
import { table } from './table.ts';

const REASONS_SHOWN = 8;

/** What was run, what it rests on, and why it did not trade. */
export function groundParts(sheet: Tearsheet): Markup {
  return html`<section class="part ground" id="run" aria-labelledby="run-title">
<div class="head"><h2 id="run-title">What was run</h2></div>
<div class="columns"><dl class="facts">${ran(sheet)}</dl><dl class="facts">${before(sheet)}</dl></div>
<div class="columns">${params(sheet)}${reasons(sheet)}</div>
</section>
`;
}

/** Every sign that the result may not be what it looks like, and what is missing from the page. */
export function warnings({ summary: { flags }, notes }: Tearsheet): Markup | null {
  if (flags.length + notes.length === 0) return null;
  return html`<section class="warnings" id="warnings" aria-labelledby="warnings-title">
<h2 id="warnings-title">Warnings</h2>
<ul>${flags.map(({ text }, index) => html`<li>${said(text, reported('summary', 'flags', index, 'text'))}</li>`)}${notes.map((text, index) => html`<li>${said(text, reported('notes', index))}</li>`)}</ul>
</section>
`;
}

function fact(name: string, value: Content): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function ran({ summary }: Tearsheet): Markup[] {
  const { run, facts } = summary;
  return [
    fact('Strategy', html`<bdi>${run.strategy}</bdi>, arm <bdi>${run.arm}</bdi>`),
    fact('Tape', html`<bdi>${facts.tape}</bdi>${facts.synthetic ? ' (SYNTHETIC)' : null}`),
    fact('Dates', html`${dates(summary)}, ${decimal(facts.spanDays, reported('summary', 'facts', 'spanDays'))} days`),
    fact('Run', html`<code>${run.id}</code>`),
    fact('Digest', html`<code>${run.digest}</code>`),
    fact('Tape digest', html`<code>${facts.tapeDigest}</code>`),
    fact('Seed', html`<code>${run.seed}</code>`),
    fact('Made', html`<code>${minute(run.startedAt)} UTC</code>`),
  ];
}

function before({ summary: { facts } }: Tearsheet): Markup[] {
  const at = (...path: (string | number)[]) => reported('summary', 'facts', ...path);
  return [
    fact(
      'Grade',
      html`${said(facts.grade, at('grade'))}${facts.sizesRecorded ? null : '; no displayed sizes recorded'}`,
    ),
    fact('Rows', html`${whole(facts.rows, at('rows'))} in ${whole(facts.markets, at('markets'))} markets`),
    fact(
      'Times',
      facts.timeResolutionUs === 0
        ? 'exact as recorded'
        : html`known to ${duration(facts.timeResolutionUs, at('timeResolutionUs'))}`,
    ),
    fact(
      'Coverage',
      html`${share(facts.coverageShare, at('coverageShare'))} of open market time; ${facts.coverageBasis.map((basis, index) => html`${index > 0 ? '; ' : null}${said(basis, at('coverageBasis', index))}`)}`,
    ),
    ...facts.imported.declared.map((text, index) => fact('Imported', said(text, at('imported', 'declared', index)))),
    fact('Orders', byLane(facts, 'orders')),
    fact('Refused', byLane(facts, 'refused')),
    fact('Rejected', byLane(facts, 'rejected')),
    fact('Not settled', html`markets: ${byLane(facts, 'marketsUnsettled')}`),
  ];
}

/** A count of every lane, or once where all agree. */
function byLane({ lanes }: Facts, name: 'orders' | 'refused' | 'rejected' | 'marketsUnsettled'): Markup {
  const of = (index: number) => whole(lanes[index]![name], reported('summary', 'facts', 'lanes', index, name));
  if (new Set(lanes.map((lane) => lane[name])).size === 1)
    return html`${of(0)}${lanes.length > 1 ? ' in every lane' : null}`;
  return html`${lanes.map(({ lane }, index) => html`${index > 0 ? '; ' : null}${lane} ${of(index)}`)}`;
}

function params({ summary: { run } }: Tearsheet): Markup {
  const rows = Object.entries(run.params).map(([name, value]) => ({
    cells: [html`<code>${name}</code>`, html`<code>${String(value)}</code>`],
  }));
  return html`<details><summary>Parameters</summary>${table({ caption: 'As the run was given them, defaults included.', columns: [{ title: 'Parameter' }, { title: 'Value' }], groups: [{ rows }] })}</details>`;
}

function reasons({ summary: { reasons: all, headline } }: Tearsheet): Markup | null {
  if (all.length === 0) return null;
  const rows = all.slice(0, REASONS_SHOWN).map(({ reason, count }, index) => ({
    cells: [html`<bdi>${reason}</bdi>`, whole(count, reported('summary', 'reasons', index, 'count'))],
  }));
  const rest = all.length - rows.length;
  const caption = html`In the ${headline.lane} lane, most frequent first${rest > 0 ? html`; ${String(rest)} more in <code>decisions</code>` : null}.`;
  return html`<details><summary>Why it did not trade</summary>${table({ caption, columns: [{ title: 'Reason' }, { title: 'Times', number: true }], groups: [{ rows }] })}</details>`;
}

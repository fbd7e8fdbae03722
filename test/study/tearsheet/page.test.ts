import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderTearsheet } from '../../../src/study/tearsheet/page.ts';
import { exampleSheet } from './example.ts';
import { figuresOf, nakedNumbers, readsAs } from './figures-of.ts';

const page = renderTearsheet(exampleSheet());
const { document } = parseHTML(page);

describe('a tearsheet', () => {
  it('leads with the verdict and the worst lane', () => {
    expect(document.querySelector('h1').textContent).toMatch(/^The edge survives every lane: . no$/);
    expect(document.querySelector('.headline').textContent).toContain('Worst lane: pessimistic');
    expect(document.querySelector('.headline .big').textContent).toBe('+$1.16 net');
  });

  it('has every part, in the order in which a trader reads', () => {
    const ids = [...document.querySelectorAll('main > section')].map((section: { id: string }) => section.id);
    const order = ['verdict', 'warnings', 'results', 'run', 'equity', 'drawdown', 'waterfall', 'markouts', 'fills'];
    expect(ids).toEqual([...order, 'reliability', 'assumptions', 'capacity', 'days']);
    for (const link of document.querySelectorAll('nav a')) expect(ids).toContain(link.getAttribute('href').slice(1));
  });

  it('names the lanes that were not run, because the verdict speaks of every lane', () => {
    const { summary } = exampleSheet();
    const arms = summary.arms.map((arm) => ({ ...arm, lanes: arm.lanes.filter(({ lane }) => lane === 'pessimistic') }));
    const shown = parseHTML(renderTearsheet(exampleSheet({ summary: { ...summary, arms } }))).document;
    expect(shown.querySelector('.answer').textContent).toContain('Not run: the base and the optimistic lane.');
    expect(document.querySelector('.answer').textContent).not.toContain('Not run');
  });

  it('says SYNTHETIC above everything where the tape is', () => {
    const { summary } = exampleSheet();
    const made = renderTearsheet(
      exampleSheet({ summary: { ...summary, facts: { ...summary.facts, synthetic: true } } }),
    );
    expect(made.indexOf('<strong>SYNTHETIC</strong>')).toBeGreaterThan(0);
    expect(made.indexOf('<strong>SYNTHETIC</strong>')).toBeLessThan(made.indexOf('<h1'));
    expect(page.includes('SYNTHETIC')).toBe(false);
  });

  it('shows every number as its raw value, rounded, and no number without a source', () => {
    const figures = figuresOf(page);
    expect(figures.length).toBeGreaterThan(300);
    expect(figures.filter((figure) => !readsAs(figure))).toEqual([]);
    expect(nakedNumbers(page)).toEqual([]);
  });

  it('is one file: nothing is fetched, and only its own style and script may act', () => {
    expect(/\s(?:src|srcset|action|style|on[a-z]+)=/i.exec(page)).toBeNull();
    expect(/@import|url\(|<link|<iframe|<img|<object|<embed|https?:/i.exec(page)).toBeNull();
    for (const link of document.querySelectorAll('[href]')) expect(link.getAttribute('href')).toMatch(/^#/);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; base-uri 'none'; form-action 'none'$/,
    );
  });

  it('gives every chart a title and a description, every table a caption and every heading cell its scope', () => {
    const charts = [...document.querySelectorAll('svg.chart')];
    expect(charts.length).toBeGreaterThan(15);
    for (const chart of charts) {
      const [title, desc] = chart.getAttribute('aria-labelledby').split(' ');
      expect(chart.querySelector('title').id).toBe(title);
      expect(chart.querySelector('desc').id).toBe(desc);
      expect(chart.querySelector('desc').textContent.length).toBeGreaterThan(5);
    }
    const ids = [...document.querySelectorAll('[id]')].map((element: { id: string }) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const table of document.querySelectorAll('table'))
      expect(table.querySelector('caption').textContent).not.toBe('');
    for (const head of document.querySelectorAll('th'))
      expect(head.getAttribute('scope')).toMatch(/^(col|row|colgroup)$/);
  });

  it('draws every lane on the same axes', () => {
    for (const part of ['equity', 'drawdown', 'waterfall', 'markouts']) {
      const charts = [...document.querySelectorAll(`#${part} svg.chart`)].slice(0, 3);
      const axes = charts.map((chart) =>
        [...chart.querySelectorAll('text')]
          .map((text) => text.textContent)
          .filter((text) => /^[−+]?\$?[\d.,]+¢?$/.test(text))
          .join(' '),
      );
      expect(charts.length).toBe(3);
      expect(axes[0], part).not.toBe('');
      expect(new Set(axes).size, part).toBe(1);
    }
  });

  it('says why a part is missing where it would have stood', () => {
    const why = 'The run cannot be made again: the tape is gone.';
    const bare = exampleSheet({
      sensitivity: { unavailable: why },
      capacity: { unavailable: why },
      fillPaths: [],
      markouts: [],
      reliability: [],
    });
    const shown = parseHTML(renderTearsheet(bare)).document;
    for (const part of ['assumptions', 'capacity'])
      expect(shown.querySelector(`#${part} .missing`).textContent).toBe(why);
    expect(shown.querySelector('#fills .missing').textContent).toContain('No market was traded');
  });

  it('cuts long tables to both ends and counts the rest', () => {
    const { days } = exampleSheet();
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...days[0]!,
      day: new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10),
      netE6: index,
    }));
    const shown = parseHTML(renderTearsheet(exampleSheet({ days: many }))).document;
    const table = shown.querySelector('#days table');
    expect(table.querySelectorAll('tbody th[scope=row]').length).toBe(24);
    expect(table.querySelector('.group').textContent).toBe('36 more days in the query below');
  });
});

describe('names that somebody else chose', () => {
  const attack = `</title><script>alert(1)</script><img src=x onerror="alert(1)">'"$(id)\`id\`\u202e`;
  const names = {
    strategy: attack,
    arm: attack,
    tape: attack,
    ticker: attack,
    title: attack,
    reason: attack,
    assumption: attack,
  };
  const hostile = renderTearsheet(exampleSheet({ notes: [attack] }, names));

  it('are text on the page and nothing else', () => {
    const shown = parseHTML(hostile).document;
    expect(shown.querySelectorAll('script').length).toBe(1);
    expect(shown.querySelectorAll('img').length).toBe(0);
    expect(hostile.includes('<script>alert')).toBe(false);
    expect(hostile.includes('\u202e')).toBe(false);
    expect([...shown.querySelectorAll('*')].filter((element) => element.getAttribute('onerror') !== null)).toEqual([]);
    expect(shown.querySelector('h1 + .grounds').textContent).not.toBe('');
    expect(shown.querySelector('.kicker').textContent).toContain('alert(1)');
  });

  it('cannot break out of the commands that the page offers', () => {
    const commands = [...parseHTML(hostile).document.querySelectorAll('[data-query]')].map(
      (command) => command.textContent as string,
    );
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands) {
      const inside = /^npx tapedeck query "([\s\S]*)"$/.exec(command)![1]!;
      expect(inside.replaceAll(/\\[\\"$`]/g, '')).not.toMatch(/["$`]/);
    }
  });
});

import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { figuresOf, nakedNumbers, readsAs } from '../study/tearsheet/figures-of.ts';
import { type Ended, entriesOf, shell, tapedeck, temporaryFolder, until, write } from './compiled.ts';
import { isEqual, wrongNumbers } from './page-against-sql.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const page = join(folder, 'sheet.html');
const report = (...more: string[]): Promise<Ended> => tapedeck(['report', 'latest', '--data', data, ...more]);

describe('the tearsheet of a run, by the compiled command', () => {
  let run: Ended;
  let first: Ended;
  let html: string;
  beforeAll(async () => {
    run = await tapedeck(['backtest', '--strategy', 'whale', '--data', data, '--quiet']);
    first = await report('--out', page);
    html = readFileSync(page, 'utf8');
  });

  it('is offered by the backtest, and says where it was written', () => {
    expect(run.stdout).toContain('npx tapedeck report latest');
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toContain(page);
    expect(first.stdout).toMatch(/^Survives every lane: no\./);
    expect(first.stderr).toBe('');
  });

  it('is one file far under 2 MB that begins with its mark', () => {
    expect(html.startsWith('<!doctype html>\n<!-- tapedeck tearsheet 1 -->\n<html lang="en">')).toBe(true);
    expect(statSync(page).size).toBeLessThan(700_000);
    expect(html.includes('<strong>SYNTHETIC</strong>')).toBe(true);
  });

  it('shows no number that differs from its SQL, asked by a shell as the page writes it', async () => {
    const { stdout, status } = await report('--json');
    expect(status).toBe(0);
    const json = JSON.parse(stdout);
    expect(json.format).toBe('tapedeck-tearsheet');
    expect(await wrongNumbers(html, json, data)).toEqual([]);
    expect(nakedNumbers(html)).toEqual([]);
  });

  it('would be found out by one changed digit and by one number more', () => {
    const [figure] = figuresOf(html).filter(({ source, unit }) => source === 'lanes' && unit === 'e6');
    expect(readsAs(figure!)).toBe(true);
    expect(
      readsAs({ ...figure!, text: figure!.text.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) }),
    ).toBe(false);
    expect(isEqual(figure!, Number(figure!.value) + 1)).toBe(false);
    expect(nakedNumbers(html.replace('</main>', '<p>gained $7</p></main>'))).toEqual(['gained $7']);
  });

  it('sets what a strategy claimed beside what it got, both as their SQL says', async () => {
    const own = join(folder, 'maker-data');
    await tapedeck(['backtest', '--strategy', 'maker', '--data', own, '--quiet']);
    const file = join(folder, 'maker.html');
    const written = await tapedeck(['report', 'latest', '--no-sensitivity', '--data', own, '--out', file]);
    expect(written.status, written.stderr).toBe(0);
    const shown = readFileSync(file, 'utf8');
    const { stdout } = await tapedeck(['report', 'latest', '--no-sensitivity', '--data', own, '--json']);
    expect(await wrongNumbers(shown, JSON.parse(stdout), own, ['differences'])).toEqual([]);
    const claims = figuresOf(shown).filter(({ source, at }) => source === 'waterfall' && at.endsWith('|claimed_e6'));
    expect(claims.length).toBeGreaterThanOrEqual(3);
    for (const { value } of claims) expect(Number(value)).toBeGreaterThan(0);
  });

  it('runs the tape again for what each assumption is worth, and keeps that for the next time', async () => {
    expect(parseHTML(html).document.querySelectorAll('#assumptions svg.change').length).toBeGreaterThan(10);
    expect(entriesOf(data, 'runs', entriesOf(data, 'runs')[0]!)).toContain('rerun.json');
    await report('--out', page);
    expect(readFileSync(page, 'utf8') === html).toBe(true);
  });

  it('goes into the folder of the run where nothing else is said, without a further run where not wanted', async () => {
    const { stdout, status } = await report('--no-sensitivity');
    const path = join(data, 'runs', entriesOf(data, 'runs')[0]!, 'tearsheet.html');
    expect(status).toBe(0);
    expect(stdout).toContain(path);
    expect(readFileSync(path, 'utf8').includes('the tape was not run again (--no-sensitivity)')).toBe(true);
    const json = JSON.parse((await report('--no-sensitivity', '--json')).stdout);
    expect(json.sensitivity.unavailable).toContain('--no-sensitivity');
  });

  it('leaves every file alone that it did not write itself', async () => {
    const mine = write(folder, 'thesis.html', '<!doctype html>\n<p>four years of work</p>\n');
    const refused = await report('--out', mine, '--no-sensitivity');
    expect(refused.status).toBe(6);
    expect(refused.stderr).toContain('is not a tearsheet, and stays as it is [cannot-write]');
    expect(readFileSync(mine, 'utf8')).toContain('four years');
    mkdirSync(join(folder, 'place'));
    expect((await report('--out', join(folder, 'place'))).stderr).toContain('is a folder');
    expect((await report('--out', join(folder, 'nowhere', 'x.html'))).stderr).toMatch(
      /nowhere is no folder[\s\S]*next: {2}Make the folder/,
    );
  });

  it('names the file of the tape that was damaged since, and leaves out what it cannot read', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(data, damaged, { recursive: true });
    const file = join(damaged, 'tapes', 'demo-synthetic', 'markets.parquet');
    const bytes = readFileSync(file);
    bytes.fill('X', 300, 304);
    writeFileSync(file, bytes);
    const sheet = join(folder, 'damaged.html');
    const { status, stderr } = await tapedeck(['report', 'latest', '--data', damaged, '--out', sheet]);
    expect([status, stderr]).toEqual([0, '']);
    expect(readFileSync(sheet, 'utf8')).toContain(
      'cannot be read: markets.parquet: its bytes are not those that were sealed',
    );
  });

  it('says which runs there are when it is asked for another', async () => {
    const { status, stderr } = await tapedeck(['report', 'nonsense', '--data', data]);
    expect(status).toBe(7);
    expect(stderr).toMatch(/no run is called "nonsense"; there is: whale-/);
    expect((await tapedeck(['report', '--data', data])).status).toBe(2);
  });

  it('says so when the disk is full, and leaves no half page', async () => {
    const { status, stderr } = await shell(
      `ulimit -f 100; $TAPEDECK report latest --no-sensitivity --data "${data}" --out "${join(folder, 'big.html')}"`,
    );
    expect(status).toBe(6);
    expect(stderr).toContain('[disk-full]');
    expect(entriesOf(folder).filter((name) => name.startsWith('big'))).toEqual([]);
  });

  it('can be interrupted while the tape runs again, and leaves nothing', async () => {
    const other = join(folder, 'other.html');
    const kept = join(data, 'runs', entriesOf(data, 'runs')[0]!, 'rerun.json');
    writeFileSync(kept, '{}');
    const { status, stderr } = await tapedeck(['report', 'latest', '--data', data, '--out', other], {
      during: (child) =>
        void until(() => readFileSync(`/proc/${child.pid}/maps`, 'utf8').includes('duckdb')).then(() =>
          child.kill('SIGINT'),
        ),
    });
    expect(status, stderr).toBe(130);
    expect(stderr).toContain('[interrupted]');
    expect(existsSync(other)).toBe(false);
  });
});

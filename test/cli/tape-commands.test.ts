import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ECHO, type Ended, entriesOf, shell, tapedeck, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const mapping = write(
  folder,
  'mapping.json',
  JSON.stringify({
    tapedeck: 'mapping/1',
    name: 'two-days',
    origin: 'made up for a test',
    licence: 'none',
    rows: 'trades',
    source: { format: 'csv', files: 'trades.csv' },
    market: 'ticker',
    time: { column: 'time', unit: 'iso' },
    price: { column: 'cents', unit: 'cents' },
    quantity: { column: 'count', unit: 'contracts' },
    takerSide: { column: 'taker', yes: ['yes'], no: ['no'] },
    tradeId: 'id',
    markets: {
      ticker: 'ticker',
      event: { sql: "regexp_extract(ticker, '^([^-]+-[^-]+)-', 1)" },
      series: { sql: "regexp_extract(ticker, '^([^-]+)-', 1)" },
      day: { sql: "'2025-07-0' || substr(split_part(ticker, '-', 2), 7, 1)" },
      priceGrid: 'linear_cent',
      mutuallyExclusive: true,
    },
    grade: { depth: 'none', trades: true, sampling: 'continuous' },
    coverage: { basis: 'declared', claim: 'every trade of the test', span: 'event-rows' },
  }),
);

/** `count` trades ten seconds apart; the last is there twice. */
function trades(series: string, count: number): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const minute = String(Math.floor(at / 6)).padStart(2, '0');
    const second = String((at % 6) * 10).padStart(2, '0');
    const taker = at % 3 === 0 ? 'no' : 'yes';
    return `t${at},${series}-25JUL0${1 + (at % 2)}-B84.5,2025-07-01T10:${minute}:${second}Z,${40 + (at % 2)},${5 + at},${taker}`;
  });
  return `id,ticker,time,cents,count,taker\n${[...rows, rows.at(-1)].join('\n')}\n`;
}

const source = join(folder, 'source');
write(source, 'trades.csv', trades('KXHIGHCHI', 120));
const run = (...args: string[]) => tapedeck([...args, '--data', data]);

describe('importing, listing and inspecting a tape', () => {
  let imported: Ended;
  beforeAll(async () => {
    imported = await run('import', source, '--mapping', mapping, '--name', 'july');
  });

  it('prints what the import met, and what the tape can tell', () => {
    expect(imported.status, imported.stderr).toBe(0);
    expect(imported.stdout).toMatch(/Rows +\d+: detail \d+, trade 120/);
    expect(imported.stdout).toMatch(/Grade +prints, continuous/);
    expect(imported.stdout).toMatch(/1 {2}trades whose id was there before: left out/);
    expect(imported.stdout).toMatch(/KXHIGHCHI-25JUL01-B84\.5 +60 +60/);
    expect(imported.stderr).toBe('');
  });

  it('lists the tape, and inspects it as the import did', async () => {
    const [list, inspected] = await Promise.all([run('tapes'), run('inspect', 'july')]);
    expect(list.stdout).toMatch(/^july +prints, continuous +\d+ +2 +2025-07-01 +2025-07-01/m);
    expect(inspected.stdout).toBe(imported.stdout);
  });

  it('gives the same in JSON', async () => {
    const [list, inspected] = await Promise.all([run('tapes', '--json'), run('inspect', 'july', '--json')]);
    const [entry] = JSON.parse(list.stdout);
    const summary = JSON.parse(inspected.stdout);
    expect(entry.manifest.digest).toBe(summary.manifest.digest);
    expect(summary.manifest.counts.trade).toBe(120);
  });

  it('refuses a second import of the name, unless it may replace the first', async () => {
    const again = await run('import', source, '--mapping', mapping, '--name', 'july');
    expect(again.status).toBe(3);
    expect(again.stderr).toContain('[tape-exists]');
    const replaced = await run('import', source, '--mapping', mapping, '--name', 'july', '--replace');
    expect(replaced.status).toBe(0);
    expect(replaced.stdout).toBe(imported.stdout);
  });

  it('finds a mapping that comes with the program by its name', async () => {
    const { stderr, status } = await run('import', source, '--mapping', 'kalshi-weather-trades', '--name', 'other');
    expect(status).toBe(3);
    expect(stderr).toMatch(/chi\.csv\.gz|\[missing-file\]/);
  });

  it('lists a damaged tape with the reason, and refuses to run on it', async () => {
    const elsewhere = join(folder, 'elsewhere');
    const there = (...args: string[]) => tapedeck([...args, '--data', elsewhere]);
    await there('import', source, '--mapping', mapping, '--name', 'damaged');
    const tape = join(elsewhere, 'tapes', 'damaged');
    truncateSync(join(tape, 'events.parquet'), 200);
    const list = await there('tapes');
    expect(list.status).toBe(0);
    expect(list.stdout).toMatch(/^damaged cannot be used: .*events\.parquet/m);
    const backtest = await there('backtest', '--strategy', write(folder, 'echo.ts', ECHO), '--tape', 'damaged');
    expect(backtest.status).toBe(3);
    expect(backtest.stderr).toContain('[tape-corrupt]');
  });

  it('finds a flipped bit: unasked in what a query or a backtest reads, and anywhere with --verify', async () => {
    const elsewhere = join(folder, 'flipped');
    const there = (...args: string[]) => tapedeck([...args, '--data', elsewhere]);
    await there('import', source, '--mapping', mapping, '--name', 'one');
    await there('import', source, '--mapping', mapping, '--name', 'two');
    const whole = await there('tapes', '--verify');
    expect([whole.status, whole.stderr]).toEqual([0, 'verified: every byte of 2 tapes is as it was sealed\n']);
    const events = join(elsewhere, 'tapes', 'one', 'events.parquet');
    const bytes = readFileSync(events);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(events, bytes);
    const query = await there('query', 'SELECT DISTINCT tape FROM tape_events', '--format', 'csv', '--quiet');
    expect([query.status, query.stdout]).toEqual([0, 'tape\ntwo\n']);
    expect(query.stderr).toMatch(/^warning: a tape is left out: .*one\/events\.parquet is damaged/);
    const backtest = await there('backtest', '--strategy', 'noop', '--tape', 'one');
    expect([backtest.status, backtest.stdout]).toEqual([3, '']);
    const verify = await there('tapes', '--verify');
    expect(verify.status).toBe(3);
    expect(verify.stdout).toMatch(/^one cannot be used: .*its bytes are not those that were sealed/m);
    expect(verify.stderr).toContain('damaged: one [tape-corrupt]');
  });

  it('leaves nothing of an import of a truncated file', async () => {
    const cut = join(folder, 'cut');
    write(cut, 'trades.csv', `${trades('KXHIGHCHI', 9).trimEnd().slice(0, -20)}\n`);
    const { status, stderr } = await run('import', cut, '--mapping', mapping, '--name', 'cut');
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: .+\nnext: {2}\S/);
    expect(entriesOf(data, 'tapes').filter((name) => name.includes('cut'))).toEqual([]);
  });

  it('says that the disk is full, and leaves nothing, where the tape may not be written', async () => {
    const full = join(folder, 'full');
    const line = `ulimit -f 1; $TAPEDECK import ${source} --mapping ${mapping} --name x --data ${full}`;
    const { status, stderr } = await shell(line);
    expect(stderr).toContain('[disk-full]');
    expect(status).toBe(6);
    expect(entriesOf(full, 'tapes')).toEqual([]);
    expect(entriesOf(full).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a run on an imported tape', () => {
  const strategy = write(folder, 'user/echo.ts', ECHO);
  const backtest = (...rest: string[]) => run('backtest', '--strategy', strategy, '--param', 'least=20', ...rest);
  let summary: { run: { id: string; digest: string }; facts: { lanes: { fills: number }[] } };
  beforeAll(async () => {
    const { stdout, stderr } = await backtest('--tape', 'july', '--json', '--quiet');
    expect(stderr).toBe('');
    summary = JSON.parse(stdout);
  });

  it('is listed, and reported again by the beginning of its id', async () => {
    const [list, report, again] = await Promise.all([
      run('runs'),
      run('runs', 'latest'),
      run('runs', 'echo', '--json'),
    ]);
    expect(list.stdout).toContain(summary.run.id);
    expect(report.stdout).toContain(`digest ${summary.run.digest.slice(0, 12)}`);
    expect(JSON.parse(again.stdout)).toEqual(summary);
  });

  it('takes a tape by the path of its folder', async () => {
    const { stdout } = await backtest('--tape', join(data, 'tapes', 'july'), '--json');
    expect(JSON.parse(stdout).run.digest).toBe(summary.run.digest);
  });

  it('joins its fills with the rows of the tape that gave them', async () => {
    const sql = `SELECT count(*) AS fills, count(*) FILTER (f.tape_sequence = e.sequence AND e.kind = 'trade') AS explained
      FROM fills f LEFT JOIN tape_events e ON e.tape = 'july' AND e.sequence = f.tape_sequence
      WHERE f.run_id = '${summary.run.id}'`;
    const { stdout, stderr } = await run('query', sql, '--format', 'json');
    expect(stderr).toBe('');
    const [row] = JSON.parse(stdout);
    const fills = summary.facts.lanes.reduce((sum, lane) => sum + lane.fills, 0);
    expect(row).toEqual({ fills, explained: fills });
    expect(fills).toBeGreaterThan(0);
  });

  it('writes an answer to a file that appears whole, in the format asked for', async () => {
    const out = join(folder, 'fills.csv');
    const { status, stdout } = await run('query', 'SELECT 1 AS one, 2 AS two', '--format', 'csv', '--out', out);
    expect(status).toBe(0);
    expect(stdout).toBe('');
    expect(readFileSync(out, 'utf8')).toBe('one,two\n1,2\n');
  });

  it('stops answering when its reader has seen enough', async () => {
    const line = `$TAPEDECK query "SELECT * FROM range(5000000)" --format csv --data ${data} | head -2; exit \${PIPESTATUS[0]}`;
    const { stdout, stderr, status } = await shell(line);
    expect([stdout, stderr, status]).toEqual(['range\n0\n', '', 0]);
  });

  it('says so when there is no room for the answer on standard output', async () => {
    const out = join(folder, 'answer.csv');
    const { status, stderr } = await shell(
      `ulimit -f 1; $TAPEDECK query "SELECT * FROM range(100000)" --format csv --data ${data} > ${out}`,
    );
    expect(stderr).toMatch(/standard output cannot be written: .*\[disk-full\]/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(6);
  });

  it('is refused on a series without a fee schedule, until one is declared', async () => {
    const unknown = join(folder, 'unknown');
    write(unknown, 'trades.csv', trades('KXNOFEE', 20));
    await run('import', unknown, '--mapping', mapping, '--name', 'nofee');
    const runs = entriesOf(data, 'runs');
    const refused = await backtest('--tape', 'nofee');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toMatch(/no fee schedule for series KXNOFEE/);
    expect(refused.stderr).toMatch(/^next: .*--fees FILE/m);
    expect(entriesOf(data, 'runs')).toEqual(runs);
    const row = { series: 'KXNOFEE', from: '2025-01-01T00:00:00Z', type: 'quadratic', multiplier: 1 };
    const fees = write(folder, 'fees.json', JSON.stringify([row]));
    expect((await backtest('--tape', 'nofee', '--fees', fees)).status).toBe(0);
    expect((await run('fees', '--fees', fees)).stdout).toMatch(/^KXNOFEE +2025-01-01 +quadratic +1 +declared in/m);
  });
});

describe('a data folder that is not there yet', () => {
  it('has no tapes and no runs, and that is no failure', async () => {
    const none = join(folder, 'none');
    const [tapes, runs] = await Promise.all([tapedeck(['tapes', '--data', none]), tapedeck(['runs', '--data', none])]);
    expect([tapes.status, runs.status]).toEqual([0, 0]);
    expect(tapes.stdout).toMatch(/^there are no tapes in /);
    expect(runs.stdout).toMatch(/^there are no runs in /);
    expect(existsSync(none)).toBe(false);
  });

  it('may be named by TAPEDECK_DATA', async () => {
    const { stdout } = await tapedeck(['tapes', '--json'], { environment: { TAPEDECK_DATA: data } });
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toContain('july');
  });
});

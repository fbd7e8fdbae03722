import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from '../src/study/query/query.ts';
import { tapedeck, temporaryFolder } from './cli/compiled.ts';

const ROOT = resolve(import.meta.dirname, '..');
const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');

async function ask(dataFolder: string, sql: string): Promise<Record<string, unknown>[]> {
  const pieces: Buffer[] = [];
  const stdout = new Writable({
    write(piece, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  await query({ dataFolder, sql, format: 'json', stdout });
  return JSON.parse(Buffer.concat(pieces).toString());
}

describe('docs/query.md', () => {
  const text = page('query.md');
  const empty = temporaryFolder();
  const data = temporaryFolder();
  beforeAll(async () => {
    const { status, stderr } = await tapedeck(['backtest', '--strategy', 'maker', '--data', data, '--quiet']);
    expect(status, stderr).toBe(0);
  });

  it('has every view, and of each every column with its type, in order', async () => {
    const views = (await ask(empty, 'SHOW TABLES')).map(({ name }) => String(name));
    const documented = new Map(
      text
        .split(/^### /m)
        .slice(1)
        .map((section) => {
          const rows = [...section.matchAll(/^\| `([a-z0-9_]+)` \| ([A-Z]+) \| (.+) \|$/gm)];
          return [section.split('\n', 1)[0]!, rows.map(([, column, type]) => `${column} ${type}`)];
        }),
    );
    expect([...documented.keys()].toSorted()).toEqual(views.toSorted());
    for (const view of views) {
      const columns = await ask(empty, `DESCRIBE ${view}`);
      expect(documented.get(view), view).toEqual(columns.map((row) => `${row.column_name} ${row.column_type}`));
    }
  });

  const questions = [...text.matchAll(/^(\S.*):\n\n```sql\n([\s\S]*?)```/gm)];
  it('asks five questions', () => expect(questions).toHaveLength(5));
  for (const [, question, sql] of questions) {
    it(`has an answer to: ${question}`, async () => {
      const rows = await ask(data, sql!);
      expect(rows.length).toBeGreaterThan(0);
      for (const name of Object.keys(rows[0]!))
        expect(
          rows.some((row) => row[name] !== null),
          name,
        ).toBe(true);
    });
  }

  it('joins each fill to the tape row of its own market', async () => {
    const [counted] = await ask(
      data,
      `SELECT count(*) AS fills, count(*) FILTER (m.ticker = f.ticker) AS same FROM fills f JOIN runs r USING (run_id)
       JOIN tape_events e ON e.tape = r.tape AND e.sequence = f.tape_sequence
       LEFT JOIN tape_markets m ON m.tape = e.tape AND m.market = e.market WHERE f.liquidity = 'maker'`,
    );
    expect(Number(counted!.fills)).toBeGreaterThan(100);
    expect(counted!.same).toBe(counted!.fills);
  });
});

describe('docs/strategy.md', () => {
  const text = page('strategy.md');
  const source = readFileSync(join(ROOT, 'src/engine/strategy.ts'), 'utf8');

  /** The members of an interface, by the source itself. */
  function membersOf(name: string): string[] {
    const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)![1]!;
    return [...body.matchAll(/^ {2}(?:readonly )?([a-zA-Z]+)\??[(:]/gm)].map((match) => match[1]!);
  }

  /** The names in the first column of the table under a heading. */
  function named(heading: string): string[] {
    const section = text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
    return [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([a-zA-Z]+)`/g)].map((match) => match[1]!),
    );
  }

  it('tells every callback and every member of Context, and no other', () => {
    expect(named('When it is called').toSorted()).toEqual(membersOf('Strategy').toSorted());
    expect(named('What it may see and ask: Context').toSorted()).toEqual(membersOf('Context').toSorted());
  });

  it('counts the mistakes that do not compile', () => {
    const cases = ['books', 'future', 'orders', 'units', 'writes'].map((file) =>
      readFileSync(join(ROOT, 'test/types', `${file}.ts`), 'utf8'),
    );
    const count = cases.join('').split('// @ts-expect-error').length - 1;
    expect(text).toContain(`${count} such\nmistakes lie under`);
  });

  it('shows a strategy that type-checks and trades', async () => {
    const code = /```ts\n([\s\S]*?)```/.exec(text)![1]!;
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'cheap.ts'), code.replaceAll(/'tapedeck\/(.+?)'/g, `'${ROOT}/src/$1.ts'`));
    const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: { types: [] }, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    expect(stdout).toBe('');
    writeFileSync(join(folder, 'cheap.ts'), code);
    const run = ['backtest', '--strategy', join(folder, 'cheap.ts'), '--data', folder, '--json', '--quiet'];
    const ended = await tapedeck([...run, '--lanes', 'base']);
    expect(ended.status, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout).facts.lanes[0].fills).toBeGreaterThan(0);
  });
});

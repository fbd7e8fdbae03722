import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from 'vitest';
import { REAL_DATA } from '../real-data.ts';

const FOLDER = resolve(REAL_DATA, '..', 'kalshi', 'demo-fixtures');

/** A suite over recorded bodies of Kalshi's demo exchange, skipped by name where they are absent. */
export function describeRecorded(
  name: string,
  body: (read: (file: string) => unknown, lines: (file: string) => string[]) => void,
): void {
  const read = (file: string): unknown => JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8'));
  const lines = (file: string): string[] =>
    readFileSync(resolve(FOLDER, file), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  if (existsSync(FOLDER)) {
    describe(name, () => body(read, lines));
    return;
  }
  if (existsSync(REAL_DATA)) throw new Error('real data is at hand but the recorded demo bodies are missing beside it');
  describe.skip(`${name} [skipped: no recorded demo bodies]`, () => body(read, lines));
}

export interface RecordedFill {
  readonly book_side: 'bid' | 'ask';
  readonly count_fp: string;
  readonly fee_cost: string;
  readonly is_taker: boolean;
  readonly order_id: string;
  readonly ticker: string;
  readonly yes_price_dollars: string;
}

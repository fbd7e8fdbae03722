import { spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { writeGap } from '../../../src/tape/record/gap-ledger.ts';
import { readLine } from '../../../src/tape/record/line.ts';
import { Recorder, type RecorderOptions } from '../../../src/tape/record/recorder.ts';
import { compactSegments, listSegments, readSegment } from '../../../src/tape/record/segment-files.ts';
import { verifyRecording } from '../../../src/tape/record/verify-recording.ts';

const made: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tapedeck-record-'));
  made.push(path);
  return path;
}
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

function recorder(path: string, more: Partial<RecorderOptions> = {}): Recorder {
  return new Recorder({ folder: path, now: () => 1_000, syncMs: 0, keepFreeBytes: 0, ...more });
}

/** Records frames 1 to `count`, every ten of them in a segment of its own. */
async function recorded(path: string, count: number): Promise<void> {
  const to = recorder(path, { segmentBytes: 1 });
  for (let at = 0; at < count; at++) {
    to.write(`{"made":"up ${at} é\\n"}`, 5_000 + at, at, 1);
    if (at % 10 === 9) await to.sync();
  }
  await to.close();
}

function frames(path: string): { n: number; text: string }[] {
  return listSegments(path).flatMap((file) =>
    readSegment(path, file)
      .toString()
      .split('\n')
      .flatMap((text) => {
        const line = readLine(text);
        return line?.kind === 'frame' ? [{ n: line.n, text: line.text }] : [];
      }),
  );
}

const places = (path: string) =>
  verifyRecording(path).findings.map((finding) => `${finding.kind} ${finding.file}:${finding.line}`);

describe('a recording', () => {
  test('gives every frame back, over segments, and nothing is found wrong with it', async () => {
    const path = folder();
    await recorded(path, 35);
    expect(frames(path)[34]).toEqual({ n: 35, text: '{"made":"up 34 é\\n"}' });
    expect(verifyRecording(path)).toEqual({ findings: [], frames: 35, segments: 4, open: false, gaps: [] });
  });

  test('goes on after a clean end and after a torn one, with the gap in the ledger and the torn bytes kept aside', async () => {
    const path = folder();
    await recorded(path, 5);
    const broken = recorder(path);
    broken.write('six', 9_000, 6, 2);
    await broken.sync();
    const last = listSegments(path).at(-1)!.name;
    appendFileSync(join(path, last), '{"n":7,"w":1');
    rmSync(join(path, 'writer.lock'));
    expect(places(path)).toEqual([`torn-tail ${last}:3`]);
    const again = recorder(path);
    expect(again.write('seven', 9_100, 7, 3)).toBe(7);
    await again.close();
    const report = verifyRecording(path);
    expect(report.findings).toEqual([]);
    expect(report.frames).toBe(7);
    expect(report.gaps.map((gap) => [gap.kind, gap.from, gap.next])).toEqual([
      ['restart', 5_004, 6],
      ['restart', 9_000, 7],
    ]);
    const torn = readdirSync(path).filter((name) => name.includes('.torn-'));
    expect(torn.map((name) => readFileSync(join(path, name), 'utf8'))).toEqual(['{"n":7,"w":1']);
  });

  test('has one writer', async () => {
    const path = folder();
    const first = recorder(path);
    expect(() => recorder(path)).toThrow(/being recorded into by process/);
    await first.close();
    await recorder(path).close();
  });

  test('stops before the disk is full, whole, and says so', async () => {
    const path = folder();
    let free = 1_000;
    const stops: unknown[] = [];
    const to = recorder(path, { keepFreeBytes: 500, freeBytes: () => free, onStop: (fault) => stops.push(fault) });
    to.write('one', 1, 1, 1);
    await to.sync();
    free = 499;
    to.write('two', 2, 2, 1);
    await to.sync();
    expect(to.stopped).toBe(true);
    expect(to.write('three', 3, 3, 1)).toBeNull();
    expect(stops).toMatchObject([{ code: 'disk-full' }]);
    const report = verifyRecording(path);
    expect(report).toMatchObject({ findings: [], frames: 2, open: false });
    expect(report.gaps.map((gap) => gap.kind)).toEqual(['stopped']);
    expect(() => recorder(path, { keepFreeBytes: 500, freeBytes: () => free })).toThrow(/free/);
  });

  test('compact segments give the identical bytes and a flipped byte of one is found', async () => {
    const path = folder();
    await recorded(path, 25);
    const before = listSegments(path).map((file) => readSegment(path, file));
    expect(compactSegments(path)).toBe(before.length - 1);
    expect(compactSegments(path, { last: true })).toBe(1);
    expect(listSegments(path).map((file) => readSegment(path, file))).toEqual(before);
    expect(places(path)).toEqual([]);
    const more = recorder(path);
    expect(more.write('more', 1, 1, 1)).toBe(26);
    await more.close();
    expect(places(path)).toEqual([]);
    const name = 'segment-000002.ndjson.gz';
    const bytes = readFileSync(join(path, name));
    bytes[40] = bytes[40]! ^ 1;
    writeFileSync(join(path, name), bytes);
    expect(places(path)).toEqual([`damaged-segment ${name}:0`]);
  });
});

describe('damage is located', () => {
  test('every flipped byte of a segment, by its line', async () => {
    const path = folder();
    await recorded(path, 25);
    const name = 'segment-000002.ndjson';
    const good = readFileSync(join(path, name));
    let line = 1;
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = bad[at]! ^ 1;
      writeFileSync(join(path, name), bad);
      const findings = verifyRecording(path).findings;
      // The byte that ends a line joins it to the next one.
      expect(findings.length, `byte ${at}`).toBeGreaterThan(0);
      expect(findings[0], `byte ${at}`).toMatchObject({ file: name });
      expect(findings[0]!.line, `byte ${at}`).toBe(line);
      if (good[at] === 10) line++;
    }
  });

  test('missing and repeated lines, missing and duplicated segments, a ledger without its entry', async () => {
    const path = folder();
    await recorded(path, 35);
    const second = join(path, 'segment-000002.ndjson');
    const good = readFileSync(second, 'utf8');
    const lines = good.split('\n');
    writeFileSync(second, lines.toSpliced(4, 1).join('\n'));
    expect(places(path)).toEqual(['missing-lines segment-000002.ndjson:5']);
    writeFileSync(second, lines.toSpliced(4, 0, lines[3]!).join('\n'));
    expect(places(path)).toEqual(['repeated-line segment-000002.ndjson:5']);
    writeFileSync(second, `${lines.slice(0, 9).join('\n')}\n`);
    expect(places(path)).toContain('missing-lines segment-000002.ndjson:10');
    copyFileSync(join(path, 'segment-000001.ndjson'), second);
    expect(places(path)).toEqual(['duplicated-segment segment-000002.ndjson:1']);
    rmSync(second);
    expect(places(path)).toEqual(['missing-segment segment-000002.ndjson:0']);
    writeFileSync(second, good);
    writeGap(path, { kind: 'connection', from: 1, until: 2, next: 1, reason: 'made up' });
    const ledger = readFileSync(join(path, 'gaps.ndjson'), 'utf8');
    writeFileSync(join(path, 'gaps.ndjson'), ledger.replace('made up', 'made ap'));
    expect(places(path)).toEqual(['damaged-line gaps.ndjson:1']);
  });
});

describe('a recorder that is killed', () => {
  /** A process that writes as fast as it can, says what is synced, and is killed at a random moment: the last number that it called synced. */
  async function killed(program: string, path: string): Promise<number> {
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    const started = new Promise((done) => child.stdout.once('data', done));
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const closed = new Promise((done) => child.on('close', done));
    await started;
    await wait(Math.random() * 60);
    child.kill('SIGKILL');
    await closed;
    return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
  }

  async function writer(): Promise<string> {
    const outfile = join(folder(), 'child.mjs');
    const contents = `
      import { Recorder } from ${JSON.stringify(resolve('src/tape/record/recorder.ts'))};
      const recorder = new Recorder({ folder: process.argv[2], now: () => Date.now() * 1000, syncMs: 0, keepFreeBytes: 0,
        segmentBytes: 200_000, onSynced: (n) => process.stdout.write(n + '\\n') });
      for (;;) {
        for (let at = 0; at < 40; at++) recorder.write('x'.repeat(300) + recorder.next, Date.now() * 1000, 1, 1);
        await recorder.sync();
      }`;
    const stdin = { contents, resolveDir: resolve('.') };
    await build({ stdin, bundle: true, format: 'esm', platform: 'node', outfile });
    return outfile;
  }

  test('loses no frame that it called synced, at 30 random points', async () => {
    const path = folder();
    const program = await writer();
    let lost = 0;
    for (let kill = 0; kill < 30; kill++) {
      const synced = await killed(program, path);
      const next = recorder(path);
      lost += Math.max(0, synced - (next.next - 1));
      await next.close();
    }
    expect(lost).toBe(0);
    const report = verifyRecording(path);
    expect(report.findings).toEqual([]);
    expect(report.frames).toBe(frames(path).length);
    expect(frames(path).every((frame) => frame.text === 'x'.repeat(300) + frame.n)).toBe(true);
    // Between two kills the folder is opened twice: by the test and by the next child.
    expect(report.gaps).toHaveLength(59);
  });

  test('keeps what it called synced when the power is cut too: nothing written since is there, or half of it', async () => {
    const path = folder();
    const program = await writer();
    for (let cut = 0; cut < 15; cut++) {
      const synced = await killed(program, path);
      cutBackTo(path, synced, Math.floor(Math.random() * 400));
      const next = recorder(path);
      expect(next.next - 1).toBeGreaterThanOrEqual(synced);
      await next.close();
      expect(verifyRecording(path).findings).toEqual([]);
    }
    expect(frames(path).every((frame) => frame.text === 'x'.repeat(300) + frame.n)).toBe(true);
  });
});

/** Takes away what follows frame `n`, but for some bytes that had made it to the disk. */
function cutBackTo(path: string, n: number, more: number): void {
  for (const file of listSegments(path)) {
    const bytes = readSegment(path, file);
    const at = bytes.indexOf(`{"n":${n},`);
    const first = readLine(bytes.toString('utf8', 0, bytes.indexOf(10)));
    if (at >= 0) truncateSync(join(path, file.name), Math.min(bytes.length, bytes.indexOf(10, at) + 1 + more));
    else if (first?.kind === 'header' && first.first > n) rmSync(join(path, file.name));
  }
}

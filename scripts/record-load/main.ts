import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DELTA, TRADE } from '../../src/core/market-event.ts';
import { generateKeys } from '../../src/exchange/keys.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { readRecording } from '../../src/tape/record/read-recording.ts';
import { verifyRecording } from '../../src/tape/record/verify-recording.ts';
import { rowText, Sender } from './sender.ts';

/*
 * npm run record-load                                  2,000,000 frames at 5,000 a second into the real recorder: all there, what it took
 * npm run record-load -- --frames 50000 --rate 5000    as many as you say
 * npm run record-load -- --kills 200                   the recorder killed at so many random moments: what was lost
 */

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '2000000' },
    rate: { type: 'string', default: '5000' },
    kills: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-load-'));
const secret = join(folder, 'key.pem');
writeFileSync(secret, generateKeys('ed25519').privatePem);
try {
  process.exitCode =
    values.kills === undefined
      ? await load(Number(values.frames), Number(values.rate))
      : await kills(Number(values.kills), Number(values.rate));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The real command, its data in the folder of this run. */
function recorder(sender: Sender, flags: readonly string[]): ChildProcess {
  const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.js');
  const args = [program, 'record', '--series', 'SYNLOAD', '--data', folder, '--url', sender.url, '--json', ...flags];
  const env = { PATH: process.env.PATH, KALSHI_API_KEY: 'load', KALSHI_API_SECRET: secret };
  return spawn(process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function load(frames: number, rate: number): Promise<number> {
  const sender = new Sender(rate, frames);
  await sender.open();
  const seconds = Math.ceil(frames / rate) + 5;
  const child = recorder(sender, ['--duration', String(seconds), '--checkpoint', '86400']);
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr!.on('data', (piece) => {
    stderr += piece;
  });
  const closed = once(child, 'close');
  const began = performance.now();
  let recording = { rss: 0, cpu: 0 };
  while (sender.sent < frames && child.exitCode === null) {
    await wait(500);
    recording = usage(child.pid!) ?? recording;
  }
  const took = (performance.now() - began) / 1_000;
  let sealing = recording;
  while (child.exitCode === null) {
    sealing = usage(child.pid!) ?? sealing;
    await wait(100);
  }
  await closed;
  sender.close();
  if (child.exitCode !== 0) throw new Error(`record ended with ${child.exitCode}: ${stderr}`);
  const told = JSON.parse(stdout);
  const tape = await tapeHash();
  const same = tape.hash === sender.hash.digest('hex');
  console.log(
    `SYNTHETIC frames sent        ${sender.sent} in ${took.toFixed(1)} s: ${Math.round(sender.sent / took)} a second`,
  );
  console.log(`deltas and prints sent       ${sender.deltas} and ${sender.trades}`);
  console.log(
    `deltas and prints on tape    ${tape.deltas} and ${tape.trades}; ${same ? 'the same, in the same order' : 'NOT the same'}`,
  );
  console.log(
    `recording                    ${told.frames} frames in ${told.segments} segments, ${told.findings.length} findings, ${told.gaps.length} gaps`,
  );
  console.log(
    `recorder's memory            ${(recording.rss / 1e6).toFixed(0)} MB at most while it recorded, ${(sealing.rss / 1e6).toFixed(0)} MB while it made the tape`,
  );
  console.log(`recorder's processor time    ${(recording.cpu / took).toFixed(2)} of one core while it recorded`);
  const promises = [
    same,
    told.findings.length === 0,
    told.gaps.length === 0,
    recording.rss < 300e6,
    sealing.rss < 300e6,
    recording.cpu < took,
  ];
  return promises.every(Boolean) ? 0 : 1;
}

/** Peak memory in bytes and processor seconds of a process so far; null where it is gone. */
function usage(pid: number): { rss: number; cpu: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return { rss: Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1_024, cpu: (user! + system!) / 100 };
  } catch {
    return null;
  }
}

async function tapeHash(): Promise<{ hash: string; deltas: number; trades: number }> {
  const tape = await openTape(folder, 'SYNLOAD');
  const hash = createHash('sha256');
  let [deltas, trades] = [0, 0];
  for await (const { length, key, price, quantity } of tape.blocks()) {
    for (let at = 0; at < length; at++) {
      const kind = (key[at]! >> 1) & 7;
      if (kind !== DELTA && kind !== TRADE) continue;
      if (kind === DELTA) deltas++;
      else trades++;
      hash.update(rowText(kind === DELTA ? 'delta' : 'trade', key[at]! >>> 5, key[at]! & 1, price[at]!, quantity[at]!));
    }
  }
  return { hash: hash.digest('hex'), deltas, trades };
}

async function kills(count: number, rate: number): Promise<number> {
  const sender = new Sender(rate, Number.POSITIVE_INFINITY);
  await sender.open();
  const path = join(folder, 'recordings', 'SYNLOAD');
  let worst = 0;
  for (let kill = 1; kill <= count; kill++) {
    const child = recorder(sender, ['--no-tape']);
    const closed = once(child, 'close');
    const before = sender.sent;
    for (let waited = 0; waited < 10_000 && (sender.sent === 0 || sender.sent === before); waited += 20) await wait(20);
    await wait(300 + Math.random() * 1_200);
    child.kill('SIGKILL');
    const sent = sender.sent;
    await closed;
    worst = Math.max(worst, (sent - lastOf(path)) / rate);
    if (kill % 20 === 0) console.error(`${kill} of ${count} kills, at most ${worst.toFixed(2)} s lost`);
  }
  sender.close();
  const { findings, frames, gaps, segments } = verifyRecording(path);
  const torn = findings.filter(({ kind }) => kind === 'torn-tail').length;
  console.log(`killed                       ${count} times at random moments, ${rate} frames a second`);
  console.log(`lost                         at most ${worst.toFixed(2)} s of frames that had been sent`);
  console.log(
    `recording                    ${frames} frames in ${segments} segments, ${gaps.length} gaps, ${findings.length - torn} places not as written, ${torn} torn last line`,
  );
  return worst <= 1 && findings.length === torn && torn <= 1 ? 0 : 1;
}

/** How many frames of the flow of the last run are on the disk: snapshots and acknowledgements are no part of it. */
function lastOf(path: string): number {
  let frames = 0;
  for (const entry of readRecording(path)) {
    if (entry.type === 'restart') frames = 0;
    if (entry.type !== 'frame') continue;
    const { text } = entry.frame;
    if (text.includes('tapedeck_connected')) frames = 0;
    else if (text.startsWith('{"type":"orderbook_delta"') || text.startsWith('{"type":"trade"')) frames++;
  }
  return frames;
}

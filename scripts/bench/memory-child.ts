import { openTape } from '../../src/tape/open-tape.ts';
import { fullFidelity, ONE_LANE, replayStream } from './replay.ts';

/** A process of its own, so that its peak is its own: streams a tape through one full-fidelity lane and prints its peak in bytes. */
const [folder, name] = process.argv.slice(2);
const before = process.resourceUsage().maxRSS * 1_024;
const tape = await openTape(folder!, name!, { maxResidentRows: 0, cache: false });
const run = await replayStream(tape.blocks(), fullFidelity, ONE_LANE);
const peak = process.resourceUsage().maxRSS * 1_024;
process.stdout.write(JSON.stringify({ before, peak, rows: run.rows, digest: run.digest }));

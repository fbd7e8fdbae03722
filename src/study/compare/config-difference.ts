import { type Duration, formatDuration } from '../../core/time.ts';
import type { Lane } from '../../sim/lane.ts';
import type { Invocation } from '../store/invocation.ts';
import type { RunResult } from '../store/run-result.ts';

/** One thing in which two runs were set up differently; null where a run does not have it. */
export interface ConfigDifference {
  readonly name: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** What differs between two runs in what they were made of and asked, and nothing that is equal. */
export function configDifferences(a: RunResult, b: RunResult): ConfigDifference[] {
  const lanes = a.invocation.lanes.map(({ name }) => name);
  const both = b.invocation.lanes.map(({ name }) => name).filter((name) => lanes.includes(name));
  const [left, right] = [settingsOf(a, both), settingsOf(b, both)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names
    .map((name) => ({ name, a: left.get(name) ?? null, b: right.get(name) ?? null }))
    .filter((setting) => setting.a !== setting.b);
}

/** Every setting by name, of those lanes that both runs have. */
function settingsOf(run: RunResult, lanes: readonly string[]): Map<string, string> {
  const { invocation, hashes, tape } = run;
  const main = run.arms[0];
  const settings: [string, unknown][] = [
    ['strategy', run.strategy],
    ['strategy code', short(hashes.strategy)],
    ['program code', short(hashes.code)],
    ['tape', `${tape.name} ${short(hashes.tape)}`],
    ...Object.entries(main?.params ?? {}).map(([name, value]): [string, unknown] => [`param ${name}`, value]),
    ['controls', invocation.controls ? 'yes' : 'no'],
    ['lanes', invocation.lanes.map(({ name }) => name).join(', ')],
    ...invocation.lanes.filter(({ name }) => lanes.includes(name)).flatMap(assumptionsOf),
    ...latencyOf(invocation),
    ['fee rows', short(hashes.fees)],
    ['membership', invocation.membership],
    ['API tier', invocation.tier.name],
    ...Object.entries(invocation.limits).map(([name, value]): [string, unknown] => [`limit ${name}`, value]),
    ['starting cash', `$${invocation.startingCashE6 / 1_000_000}`],
    ['seed', invocation.seed],
  ];
  return new Map(settings.map(([name, value]) => [name, String(value)]));
}

function assumptionsOf(lane: Lane): [string, unknown][] {
  return Object.entries(lane)
    .filter(([name]) => name !== 'name')
    .map(([name, value]) => [`lane ${lane.name}, ${name}`, value]);
}

function latencyOf({ latency }: Invocation): [string, unknown][] {
  const spread = (samples: readonly number[]): string =>
    samples.map((sample) => formatDuration(sample as Duration)).join(', ');
  return [
    ['latency, request', spread(latency.requestUs)],
    ['latency, response', spread(latency.responseUs)],
    ['latency, feed', formatDuration(latency.feedUs as Duration)],
    ['latency, from', latency.origin + (latency.drawn ? ', drawn for each message' : '')],
  ];
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

import { Fault } from '../core/fault.ts';
import { Random } from '../core/random.ts';
import { FAULT_NAMES, type FaultName, faultNamed } from './drawn-faults.ts';
import type { FaultPlan, FrameFault, RequestFault } from './fault-plan.ts';

/** One line of a script: a fault, and which requests or frames it befalls. */
interface Scripted {
  readonly fault: FaultName;
  /** Of a request: its method, and a part of its path. Left out: any. */
  readonly method?: string;
  readonly path?: string;
  /** Of a frame: its type. Left out: any. */
  readonly frame?: string;
  /** So many that fit are let through first. Default 0. */
  readonly after: number;
  /** Then so many are befallen. Default 1. */
  readonly times: number;
  seen: number;
}

/**
 * Faults as a script tells them, a JSON list such as `[{"fault": "silentAnswers", "method": "POST", "path": "/events/orders", "after": 2}]`. Of several lines
 * that fit, the first that is still to happen happens. Throws a Fault (`invalid-parameter`) that names the line and what is wrong.
 */
export function scriptedFaults(script: unknown, seed: string): FaultPlan {
  if (!Array.isArray(script)) throw wrong('the script', 'is no list of faults');
  const lines = script.map((line, at) => lineOf(line, at + 1));
  const random = new Random(seed).fork('script');
  const next = (onFrames: boolean, fits: (line: Scripted) => boolean): RequestFault | FrameFault | null => {
    for (const line of lines) {
      if (line.seen >= line.after + line.times || !fits(line)) continue;
      const { fault, onFrames: isFrame } = faultNamed(line.fault, random);
      if (isFrame !== onFrames) continue;
      line.seen++;
      if (line.seen > line.after) return fault;
    }
    return null;
  };
  return {
    request: (method, path) =>
      next(
        false,
        (line) => (line.method ?? method) === method && path.includes(line.path ?? ''),
      ) as RequestFault | null,
    frame: (type) => next(true, (line) => (line.frame ?? type) === type) as FrameFault | null,
  };
}

function lineOf(value: unknown, number: number): Scripted {
  const what = `line ${number} of the script`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, 'is no object');
  const line = value as Record<string, unknown>;
  const unknown = Object.keys(line).find(
    (key) => !['fault', 'method', 'path', 'frame', 'after', 'times'].includes(key),
  );
  if (unknown !== undefined) throw wrong(what, `has "${unknown}", which means nothing`);
  const name = FAULT_NAMES.find((known) => known === line.fault);
  if (name === undefined)
    throw wrong(what, `names no fault: ${JSON.stringify(line.fault)}; there are ${FAULT_NAMES.join(', ')}`);
  const text = (key: string): Record<string, string> => {
    if (line[key] === undefined) return {};
    if (typeof line[key] === 'string') return { [key]: line[key] };
    throw wrong(what, `has a "${key}" that is no text`);
  };
  const count = (key: string, usual: number, least: number): number => {
    const given = line[key] ?? usual;
    if (Number.isSafeInteger(given) && (given as number) >= least) return given as number;
    throw wrong(what, `has a "${key}" that is no whole number from ${least} on`);
  };
  const after = count('after', 0, 0);
  return {
    fault: name,
    ...text('method'),
    ...text('path'),
    ...text('frame'),
    after,
    times: count('times', 1, 1),
    seen: 0,
  };
}

function wrong(what: string, why: string): Fault {
  return new Fault('invalid-parameter', `${what} ${why}`, {
    next: 'See docs/exchange.md, "What goes wrong on purpose".',
  });
}

import { Fault } from '../core/fault.ts';
import type { WrittenParams } from '../engine/params.ts';
import { readJsonFile } from './read-json.ts';

/** The parameters of `--params FILE.json`, then those of each `--param name=value`, which win. Throws a Fault (`invalid-parameter`, …). */
export function givenParams(assignments: readonly string[], file: string | undefined): WrittenParams {
  const given: Record<string, string | number | boolean> = file === undefined ? {} : paramsFromFile(file);
  const said = new Set<string>();
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) {
      throw new Fault('invalid-parameter', `--param ${assignment} does not say name=value`, {
        next: 'Write it like --param threshold=2500.',
      });
    }
    const name = assignment.slice(0, at);
    if (said.has(name)) {
      throw new Fault('invalid-parameter', `--param gives ${name} more than once`, { next: 'Give it once.' });
    }
    said.add(name);
    given[name] = assignment.slice(at + 1);
  }
  return given;
}

function paramsFromFile(file: string): Record<string, string | number | boolean> {
  const document = readJsonFile('--params', file);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new Fault('invalid-parameter', `${file} is not a JSON object of parameters`, {
      next: 'Write it like {"threshold": 2500, "mode": "fade"}.',
    });
  }
  for (const [name, value] of Object.entries(document)) {
    if (typeof value === 'object') {
      throw new Fault('invalid-parameter', `${file} gives ${name} as ${JSON.stringify(value).slice(0, 40)}`, {
        next: 'A parameter is a text, a number, true or false.',
      });
    }
  }
  return { ...document } as Record<string, string | number | boolean>;
}

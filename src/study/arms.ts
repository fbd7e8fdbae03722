import type { Market } from '../core/market.ts';
import { Random } from '../core/random.ts';
import { type ParamSchema, readParams, type WrittenParams, writtenParams } from '../engine/params.ts';
import type { Strategy, StrategyModule, Survey } from '../engine/strategy.ts';
import type { TapeFacts } from './run-result.ts';

/** One set of parameters of the strategy in a run: the one asked for, or a control beside it. */
export class Arm {
  readonly name: string;
  readonly control: boolean;
  readonly written: WrittenParams;
  readonly survey: Survey<unknown> | undefined;
  readonly #module: StrategyModule;
  readonly #values: never;
  readonly #seed: string;

  constructor(
    module: StrategyModule,
    name: string,
    control: boolean,
    given: WrittenParams,
    markets: readonly Market[],
    seed: string,
  ) {
    this.name = name;
    this.control = control;
    this.written = writtenParams(module.params, given);
    this.#module = module;
    this.#values = readParams(module.params, given) as never;
    this.#seed = `${seed}/${name}`;
    this.survey = module.survey?.(this.#values, markets, new Random(`${this.#seed}/survey`));
  }

  /** A fresh strategy with its own randomness; every lane of an arm draws the same numbers. */
  create(facts: TapeFacts, found: unknown): { strategy: Strategy; random: Random } {
    const random = new Random(`${this.#seed}/strategy`);
    const strategy = this.#module.create(this.#values, {
      grade: facts.grade,
      random: random.fork('setup'),
      survey: found,
    });
    return { strategy, random };
  }
}

/** The arm asked for first, then its controls. Throws a Fault (`invalid-parameter`) for a bad parameter. */
export function armsOf(
  module: StrategyModule<ParamSchema>,
  given: WrittenParams,
  withControls: boolean,
  markets: readonly Market[],
  seed: string,
): Arm[] {
  const values = readParams(module.params, given) as never;
  const name = module.label?.(values) ?? module.name;
  const arms = [new Arm(module, name, false, given, markets, seed)];
  if (!withControls) return arms;
  for (const control of module.controls?.(values) ?? []) {
    arms.push(new Arm(module, control.name, true, { ...given, ...control.params }, markets, seed));
  }
  return arms;
}

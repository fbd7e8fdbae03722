import { Fault } from '../../core/fault.ts';
import type { StrategyModule } from '../../engine/strategy.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import type { ModelSet } from '../../model/model-set.ts';
import type { VenueWatch } from '../../sim/venue-watch.ts';
import { armsOf } from '../run/arms.ts';
import { freezeMarkets } from '../run/freeze-markets.ts';
import { simulate } from '../run/simulate.ts';
import { surveyTape } from '../run/survey.ts';
import type { RunSettings } from '../store/invocation.ts';
import type { TapeSource } from '../store/tape-source.ts';

/** What a run is made of. */
export interface RunParts {
  readonly tape: TapeSource;
  readonly module: StrategyModule;
  readonly settings: RunSettings;
  readonly models: ModelSet | null;
}

export interface RerunOptions {
  readonly arm: string;
  readonly lane: string;
  readonly watch: VenueWatch;
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
}

/** Makes one arm of a run again in one lane, watched, and gives the digest of what it did. Nothing is written. */
export async function rerunLane({ tape, module, settings, models }: RunParts, options: RerunOptions): Promise<string> {
  const check = (): void => {
    if (options.signal?.aborted === true) throw new Fault('interrupted', 'interrupted; nothing was written');
  };
  freezeMarkets(tape.markets);
  const arms = armsOf(module, settings.params, settings.controls, tape.markets, settings.seed);
  const arm = arms.find(({ name }) => name === options.arm);
  const lane = settings.lanes.find(({ name }) => name === options.lane);
  if (arm === undefined || lane === undefined) {
    throw new Fault('run-changed', `the strategy no longer has an arm ${options.arm} in lane ${options.lane}`);
  }
  const [found] = await surveyTape(tape, [arm.survey], check, module.name);
  const terms = { ...settings, fees: new FeeBook(settings.fees) };
  const [result] = await simulate(
    tape,
    [
      {
        arm: arm.name,
        lane,
        terms,
        create: () => arm.create(tape.facts, found),
        sink: () => {},
        watch: options.watch,
      },
    ],
    { feed: settings.latency.feed, models, strategy: module.name, check, onProgress: options.onProgress },
  );
  return result!.digest;
}

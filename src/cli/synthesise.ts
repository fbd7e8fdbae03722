import { DAY, parseTime } from '../core/time.ts';
import { DEMO_CONFIG, LIFECYCLE_CONFIG, MEASURED_CONFIG, type SyntheticConfig } from '../sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../sim/synthetic/lifecycle.ts';
import { openTape } from '../tape/open-tape.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';
import { tapeText } from './show-tape.ts';
import type { SynthFlags } from './synth-flags.ts';
import { syntheticCities } from './synthetic-cities.ts';
import { writeSyntheticTape } from './synthetic-tape.ts';
import { tapeReport } from './tape-report.ts';

const LIKE = { demo: DEMO_CONFIG, measured: MEASURED_CONFIG, lifecycle: LIFECYCLE_CONFIG } as const;

/** Runs `tapedeck synth`: generates, seals, and prints what the tape can tell. */
export async function synthesise(flags: SynthFlags, session: Session): Promise<void> {
  const config = configOf(flags);
  const progress = await openProgress(session, 'days', config.days);
  try {
    const first = parseTime(`${config.firstDay}T00:00:00Z`);
    const { folder, truthFolder } = await writeSyntheticTape(
      {
        name: flags.name,
        config,
        replace: flags.replace,
        truth: flags.truth,
        onProgress: (time) => progress.update(Math.max(0, Math.floor((time - first) / DAY))),
      },
      session,
    );
    progress.stop();
    const summary = await tapeReport(await openTape(session.dataFolder, folder));
    if (session.json) session.print(JSON.stringify({ folder, truthFolder, config, ...summary }, null, 2));
    else {
      session.print(tapeText(summary, folder));
      if (truthFolder !== null) session.print(`truth: ${truthFolder}`);
    }
  } finally {
    progress.stop();
  }
}

/** The configuration that the flags ask for. Throws a Fault (`usage`). */
export function configOf(flags: SynthFlags): SyntheticConfig {
  const base = LIKE[flags.like];
  return {
    ...base,
    seed: flags.seed ?? base.seed,
    cities: syntheticCities(flags, base.firstDay, base.cities.length),
    days: flags.days ?? base.days,
    activity: flags.activity ?? base.activity,
    depth: flags.depth ?? base.depth,
    sweepsPerEvent: flags.sweeps ?? base.sweepsPerEvent,
    informedSweepShare: flags.informed ?? base.informedSweepShare,
    bursts: {
      ...base.bursts,
      perEvent: flags.bursts ?? base.bursts.perEvent,
      peak: flags.peak ?? base.bursts.peak,
    },
    lifecycle: lifecycleOf(flags, base),
  };
}

function lifecycleOf({ lifecycle }: SynthFlags, base: SyntheticConfig): SyntheticConfig['lifecycle'] {
  if (lifecycle === undefined) return base.lifecycle;
  return lifecycle ? LIFECYCLE_CONFIG.lifecycle : PLAIN_LIFE;
}

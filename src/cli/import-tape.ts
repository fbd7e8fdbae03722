import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import { openTape } from '../tape/open-tape.ts';
import type { ImportFlags } from './import-flags.ts';
import { type ImportFormat, runImport } from './import-run.ts';
import { packageRoot, programVersion } from './package-root.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';
import { tapeText } from './show-tape.ts';
import { tapeReport } from './tape-report.ts';

/** Runs `tapedeck import`: then prints what the import met and what the tape can tell. */
export async function importTape(flags: ImportFlags, session: Session): Promise<void> {
  const progress = await openProgress(session, 'import', 1);
  try {
    const { folder } = await runImport({
      ...formatOf(flags),
      source: flags.source,
      name: flags.name,
      dataFolder: session.dataFolder,
      replace: flags.replace,
      createdBy: programVersion(),
      onProgress: (done, total) => {
        if (session.signal.aborted)
          throw new Fault('interrupted', 'the import was interrupted; nothing of it was kept', {
            next: 'Start it again.',
          });
        progress.update(done, total);
      },
    });
    progress.stop();
    const tape = await openTape(session.dataFolder, folder);
    const summary = await tapeReport(tape);
    if (session.json) session.print(JSON.stringify({ folder, ...summary }, null, 2));
    else session.print(tapeText(summary, folder));
  } finally {
    progress.stop();
  }
}

function formatOf({ mapping, format }: ImportFlags): ImportFormat {
  if (format !== undefined) return { format };
  if (mapping !== undefined) return { mapping: findMapping(mapping) };
  throw new Fault('usage', 'neither --mapping nor --format says what the source is', {
    next: `Name a mapping file, one of ${builtInMappings().join(', ')}, or --format kalshi-rest or kalshi-frames.`,
  });
}

/** The mapping file itself, or the one of that name that comes with the program. */
export function findMapping(nameOrFile: string): string {
  if (existsSync(nameOrFile)) return resolve(nameOrFile);
  const own = join(mappingsFolder(), `${nameOrFile}.json`);
  if (!/[/\\]/.test(nameOrFile) && existsSync(own)) return own;
  throw new Fault('missing-file', `there is no mapping ${nameOrFile}`, {
    next: `Give the path of a mapping file, or a name: ${builtInMappings().join(', ')}.`,
  });
}

function mappingsFolder(): string {
  return join(packageRoot(), 'data', 'mappings');
}

function builtInMappings(): string[] {
  return readdirSync(mappingsFolder())
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes what this process was still writing under a data folder: for an end that came before the writers could tidy up. What cannot be
 * removed now, the next run or import removes.
 */
export function removeOwnPartials(dataFolder: string): void {
  try {
    removeBelow(dataFolder);
  } catch {
    // The process is ending: there is nobody left to tell, and nothing of it is visible to a reader.
  }
}

function removeBelow(dataFolder: string): void {
  const own = `.partial-${process.pid}-`;
  for (const room of ['tapes', 'runs']) {
    const folder = join(dataFolder, room);
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) if (name.startsWith(own)) remove(join(folder, name));
  }
  remove(join(dataFolder, `.import-${process.pid}`));
}

function remove(path: string): void {
  // Another thread may still be adding files.
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

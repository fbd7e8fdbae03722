import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** Where model bundles lie: `TAPEDECK_MODELS`, or those that come with the program. */
export function modelsFolder(): string {
  return process.env.TAPEDECK_MODELS ?? join(packageRoot(), 'models');
}

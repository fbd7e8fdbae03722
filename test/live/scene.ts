import { join } from 'node:path';
import { Scene, type SceneOptions } from '../../scripts/live-kills/scene.ts';
import { atEnd } from '../at-end.ts';
import { compiledProgram, temporaryFolder } from '../cli/compiled.ts';

export const MONKEY = join(import.meta.dirname, '../../scripts/live-kills/monkey-strategy.ts');

/** A scene with the compiled program, closed after the tests of the file. */
export async function openScene(
  options: Partial<SceneOptions> & { readonly seed: string },
): Promise<Scene & { readonly folder: string }> {
  const folder = join(temporaryFolder(), 'scene');
  const scene = await Scene.open({
    folder,
    program: compiledProgram(),
    strategy: MONKEY,
    speed: 10,
    hour: 17,
    activity: 10,
    ...options,
  });
  atEnd(() => scene.close());
  return Object.assign(scene, { folder });
}

export const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** Resolves once `holds`, looked at every few milliseconds; throws where it does not within three minutes. */
export async function soon(holds: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + 180_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`waited 180 s in vain for ${holds}`);
    await wait(20);
  }
}

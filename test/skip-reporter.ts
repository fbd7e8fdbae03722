import type { Reporter, TestModule } from 'vitest/node';

/** Prints each skipped suite or test by name at the end of a run: a skip says why in its name. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = new Set<string>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const suite = test.parent.type === 'suite' ? test.parent.fullName : module.moduleId;
        names.add(/\[skipped: /.test(suite) ? suite : test.fullName);
      }
    }
    for (const name of [...names].sort()) process.stdout.write(`skipped: ${name}\n`);
  }
}

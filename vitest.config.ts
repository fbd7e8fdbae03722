import { defineConfig } from 'vitest/config';
import SlowFirst from './test/slow-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only what hangs ends by it: how fast a machine is proves nothing of the program.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // A worker keeps its modules from file to file: to load them anew costs more than most files take.
    isolate: false,
    setupFiles: ['./test/each-file.ts'],
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    reporters: ['default', './test/skip-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**', 'strategies/**'], reporter: ['text-summary', 'html'] },
  },
});

import { defineConfig } from 'vitest/config';
import SlowFirst from './test/slow-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Half of the time of a test is a wait for another process, a socket or a disk.
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    reporters: ['default', './test/skip-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**', 'strategies/**'], reporter: ['text-summary', 'html'] },
  },
});

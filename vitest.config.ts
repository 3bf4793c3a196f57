import { availableParallelism } from 'node:os'
import path from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/helpers/longest-first.ts'

/** Shows that the runner starts and the product runs, where the rest has run before. */
const isSample = process.env['PROOFLOOP_TESTS'] === 'sample'
const sample = ['src/lib/*.test.ts', 'test/review.test.ts', 'test/first-load.test.ts']

/**
 * Tests that start processes: git, command lines, servers. To start one takes a process of 600 MB ten times as
 * long as one of 60, so that these have a small one for each file.
 */
const starters = ['test/**/*.test.ts', 'src/change/**/*.test.ts', 'src/flow/isolate/**/*.test.ts']
/** They share their workers: sources are evaluated once for all of them, a third of the processors' time. */
const others = ['src/**/*.test.ts', 'web/**/*.test.ts', 'scripts/**/*.test.ts']
const exclude = [...configDefaults.exclude, '**/*.{services,soak}.test.ts']

// Every worker, thread and process of the tests would strip the types of the same sources again.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve('node_modules/.cache/proofloop/compiled')

export default defineConfig({
  resolve: { conditions: ['proofloop-source'] },
  ssr: { resolve: { conditions: ['proofloop-source'] } },
  test: {
    projects: isSample
      ? [{ extends: true, test: { include: sample, exclude } }]
      : [
          { extends: true, test: { name: 'processes', include: starters, exclude } },
          {
            extends: true,
            test: {
              name: 'shared',
              include: others,
              exclude: [...exclude, ...starters],
              isolate: false,
            },
          },
        ],
    sequence: { sequencer: LongestFirst },
    // Many tests wait for processes of their own: more than there are processors, where these are few.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // No test measures time; a machine that is busy may take as long as it needs.
    testTimeout: 1_200_000,
    // What a browser did not show in time, on a machine that may be busy. An assertion is never asked twice.
    retry: { count: 1, condition: /Timeout \d+ms exceeded/ },
    // They import JSON as only bundlers take it.
    server: { deps: { inline: [/@actions\//] } },
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 30_000 } },
  },
})

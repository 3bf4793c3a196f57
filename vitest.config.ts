import { availableParallelism } from 'node:os'
import path from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'

/** Shows that the runner starts and the product runs, where the rest has run before. */
const isSample = process.env['PROOFLOOP_TESTS'] === 'sample'
const all = ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts']
const sample = ['src/lib/*.test.ts', 'test/review.test.ts', 'test/first-load.test.ts']

// Every worker, thread and process of the tests would strip the types of the same sources again.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve('node_modules/.cache/proofloop/compiled')

export default defineConfig({
  resolve: { conditions: ['proofloop-source'] },
  ssr: { resolve: { conditions: ['proofloop-source'] } },
  test: {
    include: isSample ? sample : all,
    exclude: [...configDefaults.exclude, '**/*.{services,soak}.test.ts'],
    // Many tests wait for processes of their own: more than there are processors, where these are few.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // No test measures time; a machine that is busy may take as long as it needs.
    testTimeout: 1_200_000,
    // They import JSON as only bundlers take it.
    server: { deps: { inline: [/@actions\//] } },
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 30_000 } },
  },
})

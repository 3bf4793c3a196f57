import { configDefaults, defineConfig } from 'vitest/config'

/** Tests that drive a browser, kill processes or run a guide from end to end. */
const slow = [
  'test/{workplace,workplace-*,settings-on-page,measure-on-page,html-report}.test.ts',
  'test/{model-runs,crash-exact,server-crash,docs,review-scan}.test.ts',
  'src/job/*.test.ts',
]
const isQuick = process.env['PROOFLOOP_TESTS'] === 'quick'

export default defineConfig({
  resolve: { conditions: ['proofloop-source'] },
  ssr: { resolve: { conditions: ['proofloop-source'] } },
  test: {
    include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(isQuick ? slow : []), '**/*.{services,soak}.test.ts'],
    testTimeout: 60_000,
  },
})

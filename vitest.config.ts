import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['proofloop-source'] },
  ssr: { resolve: { conditions: ['proofloop-source'] } },
  test: {
    include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/*.services.test.ts'],
    testTimeout: 60_000,
  },
})

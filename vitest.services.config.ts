import { defineConfig, mergeConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** Tests against real services; `npm run test:services`. */
export default mergeConfig(
  { ...config, test: { ...config.test, projects: undefined, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['src/**/*.services.test.ts', 'test/**/*.services.test.ts'],
      globalSetup: ['test/helpers/services-setup.ts'],
      // They wait for servers that are away, killed or busy more than they work.
      maxWorkers: 3,
    },
  }),
)

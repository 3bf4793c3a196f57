import { mergeConfig } from 'vitest/config'
import config from './vitest.services.config.ts'

/** Long tests against real services, one after the other; `npm run test:soak`. */
export default mergeConfig(
  { ...config, test: { ...config.test, include: [] } },
  {
    test: {
      include: ['src/**/*.soak.test.ts', 'test/**/*.soak.test.ts'],
      fileParallelism: false,
    },
  },
)

import { defineConfig } from 'proofloop'

/**
 * The models that agents ask, by the names that their prompts use. Keys never stand here: they come
 * from the environment. The agent that is here needs no model.
 */
export default defineConfig({
  models: {
    reviewer: {
      provider: 'openai',
      model: process.env['OPENAI_MODEL'] ?? 'gpt-5-mini',
      parameters: { temperature: 1 },
    },
  },
})

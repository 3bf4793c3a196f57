import { defineConfig } from 'proofloop'

// Keys are never here. OPENAI_API_KEY opens the model, OPENAI_BASE_URL says where it is (default:
// OpenAI; any server that speaks its protocol will do), OPENAI_MODEL names another one.
// Without a price, what a run costs is unknown: add `price` with what you pay.
export default defineConfig({
  models: {
    reviewer: {
      provider: 'openai',
      model: process.env['OPENAI_MODEL'] || 'gpt-4.1-mini',
    },
  },
})

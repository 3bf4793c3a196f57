import { defineConfig } from 'proofloop'

// Answers come from a file, so that this flow runs without a model, a key or a network. To ask a real
// one, give `reviewer` another provider.
const model = process.env['SPAN_REVIEW_MODEL'] || 'zeroshot-o3-mini'

export default defineConfig({
  models: {
    reviewer: { provider: 'replay', model, recordings: `recordings/${model}.jsonl` },
  },
})

import { sealCode } from '../../src/flow/bundle-code.ts'
import type { IsolatedServices } from '../../src/flow/isolate/open-isolated-flow.ts'
import type { ReviewDocument } from '../../src/schema/document.ts'

const agent = `name: quiet
description: Nothing
engine: rules
type: Quiet
phrases: phrases.yaml
`
const phrases = `rules:
  - id: none
    match: [nothing whatever]
    explanation: x
    fix: null
    score: 1
    examples: { match: ["It is nothing whatever."], ignore: ["x."] }
`
/** One that finds nothing: a bundle has an agent. */
export const quietAgent = {
  name: 'quiet',
  files: [
    { name: 'agent.yaml', text: agent },
    { name: 'phrases.yaml', text: phrases },
  ],
}

/** A bundle of code, with an agent that it does not run. @param body of its run: it has `text`, the first paragraph, and makes an `issue(text)` */
export function codedBundle(body: string) {
  const code = sealCode(`import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
export default defineFlow({
  name: 'coded', types: ['T'], input: DocumentInput, output: FlowOutput,
  async run({ document: id }, ctx) {
    const { paragraphs: [{ text }] } = await ctx.document.read(id)
    const issue = (found) => ({ type: 'T', paragraph: 0, text: found, sourceSentence: text, explanation: 'x', suggestedFix: null, score: 1 })
    ${body}
  },
})`)
  return { paragraphsPerChunk: -1, agents: [quietAgent], code }
}

export function letterOf(text: string): ReviewDocument {
  return {
    sha256: 'd'.repeat(64),
    name: 'letter.txt',
    pages: [{ number: 1, width: null, height: null, hasText: true }],
    paragraphs: [{ index: 0, page: 1, text, role: 'body', words: [] }],
    language: 'en',
  }
}

/** Of a flow that asks nobody. */
export const noServices: IsolatedServices = {
  rules: { grammar: async () => [] },
  models: { ask: async ({ schema }) => schema.parse({}) },
}

import type { ModelMessage } from '../schema/model.ts'

/** English text has about 4 characters a token; other scripts have fewer, so that they cost more. */
const charactersPerToken = 4

/** Of an answer, before the first one tells. */
const firstGuess = 500

/** @param schemaText the JSON Schema that goes along */
export function estimateInput(messages: ModelMessage[], schemaText: string): number {
  const characters = messages.reduce((sum, { content }) => sum + content.length, schemaText.length)
  return Math.ceil(characters / charactersPerToken)
}

export type Expected = { input: number; output: number }

/** Foresees the tokens of requests from what was true of those before. */
export type TokenForecast = {
  /** @param input as `estimateInput` has it */
  expect(input: number, outputAtMost: number | undefined): Expected
  /** @param estimate of the input, before it went out */
  learn(estimate: number, told: Expected): void
}

export function createTokenForecast(): TokenForecast {
  const sums = { answers: 0, estimated: 0, input: 0, output: 0 }
  return {
    expect(input, outputAtMost = Infinity) {
      const { answers, estimated } = sums
      if (answers === 0) return { input, output: Math.min(firstGuess, outputAtMost) }
      return {
        input: Math.ceil(input * (sums.input / Math.max(1, estimated))),
        output: Math.min(Math.ceil(sums.output / answers), outputAtMost),
      }
    },
    learn(estimate, { input, output }) {
      sums.answers += 1
      sums.estimated += estimate
      sums.input += input
      sums.output += output
    },
  }
}
